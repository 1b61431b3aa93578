"""Checking a proof file on a page. It is read into memory, judged and forgotten."""

from threading import BoundedSemaphore

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from handsel.engine.proof import FILE_BYTES_MAX
from handsel.engine.statement import grouped
from handsel.errors import DomainError
from handsel.ledger.keys import public_key
from handsel.public.checking import checked
from handsel.public.forms.check import ProofFileForm
from handsel.ui.refusals import status_of
from handsel.ui.uploads import WRAPPING_BYTES, reads_forms_itself

# A long statement is seconds of work, and anybody may ask for it: one at a time in each process.
AT_ONCE = BoundedSemaphore(1)
WAIT_S = 5.0


class ProofTooLarge(DomainError):
    """No proof file is that large."""

    status = 413


class CheckBusy(DomainError):
    """Others are having files checked."""

    status = 503


class InMemory(MemoryFileUploadHandler):
    """Never a file on disk, however large (Django's own takes over above 2.5 MB)."""

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        self.activated = True


@reads_forms_itself
@csrf_exempt  # in `_check`, once the handler is chosen: reading the token reads the file, too
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Whether a proof file holds; nobody needs to be known here for that."""
    if int(request.headers.get("Content-Length") or 0) > FILE_BYTES_MAX + WRAPPING_BYTES:
        raise ProofTooLarge(
            _("This is too large to be a proof file."),
            remedy=_("Choose the file that was downloaded from a statement or a receipt."),
        )
    request.upload_handlers = [InMemory(request)]
    return _check(request)


@csrf_protect
def _check(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        form = ProofFileForm(initial={k: request.GET.get(k, "") for k in ("statement", "print")})
        return _page(request, form)
    form = ProofFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    if not AT_ONCE.acquire(timeout=WAIT_S):
        raise CheckBusy(
            _("Somebody else’s file is being checked."), remedy=_("Try again in a moment.")
        )
    try:
        found = checked(form.cleaned_data["file"].read(), form.cleaned_data["print"])
    finally:
        AT_ONCE.release()
    return _page(request, form, checked=found)


def _page(request: HttpRequest, form: ProofFileForm, **found: object) -> HttpResponse:
    begins = str(form["print"].value() or "")
    context = {
        "form": form,
        "number": form["statement"].value() or "",
        "print_begins": grouped(begins.lower()),
        "verify_command": f"handsel verify FILE --key {public_key()}",
        **found,
    }
    return render(request, "public/check/check.html", context, status=status_of(form))
