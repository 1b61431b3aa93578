"""Nobody loses an order because the secret of postbacks was replaced."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from handsel.activity.models import Activity
from handsel.errors import InvalidInput
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting
from handsel.intake.signatures import sign
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.programs.services import end_old_secret, replace_postback_secret

REPLACED_AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
RAW = json.dumps({"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"})


@pytest.fixture(autouse=True)
def replaced_at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("services", "models"):
        monkeypatch.setattr(f"handsel.programs.{module}.now", lambda: REPLACED_AT)


def arrive(program: Program, *secrets: str, after: timedelta = timedelta(hours=1)) -> InboxEvent:
    """A postback that comes some time after the change, signed with these secrets."""
    at = REPLACED_AT + after
    signatures = [sign(secret, RAW.encode(), at) for secret in secrets]
    header = ",".join([signatures[0], *(s.partition(",")[2] for s in signatures[1:])])
    headers = {"handsel-signature": header, "content-type": "application/json"}
    body = {"source": "postback", "program": program.pk, "raw": RAW, "headers": headers}
    row = InboxEvent.objects.create(
        source="postback", trust="postback", event_id="1", body=body, received_at=at
    )
    process_waiting()
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_orders_signed_with_the_old_secret_are_taken_for_a_day(program: Program) -> None:
    replaced = replace_postback_secret(program.pk, actor=None)
    row = arrive(replaced, program.postback_secret)

    assert (row.status, row.trust) == ("processed", "postback")
    program.refresh_from_db()
    assert program.postback_secret_before_used_at == row.received_at


@pytest.mark.django_db
def test_who_signs_with_both_uses_the_new_one(program: Program) -> None:
    replaced = replace_postback_secret(program.pk, actor=None)
    row = arrive(replaced, program.postback_secret, replaced.postback_secret)

    assert row.status == "processed"
    program.refresh_from_db()
    assert program.postback_secret_before_used_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("keep_hours", [0, 1, 24])
def test_the_old_secret_is_refused_once_its_time_is_over(program: Program, keep_hours: int) -> None:
    replaced = replace_postback_secret(program.pk, keep_hours=keep_hours, actor=None)
    row = arrive(replaced, program.postback_secret, after=timedelta(hours=keep_hours))

    assert (row.status, row.reason) == ("refused", "signature-wrong")


@pytest.mark.django_db
def test_the_old_secret_can_be_ended_before_its_time(program: Program, ada: Member) -> None:
    replaced = replace_postback_secret(program.pk, actor=ada)
    end_old_secret(program.pk, actor=ada)

    assert arrive(replaced, program.postback_secret).reason == "signature-wrong"
    verbs = Activity.objects.order_by("recorded_at").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["program.secret-changed", "program.old-secret-ended"]


@pytest.mark.django_db
def test_of_three_secrets_the_oldest_is_refused(program: Program) -> None:
    replace_postback_secret(program.pk, actor=None)
    replaced = replace_postback_secret(program.pk, actor=None)

    assert arrive(replaced, program.postback_secret).reason == "signature-wrong"


@pytest.mark.django_db
@pytest.mark.parametrize("keep_hours", [-1, 169])
def test_an_old_secret_stays_good_for_a_week_at_most(program: Program, keep_hours: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replace_postback_secret(program.pk, keep_hours=keep_hours, actor=None)

    assert refusal.value.field == "keep_hours"
    secret = program.postback_secret
    program.refresh_from_db()
    assert program.postback_secret == secret
