"""When a worker looks at files: as soon as one is to be checked or imported, and each minute at
those that a killed worker has left."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.job_context import JobContext

from handsel.connectors.files.models import Import
from handsel.connectors.files.running import run
from handsel.connectors.files.services import remove_old

LEFT_AFTER = timedelta(seconds=45)


@app.task(name="files.run", pass_context=True)
def run_import(context: JobContext, import_id: str) -> None:
    run(import_id, should_stop=context.should_abort)


@app.periodic(cron="* * * * *")
@app.task(name="files.resume", queueing_lock="files.resume")
def resume_left(timestamp: int) -> None:
    running = [Import.Status.CHECKING, Import.Status.IMPORTING]
    left = Import.objects.filter(status__in=running, moved_at__lt=timezone.now() - LEFT_AFTER)
    for pk in left.values_list("pk", flat=True):
        wake_worker(pk)


@app.periodic(cron="41 3 * * *")
@app.task(name="files.remove_old", queueing_lock="files.remove_old")
def remove_old_files(timestamp: int) -> None:
    remove_old()


def wake_worker(import_id: str) -> None:
    """Have a worker go on with it, once this transaction is committed."""
    transaction.on_commit(lambda: _wake(import_id))


def _wake(import_id: str) -> None:
    try:
        run_import.configure(queueing_lock=f"files:{import_id}").defer(import_id=import_id)
    except AlreadyEnqueued:
        return
