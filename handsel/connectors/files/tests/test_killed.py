"""A worker that is killed in mid-import, again and again."""

import io
import subprocess
import sys
import time
from typing import Any

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.connectors.files.models import Import
from handsel.connectors.files.running import run
from handsel.connectors.files.services import check, start, upload
from handsel.connectors.files.tests.bringing import csv_bytes, no_worker, proposed
from handsel.conversions.models import Conversion, Fact
from handsel.intake.models import InboxEvent
from handsel.intake.tests.test_killed import backends
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

ORDERS = 90
REFUSED = 9
ATTEMPTS = 6


def rows() -> list[list[Any]]:
    """Every eleventh cannot be read; every third has Ben's code."""
    good = [
        [f"K-{n}", f"{n + 10}.00", "2026-11-18 10:00", "BEN10" if n % 3 == 0 else ""]
        for n in range(ORDERS)
    ]
    for n in range(REFUSED):
        good.insert(n * 11, [f"X-{n}", "much", "2026-11-18 10:00", ""])
    return good


@pytest.fixture
def begun(program: Program, bens: Partnership, ada: Any) -> Import:
    """An import that has been started, and waits for its worker."""
    bens.agreements.update(valid_from="2026-01-01T00:00Z")
    found = upload(program, "many.csv", io.BytesIO(csv_bytes(rows())), actor=ada)
    check(found.pk, proposed(found), actor=ada, wake=no_worker)
    run(found.pk)
    return start(found.pk, actor=ada, wake=no_worker)


def raise_and_kill(
    pk: str, environment: dict[str, str], variant: str, attempts: int = ATTEMPTS
) -> int:
    """How many workers were really killed."""
    before = backends()
    nursery = [sys.executable, "-m", "handsel.connectors.files.tests.nursery"]
    answer = subprocess.run(
        [*nursery, pk, variant, str(attempts)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    deadline = time.monotonic() + 30
    while backends() - before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(answer.stdout)


def outcome() -> dict[str, object]:
    """What an import leaves behind: orders, their facts, refused rows and commissions."""
    Conversion.objects.update(due_at="2026-01-01T00:00Z")
    while evaluate_due():
        pass
    return {
        "orders": sorted(Conversion.objects.values_list("order_reference", "amount_minor")),
        "facts": Fact.objects.count(),
        "refused": InboxEvent.objects.filter(status="refused").count(),
        "earned": sorted(Commission.objects.values_list("amount_minor", flat=True)),
    }


EXPECTED = {
    "orders": sorted((f"K-{n}", (n + 10) * 100) for n in range(ORDERS)),
    "facts": ORDERS,
    "refused": REFUSED,
    "earned": sorted((n + 10) * 10 for n in range(0, ORDERS, 3)),
}


def test_an_undisturbed_import(begun: Import) -> None:
    run(begun.pk)

    assert outcome() == EXPECTED


def test_an_import_whose_workers_are_killed_ends_as_an_undisturbed_one(
    outside: dict[str, str], begun: Import
) -> None:
    assert raise_and_kill(begun.pk, outside, "one") == ATTEMPTS

    begun.refresh_from_db()
    counts = {name: begun.report[name] for name in ("new", "known", "refused", "rows")}
    assert counts == {"new": ORDERS, "known": 0, "refused": REFUSED, "rows": ORDERS + REFUSED}
    assert outcome() == EXPECTED


def test_control_a_position_that_is_committed_apart_loses_orders(
    outside: dict[str, str], begun: Import
) -> None:
    raise_and_kill(begun.pk, outside, "apart", 3)

    assert Conversion.objects.count() < ORDERS


@pytest.mark.long
def test_control_without_a_position_refused_rows_are_listed_again(
    outside: dict[str, str], begun: Import
) -> None:
    raise_and_kill(begun.pk, outside, "nowhere")

    assert InboxEvent.objects.filter(status="refused").count() > REFUSED
    assert Conversion.objects.count() == ORDERS  # their names alone keep them single


@pytest.mark.long
def test_sixty_kills(outside: dict[str, str], begun: Import) -> None:
    raise_and_kill(begun.pk, outside, "one", 60)

    begun.refresh_from_db()
    assert begun.report["rows"] == ORDERS + REFUSED
    assert outcome() == EXPECTED
