"""What the worker does for commissions on a schedule; evaluating and settling are in its loop."""

from datetime import timedelta

from procrastinate.contrib.django import app

from handsel.commissions.services import reconsider_arrived
from handsel.commissions.settling.days import settle_days
from handsel.commissions.settling.due import note_passing_time


@app.periodic(cron="* * * * *")
@app.task(name="commissions.reconsider_arrived", queueing_lock="commissions.reconsider")
def reconsider(timestamp: int) -> None:
    reconsider_arrived()


@app.periodic(cron="*/5 * * * *")
@app.task(name="commissions.settle_days", queueing_lock="commissions.days")
def days(timestamp: int) -> None:
    settle_days()


@app.periodic(cron="*/5 * * * *")
@app.task(name="commissions.note_newcomers", queueing_lock="commissions.newcomers")
def newcomers(timestamp: int) -> None:
    note_passing_time(since=timedelta(days=1))


@app.periodic(cron="17 * * * *")
@app.task(name="commissions.note_passing_time", queueing_lock="commissions.time")
def passing_time(timestamp: int) -> None:
    note_passing_time()
