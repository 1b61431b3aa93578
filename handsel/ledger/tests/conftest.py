"""Acme owes Ben commissions; Mallory's shop has a ledger of its own beside theirs."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection

from handsel.ids import new_id
from handsel.ledger.entries import Line, NewEntry
from handsel.ledger.models import Checkpoint
from handsel.ledger.seal import seal_new

NOON = datetime(2026, 9, 12, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Deal:
    """A brand, its program, and a partner in it."""

    brand: str = field(default_factory=partial(new_id, "org"))
    partner: str = field(default_factory=partial(new_id, "org"))
    program: str = field(default_factory=partial(new_id, "prg"))
    partnership: str = field(default_factory=partial(new_id, "par"))

    @property
    def expense(self):
        return f"commission_expense:{self.program}"

    @property
    def pending(self):
        return f"pending:{self.partnership}"

    @property
    def payable(self):
        return f"payable:{self.partnership}"

    def entry(self, *lines, subject=None, name="recorded", **changes):
        """An entry of this deal, by default about a commission that is new."""
        subject = subject or new_id("com")
        values = {
            "key": f"{name}:{subject}:1",
            "lines": tuple(Line(*line) for line in lines),
            "occurred_at": NOON,
            "brand_id": self.brand,
            "partner_id": self.partner,
            "subject_id": subject,
        }
        return NewEntry(**{**values, **changes})

    def recorded(self, amount_minor=1250, currency="EUR", **changes):
        """A commission is recorded: it costs the program, and Ben waits for it."""
        return self.entry(
            (self.expense, amount_minor, currency),
            (self.pending, -amount_minor, currency),
            **changes,
        )

    def approved(self, amount_minor=1250, currency="EUR", **changes):
        return self.entry(
            (self.pending, amount_minor, currency),
            (self.payable, -amount_minor, currency),
            name="approved",
            **changes,
        )


@pytest.fixture
def bens():
    return Deal()


@pytest.fixture
def mallorys():
    return Deal()


def sealed(*, batch_size_max: int = 1_000) -> Checkpoint:
    """Seal what waits; there is something to seal."""
    checkpoint = seal_new(batch_size_max=batch_size_max)
    assert checkpoint is not None
    return checkpoint


def run_together(tasks):
    """Run the tasks at once, each on a thread and connection of its own.

    Raises an ExceptionGroup of what they raised.
    """
    failures = []
    start = threading.Barrier(len(tasks))

    def run(task):
        try:
            start.wait()
            task()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise ExceptionGroup("some tasks failed", failures)
