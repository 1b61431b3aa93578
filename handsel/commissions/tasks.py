"""What the worker does for commissions on a schedule; evaluation itself is in its loop."""

from procrastinate.contrib.django import app

from handsel.commissions.services import reconsider_arrived


@app.periodic(cron="* * * * *")
@app.task(name="commissions.reconsider_arrived", queueing_lock="commissions.reconsider")
def reconsider(timestamp: int) -> None:
    reconsider_arrived()
