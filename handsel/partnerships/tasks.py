"""When the worker moves agreements on: each minute, and at once where many are to be told."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from handsel.partnerships.moving import move_on


@app.periodic(cron="* * * * *")
@app.task(
    name="partnerships.move_each_minute", lock="partnerships", queueing_lock="partnerships.minute"
)
def move_each_minute(timestamp: int) -> None:
    move_on()


@app.task(name="partnerships.move_now", lock="partnerships", queueing_lock="partnerships.now")
def move_now() -> None:
    move_on()


def wake_worker() -> None:
    """Have a worker begin, once this transaction is committed."""
    transaction.on_commit(_wake)


def _wake() -> None:
    try:
        move_now.defer()
    except AlreadyEnqueued:
        return
