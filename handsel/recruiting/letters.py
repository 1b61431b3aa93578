"""What applicants read by letter, in the language they applied in."""

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.environment import environment
from handsel.recruiting.models import Application
from handsel.ui.moments import day_text_full

_signer = signing.Signer(salt="recruiting.application", sep=".")


def token_of(application: Application) -> str:
    """What opens an application's own page: known to nobody but who has the letter."""
    return _signer.sign(application.pk)


def pk_in(token: str) -> str:
    """The application a token opens; empty for one that we did not write."""
    try:
        return _signer.unsign(token)
    except signing.BadSignature:
        return ""


def write_received(application: Application) -> None:
    with override(application.language):
        subject = _("Your application to %(brand)s") % {"brand": application.brand.name}
        _write(application, subject, "received")


def write_declined(application: Application) -> None:
    with override(application.language):
        subject = _("%(brand)s has answered your application") % {"brand": application.brand.name}
        _write(application, subject, "declined")


def write_again(application: Application) -> None:
    """To who applied once more: how their earlier application stands."""
    with override(application.language):
        subject = _("You have applied to %(brand)s before") % {"brand": application.brand.name}
        _write(application, subject, "again")


def _write(application: Application, subject: str, letter: str) -> None:
    reapply_on = application.reapply_on
    words = {
        "application": application,
        "brand": application.brand.name,
        "program": application.program.name,
        "sent_on": day_text_full(localdate(application.created_at)),
        "due_on": day_text_full(application.due_on),
        "reapply_on": day_text_full(reapply_on) if reapply_on else "",
        "url": f"{environment().pages_url}/applications/{token_of(application)}/",
        "sign_in_url": f"{environment().pages_url}/auth/login/",
    }
    text = render_to_string(f"recruiting/{letter}.txt", words)
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [application.email])
