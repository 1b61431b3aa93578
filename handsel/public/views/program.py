"""A program as strangers find it: its deal, its record, its terms; and applying for it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.clock import now
from handsel.engine.working_days import working_days_after
from handsel.public.addresses import network_of
from handsel.public.forms.application import ApplicationForm
from handsel.recruiting.letters import pk_in
from handsel.recruiting.models import Application
from handsel.recruiting.page import PublicPage, guess_of, published_page
from handsel.recruiting.services import Asked, TooManyApplications, apply, withdraw_application
from handsel.rows.scope import as_system
from handsel.ui.calculator import calculate
from handsel.ui.refusals import said_by_form


@require_GET
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """The page. With `?readers=` its estimate is for so many; HTMX gets that part alone."""
    page = _page(slug)
    if _is_live(request):
        return render(request, "public/program/_guess.html", _shown(request, page))
    return _rendered(request, page, ApplicationForm(version=page.version, auto_id="apply-%s"))


@require_GET
def calculator(request: HttpRequest, slug: str) -> HttpResponse:
    """“What would I earn?” for the figures in the address; HTMX gets the answer alone."""
    page = _page(slug)
    shown = {"page": page, **_calculation(request, page)}
    name = "ui/calculator/_answer.html" if _is_live(request) else "public/program/calculator.html"
    status = 200 if shown["calculation"].answer else 422  # type: ignore[attr-defined]
    return render(request, name, shown, status=status)


@require_POST
def application(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an application. Who applied before, and a machine, are thanked like everybody else."""
    page = _page(slug)
    form = ApplicationForm(request.POST, version=page.version, auto_id="apply-%s")
    if form.is_from_machine:
        return redirect("program-thanks", slug)
    status = 422
    if form.is_valid():
        with said_by_form(form):
            try:
                _apply(request, page, form)
            except TooManyApplications as refusal:
                status = refusal.status
                raise
            return redirect("program-thanks", slug)
    return _rendered(request, page, form, status=status)


@require_GET
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody who has applied, whoever they are."""
    page = _page(slug)
    due_on = working_days_after(localdate(now()), page.answer_days)
    return render(request, "public/program/thanks.html", {"page": page, "due_on": due_on})


@require_http_methods(["GET", "POST"])
def own_application(request: HttpRequest, token: str) -> HttpResponse:
    """What an applicant sent and was answered, by the link in their letter; POST takes it back."""
    found = _by_token(token)
    if request.method == "POST":
        withdraw_application(found.pk)
        return redirect("application", token)
    return render(request, "public/program/application.html", {"application": found})


def _page(slug: str) -> PublicPage:
    page = published_page(slug)
    if page is None:
        raise Http404
    return page


def _by_token(token: str) -> Application:
    with as_system():
        rows = Application.objects.select_related("program", "brand")
        found = rows.filter(pk=pk_in(token)).first()
    if found is None:
        raise Http404
    return found


def _apply(request: HttpRequest, page: PublicPage, form: ApplicationForm) -> None:
    said = form.cleaned_data
    asked = Asked(**{name: said[name] for name in Asked.__dataclass_fields__})
    apply(
        page.program_pk,
        asked,
        terms_digest=request.POST.get("terms_digest", ""),
        asked_from=network_of(request),
    )


def _rendered(
    request: HttpRequest, page: PublicPage, form: ApplicationForm, status: int = 200
) -> HttpResponse:
    words = {**_shown(request, page), "form": form}
    return render(request, "public/program/page.html", words, status=status)


def _shown(request: HttpRequest, page: PublicPage) -> dict[str, object]:
    guess = guess_of(page.record, request.GET.get("readers", ""))
    return {"page": page, "guess": guess, **_calculation(request, page)}


def _calculation(request: HttpRequest, page: PublicPage) -> dict[str, object]:
    source = (
        _("Shares are what is usual among this program’s partners; the rest is assumed by us.")
        if page.usual
        else ""
    )
    calculation = calculate(page.terms, request.GET, at=now(), known=page.usual, source=source)
    return {
        "calculation": calculation,
        "address": reverse("program-calculator", args=[page.slug]),
    }


def _is_live(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
