"""When the worker calls partners' addresses: as soon as something is due, and each minute; and when
it forgets what is long over."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

# So many at once; what is left is the next job's, and other jobs come in between.
BATCHES_MAX = 20


@app.periodic(cron="* * * * *")
@app.task(name="postbacks.send_each_minute", lock="postbacks", queueing_lock="postbacks.minute")
def send_each_minute(timestamp: int) -> None:
    _send()


@app.task(name="postbacks.send_now", lock="postbacks", queueing_lock="postbacks.now")
def send_now() -> None:
    _send()


@app.periodic(cron="53 2 * * *")
@app.task(name="postbacks.forget", queueing_lock="postbacks.forget")
def forget_old_deliveries(timestamp: int) -> None:
    from handsel.postbacks.forgetting import forget_deliveries

    forget_deliveries()


def wake_when_due() -> int:
    """Have the worker call where something is due; for its loop, several times a second."""
    from django.utils.timezone import now

    from handsel.postbacks.sending import due

    if due(now()).exists():
        try:
            send_now.defer()
        except AlreadyEnqueued:
            return 0
    return 0


def _send() -> None:
    from handsel.postbacks.sending import send_due

    for _batch in range(BATCHES_MAX):
        if not send_due():
            return
