"""How long refused events are kept."""

from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.intake import forgetting
from handsel.intake.models import InboxEvent
from handsel.programs.models import Program
from handsel.rows.scope import seen_by

pytestmark = pytest.mark.django_db


def came(days_ago: int, status: str, program: Program | None, number: int = 0) -> str:
    row = InboxEvent.objects.create(
        source="script",
        event_id=f"{status}-{days_ago}-{program is None}-{number}",
        program=program,
        brand_id=program.brand_id if program else None,
        status=status,
        trust="browser",
        body={},
        received_at=now() - timedelta(days=days_ago, minutes=1),
    )
    return str(row.pk)


def test_what_was_refused_is_forgotten_in_time_and_nothing_else(program: Program) -> None:
    kept = {came(6, "refused", None), came(7, "waiting", None), came(89, "refused", program)}
    kept |= {came(400, status, program) for status in ("processed", "repeated", "waiting")}
    came(7, "refused", None)
    came(90, "refused", program)

    assert forgetting.forget_refused() == 2
    assert set(InboxEvent.objects.values_list("pk", flat=True)) == kept


def test_many_go_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 3)
    for number in range(7):
        came(8, "refused", None, number)

    assert forgetting.forget_refused() == 7


def test_a_brand_forgets_nothing_of_anothers(program: Program) -> None:
    came(100, "refused", program)
    with seen_by(["org_00000000000000000000000000"]):
        assert forgetting.forget_refused() == 0

    assert InboxEvent.objects.count() == 1
