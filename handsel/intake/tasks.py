"""What the worker does for the inbox at night; what waits in it is in the worker's loop."""

from procrastinate.contrib.django import app

from handsel.intake.forgetting import forget_refused


@app.periodic(cron="23 2 * * *")
@app.task(name="intake.forget_refused", queueing_lock="intake.forget_refused")
def forget_refused_events(timestamp: int) -> None:
    forget_refused()
