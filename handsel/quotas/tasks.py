from procrastinate.contrib.django import app

from handsel.quotas.services import forget_ended


@app.periodic(cron="*/10 * * * *")
@app.task(name="quotas.forget_ended", queueing_lock="quotas.forget_ended")
def forget_ended_quotas(timestamp: int) -> None:
    forget_ended()
