"""When the worker sends letters: as soon as one is written, and each minute what waits."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from handsel.mail import services


@app.periodic(cron="* * * * *")
@app.task(name="mail.send_each_minute", lock="mail", queueing_lock="mail.minute")
def send_each_minute(timestamp: int) -> None:
    services.send_waiting()


@app.task(name="mail.send_now", lock="mail", queueing_lock="mail.now")
def send_now() -> None:
    services.send_waiting()


def wake_postman() -> None:
    """Have the worker look into the outbox once this transaction is committed."""
    transaction.on_commit(_wake)


def _wake() -> None:
    try:
        send_now.defer()
    except AlreadyEnqueued:
        return
