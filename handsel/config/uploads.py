"""Forms that bring more than they may are refused before anything of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from handsel.config.middleware import Answer, refused
from handsel.errors import DomainError
from handsel.ui.uploads import WRAPPING_BYTES, file_bytes_max, is_read_by

MEGABYTE = 1024 * 1024


class UploadTooLarge(DomainError):
    """More than this address takes."""

    status = 413


class Uploads:
    """Stands before whoever reads forms. Whether a form is too large its Content-Length says, and
    no more than that is ever read."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_arguments: object
    ) -> HttpResponse | None:
        if request.content_type != "multipart/form-data" or is_read_by(view):
            return None  # Django holds others in memory, up to DATA_UPLOAD_MAX_MEMORY_SIZE
        most = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        if getattr(request, "member", None) is not None:
            most = max(most, file_bytes_max(view))
        if int(request.META.get("CONTENT_LENGTH") or 0) <= most + WRAPPING_BYTES:
            return None
        return refused(
            request,
            UploadTooLarge(
                _("This is larger than what can be uploaded here: %(most)s MB.")
                % {"most": f"{most / MEGABYTE:g}"},
                field="file",
                remedy=_("Split the file, or choose another."),
                params={"most": most},
            ),
        )
