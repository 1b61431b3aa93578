from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.utils.timezone import now

from handsel.environment import environment
from handsel.mail.models import Letter
from handsel.mail.server import server_of

ATTEMPTS_MAX = 20
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# Longer than a batch can take: whoever claimed it has died when this is over.
CLAIM_HOLDS = timedelta(minutes=30)
BATCH_SIZE_MAX = 50
# 5yz is final, 4yz may pass: RFC 5321, section 4.2.1.
PERMANENT = range(500, 600)

LetterFailure = (SMTPException, OSError, ValueError)


def send_waiting(limit: int = BATCH_SIZE_MAX) -> int:
    """Send up to `limit` letters that are due, and say how many went.

    Without a mail server they stay where they are. What fails is tried again after 1, 2, 4 …
    minutes, at most 6 hours, 20 times in all (about three days); what the server refuses for
    good is tried once. A crash between the server's yes and our note of it sends a letter again,
    half an hour later and with the same Message-ID. Runs in the scope of the system.
    """
    if not environment().smtp_url:
        return 0
    letters = claim(limit, at=now())
    if not letters:
        return 0
    connection = server_of(environment().smtp_url).connection()
    try:
        connection.open()
    except LetterFailure as failure:
        for letter in letters:
            _note_failure(letter, failure, final=False)
        return 0
    try:
        return sum(_send(letter, connection) for letter in letters)
    finally:
        connection.close()


@transaction.atomic
def claim(limit: int, *, at: datetime) -> list[Letter]:
    """Take letters that are due, so that no other worker does; each counts as tried from here."""
    waiting = Letter.objects.filter(sent_at=None, given_up_at=None, due_at__lte=at)
    letters = list(waiting.order_by("due_at").select_for_update(skip_locked=True)[:limit])
    for letter in letters:
        letter.attempts += 1
        letter.due_at = at + CLAIM_HOLDS
    Letter.objects.bulk_update(letters, ["attempts", "due_at"])
    return letters


def wait_after(attempts: int) -> timedelta:
    """
    >>> [str(wait_after(n)) for n in (1, 2, 3, 9, 10)]
    ['0:01:00', '0:02:00', '0:04:00', '4:16:00', '6:00:00']
    """
    doubled: timedelta = FIRST_WAIT * 2 ** (attempts - 1)
    return min(doubled, LONGEST_WAIT)


def _send(letter: Letter, connection: EmailBackend) -> bool:
    try:
        _message(letter, connection).send()
    except LetterFailure as failure:
        _note_failure(letter, failure, final=_is_final(failure))
        return False
    letter.sent_at, letter.error = now(), ""
    letter.save(update_fields=["sent_at", "error"])
    return True


def _message(letter: Letter, connection: EmailBackend) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[letter.to],
        connection=connection,
        headers={"Message-ID": f"<{letter.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _is_final(failure: Exception) -> bool:
    """Whether trying again cannot help: this reader or this text is refused for good.

    A refused sender or password is for the operator to mend, and no reason to drop letters.
    """
    if isinstance(failure, SMTPRecipientsRefused):
        return all(code in PERMANENT for code, _reason in failure.recipients.values())
    if isinstance(failure, SMTPDataError):
        return failure.smtp_code in PERMANENT
    return isinstance(failure, ValueError)


def _note_failure(letter: Letter, failure: Exception, *, final: bool) -> None:
    letter.error = f"{type(failure).__name__}: {failure}"[:1000]
    letter.due_at = now() + wait_after(letter.attempts)
    if final or letter.attempts >= ATTEMPTS_MAX:
        letter.given_up_at = now()
    letter.save(update_fields=["error", "due_at", "given_up_at"])
