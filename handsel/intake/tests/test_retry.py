"""A refused event is judged again, as it came, once what was wrong is mended."""

import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.conversions.models import Conversion, Fact
from handsel.intake import services
from handsel.intake.models import InboxEvent
from handsel.intake.services import EventNotKept, process_waiting, receive, retry
from handsel.intake.signatures import sign
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.rows.scope import seen_by

Wait = Callable[..., InboxEvent]

ORDER = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}
REFUND = {"kind": "refund", "order_reference": "1001", "refund": "r-1", "amount_minor": 20_000}
OTHER_SECRET = "the one the shop signs with"


@pytest.fixture
def wait(program: Program) -> Wait:
    """A signed postback as tracking brings it, processed."""

    def run(body: dict[str, Any], secret: str = "", **changes: Any) -> InboxEvent:
        raw, at = json.dumps(body), now()
        signature = sign(secret or program.postback_secret, raw.encode(), at)
        headers = {"handsel-signature": signature, "content-type": "application/json"}
        envelope = {"source": "postback", "program": program.pk, "raw": raw, "headers": headers}
        fields = {"source": "postback", "trust": "postback", "body": envelope, **changes}
        row = InboxEvent.objects.create(event_id="0:1", received_at=at, **fields)
        process_waiting()
        row.refresh_from_db()
        return row

    return run


def mend_secret(program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(postback_secret=OTHER_SECRET)


def test_what_was_signed_with_another_secret_is_taken_in_once_it_is_the_right_one(
    wait: Wait, program: Program, ada: Member
) -> None:
    row = wait(ORDER, OTHER_SECRET)
    assert (row.status, row.reason) == ("refused", "signature-wrong")

    mend_secret(program)
    again = retry(row, actor=ada)

    conversion = Conversion.objects.get()
    assert (again.status, again.reason, again.conversion) == ("processed", "", conversion)
    assert conversion.occurred_at == row.received_at
    assert Activity.objects.get(verb="event.retried").data == {"status": "processed", "reason": ""}


def test_what_is_still_wrong_is_refused_once_more(wait: Wait, ada: Member) -> None:
    row = wait(ORDER, OTHER_SECRET)

    again = retry(row, actor=ada)

    assert (again.status, again.reason) == ("refused", "signature-wrong")
    assert not Conversion.objects.exists()
    assert InboxEvent.objects.get().body == row.body


def test_a_refund_is_taken_in_once_its_order_is_as_large(
    wait: Wait, program: Program, ada: Member
) -> None:
    receive(program, source="api", kind="order", trust="store", body=ORDER)
    row = wait(REFUND)
    assert (row.status, row.reason, row.kind) == ("refused", "refund-above-sale", "refund")

    grown = {**ORDER, "event_id": "e-2", "amount_minor": 30_000}
    receive(program, source="api", kind="order", trust="store", body=grown)
    again = retry(row, actor=ada)

    assert again.status == "processed"
    assert Conversion.objects.get().refunded_minor == 20_000


def test_judging_again_twice_changes_nothing(wait: Wait, program: Program, ada: Member) -> None:
    row = wait(ORDER, OTHER_SECRET)
    mend_secret(program)

    first, second = retry(row, actor=ada), retry(row, actor=ada)

    assert first.status == second.status == "processed"
    assert first.processed_at == second.processed_at
    assert Fact.objects.count() == 1
    assert Activity.objects.filter(verb="event.retried").count() == 1


def test_what_came_mended_in_the_meantime_is_a_repetition(
    wait: Wait, program: Program, ada: Member
) -> None:
    row = wait(ORDER | {"event_id": "e-1"}, OTHER_SECRET)
    mend_secret(program)
    wait(ORDER | {"event_id": "e-1"}, OTHER_SECRET, delivery="0:2")

    assert retry(row, actor=ada).status == "repeated"
    assert Fact.objects.count() == 1


def test_what_is_no_message_cannot_be_judged_again(program: Program, ada: Member) -> None:
    row = InboxEvent.objects.create(
        source="tracking",
        program=program,
        brand=program.brand,
        kind="click",
        body={"came_as": "…"},
        status="refused",
        reason="link-unknown",
        received_at=now(),
    )

    with pytest.raises(EventNotKept):
        retry(row, actor=ada)


def test_a_fault_of_ours_is_seen_by_whom_it_concerns_and_can_be_retried(
    wait: Wait, program: Program, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(services, "open_envelope", fall_over)
        row = wait(ORDER)

    assert (row.status, row.reason) == ("refused", "internal-error")
    with seen_by([ada.organization_id]):
        mine = InboxEvent.objects.visible_to(ada).get()
        assert retry(mine, actor=ada).status == "processed"


TWINS = 4


def retry_at_once(row: InboxEvent, ada: Member) -> None:
    start = Barrier(TWINS)

    def run() -> None:
        start.wait()
        retry(row, actor=ada)
        connection.close()

    threads = [Thread(target=run) for _ in range(TWINS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_several_who_retry_at_once_take_it_in_once(
    wait: Wait, program: Program, ada: Member
) -> None:
    row = wait(ORDER, OTHER_SECRET)
    mend_secret(program)

    retry_at_once(row, ada)

    assert Activity.objects.filter(verb="event.retried").count() == 1
    assert Fact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_several_take_it_in(
    wait: Wait, program: Program, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = wait(ORDER, OTHER_SECRET)
    mend_secret(program)
    manager = type(InboxEvent.objects.all())
    everybody_has_read = Barrier(TWINS)
    get = manager.get

    def unlocked(rows: Any, **lookup: Any) -> Any:
        rows.query.select_for_update = False
        found = get(rows, **lookup)
        if set(lookup) == {"pk"} and isinstance(found, InboxEvent):
            everybody_has_read.wait()
        return found

    monkeypatch.setattr(manager, "get", unlocked)
    retry_at_once(row, ada)
    monkeypatch.undo()

    assert Activity.objects.filter(verb="event.retried").count() > 1
