"""When the worker looks at tracking domains: at once when somebody asks, daily otherwise."""

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = structlog.get_logger("handsel.domains")


@app.periodic(cron="*/10 * * * *")
@app.task(name="domains.check_due", queueing_lock="domains.due")
def check_due(timestamp: int) -> None:
    from handsel.domains.queries import due_for_check

    for pk in due_for_check().values_list("pk", flat=True)[:200]:
        _defer(pk)


@app.task(name="domains.check_one")
def check_one(pk: str) -> None:
    from handsel.domains.checking import checker_of
    from handsel.domains.models import TrackingDomain
    from handsel.domains.services import check_domain
    from handsel.environment import environment

    try:
        check_domain(pk, checker_of(environment()))
    except TrackingDomain.DoesNotExist:
        log.info("tracking domain is gone", domain=pk)


def wake_checker(pk: str) -> None:
    """Have the worker look at a domain once this transaction is committed."""
    transaction.on_commit(lambda: _defer(pk))


def _defer(pk: str) -> None:
    try:
        check_one.configure(queueing_lock=f"domains.{pk}").defer(pk=pk)
    except AlreadyEnqueued:
        return
