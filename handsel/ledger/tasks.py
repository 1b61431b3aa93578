"""What the worker does for the ledger. Sealing is in its loop: `handsel.ledger.seal.seal_new`."""

import structlog
from procrastinate.contrib.django import app

from handsel.errors import DomainError
from handsel.ledger.check import check_all

log = structlog.get_logger()


class LedgerChanged(DomainError):
    """The ledger is not what was sealed."""


@app.periodic(cron="17 3 * * *")
@app.task(name="ledger.check", queueing_lock="ledger.check")
def check_ledger(timestamp: int) -> None:
    """Recompute everything every night. The job fails when something does not hold."""
    report = check_all()
    for finding in report.findings:
        log.critical("ledger.finding", code=finding.code, **finding.params)
    if not report.ok:
        raise LedgerChanged(f"{len(report.findings)} things in the ledger do not hold.")
