from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from handsel.mail.models import Letter


class Outbox(BaseEmailBackend):
    """Django's mail ends in the outbox, in the transaction that wrote it; the worker sends it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        letters = [
            Letter(
                to=to,
                subject=message.subject,
                text=message.body,
                html=next(
                    (str(a[0]) for a in getattr(message, "alternatives", []) if a[1] == "text/html"),
                    "",
                ),
            )
            for message in email_messages
            for to in message.recipients()
        ]
        return len(Letter.objects.bulk_create(letters))
