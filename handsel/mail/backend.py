from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from handsel.mail.models import Letter
from handsel.mail.tasks import wake_postman
from handsel.rows.scope import as_system


class Outbox(BaseEmailBackend):
    """Django's mail ends in the outbox, in the transaction that wrote it; the worker sends it.

    The outbox belongs to the installation: no organization sees it, whoever causes a letter.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        letters = [letter for message in email_messages for letter in _letters(message)]
        with as_system():
            Letter.objects.bulk_create(letters)
        wake_postman()
        return len(letters)


def _letters(message: EmailMessage) -> list[Letter]:
    """One letter for each reader. Raises ValueError for what a letter cannot carry."""
    if message.attachments or message.extra_headers:
        raise ValueError("The outbox carries text and HTML, no attachments or headers.")
    alternatives = getattr(message, "alternatives", [])
    html = next((str(body) for body, kind in alternatives if kind == "text/html"), "")
    # A name with a line break in it would otherwise break the header, for ever.
    subject = " ".join(str(message.subject).split())[:250]
    return [
        Letter(to=to, subject=subject, text=str(message.body), html=html)
        for to in message.recipients()
    ]
