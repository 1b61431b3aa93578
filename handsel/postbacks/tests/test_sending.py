"""Deliveries on their way to a real server, with its faults."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob

from handsel.activity.models import Activity
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks import sending
from handsel.postbacks.calling import Caller
from handsel.postbacks.models import Delivery, DeliveryQuerySet, Postback
from handsel.postbacks.sending import WAITS, claim, send_due
from handsel.postbacks.services import add_postback, send_again, send_sample, switch_on
from handsel.postbacks.signing import signature
from handsel.postbacks.tasks import wake_when_due
from handsel.postbacks.tests.tracker import Tracker, hangs_up, says

Earn = Callable[..., Commission]
NO = says(500, b"Out of order")


def let_wait_pass() -> None:
    Delivery.objects.filter(due_at__isnull=False).update(due_at=now() - timedelta(seconds=1))


def the_delivery() -> Delivery:
    return Delivery.objects.get()


def test_a_delivery_is_called_for_once_and_its_answer_kept(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    assert [send_due(caller=caller), send_due(caller=caller)] == [1, 0]

    assert tracker.paths == ["/in?c=&e=pending&m=10.00"]
    delivery = the_delivery()
    assert (delivery.state, delivery.answer_status, delivery.answer) == ("delivered", 200, "thanks")
    assert tracker.deliveries == [delivery.pk]


def test_it_is_signed_over_its_very_address(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    send_due(caller=caller)

    method, path, headers = tracker.requests[0]
    url = f"https://{headers['Host']}{path}"
    said = headers["Handsel-Signature"]
    at_s = int(said.split(",")[0].removeprefix("t="))
    assert said == signature([postback.secret], method, url, at_s)


def test_a_postback_by_post_has_no_body(
    bens: Partnership, ben: Member, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    add_postback(bens, url=f"{tracker.url}/p/{{status}}", method="POST", actor=ben)
    earn()
    send_due(caller=caller)

    method, path, headers = tracker.requests[0]
    assert (method, path, headers.get("Content-Length", "0")) == ("POST", "/p/pending", "0")


def test_a_failure_is_tried_again_later_and_later_and_then_given_up(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    tracker.answer = NO
    earn()
    waited = []
    for _wait in WAITS:
        assert send_due(caller=caller) == 1
        assert send_due(caller=caller) == 0
        delivery = the_delivery()
        assert delivery.tried_at is not None
        assert delivery.due_at is not None
        waited.append((delivery.due_at - delivery.tried_at) / _wait)
        let_wait_pass()
    send_due(caller=caller)
    let_wait_pass()

    assert all(0.9 <= part <= 1.1 for part in waited)
    assert len(set(waited)) > 1
    assert send_due(caller=caller) == 0
    assert (the_delivery().state, the_delivery().attempts) == ("undelivered", 7)
    assert set(tracker.deliveries) == {the_delivery().pk}


def test_what_a_tracker_asks_us_to_wait_is_waited(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    at = datetime.now(UTC) + timedelta(hours=3)
    for wait, least in (
        ("7200", timedelta(hours=2)),
        (format_datetime(at, usegmt=True), timedelta(hours=2, minutes=59)),
        ("99999999999", timedelta(hours=24)),
        ("soon", timedelta(minutes=20)),
    ):
        tracker.answer = says(429, Retry_After=wait)
        send_due(caller=caller)
        delivery = the_delivery()
        assert delivery.tried_at is not None
        assert delivery.due_at is not None
        waited = delivery.due_at - delivery.tried_at
        assert least - timedelta(minutes=1) <= waited <= timedelta(hours=24, seconds=1), wait
        assert delivery.problem == "too-often"
        let_wait_pass()


def test_what_came_later_waits_for_what_came_before(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller, ada: Member
) -> None:
    tracker.answer = NO
    approve_commission(earn("L-1").pk, actor=ada)
    earn("L-2")
    send_due(caller=caller)
    send_due(caller=caller)
    assert [path.split("e=")[1] for path in tracker.paths] == ["pending&m=10.00"] * 2

    tracker.answer = says(200)
    let_wait_pass()
    while send_due(caller=caller):
        pass
    assert [path.split("e=")[1] for path in tracker.paths[2:]] == [
        "pending&m=10.00",
        "pending&m=10.00",
        "approved&m=10.00",
    ]


def test_control_without_that_order_an_approval_overtakes(
    postback: Postback,
    earn: Earn,
    tracker: Tracker,
    caller: Caller,
    ada: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        sending, "due", lambda at: Delivery.objects.waiting().filter(due_at__lte=at)
    )
    tracker.answer = NO
    approve_commission(earn().pk, actor=ada)
    send_due(caller=caller)

    assert any("approved" in path for path in tracker.paths)


def test_one_tracker_with_much_to_hear_keeps_nobody_elses_postbacks(
    postback: Postback, bens: Partnership, ben: Member, earn: Earn
) -> None:
    commission = earn()
    first = the_delivery()
    others = [add_postback(bens, url="https://other.example/", actor=ben), postback]
    for one in [postback] * 60 + others[:1]:
        Delivery.objects.create(
            postback=one,
            commission=None,
            event="pending",
            status="pending",
            **{
                name: getattr(first, name)
                for name in ("brand", "partner", "partnership", "amount_minor", "currency")
            },
        )

    claimed = claim(20, at=now())
    assert commission is not None
    assert {one.postback_id for one in claimed} == {one.pk for one in others}


def test_what_one_sender_has_claimed_is_no_other_ones(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    assert len(claim(10, at=now())) == 1

    assert send_due(caller=caller) == 0
    assert tracker.requests == []


def test_two_senders_that_choose_at_once_do_not_both_call(
    postback: Postback, earn: Earn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one claims between our choice and our lock."""
    earn()
    choose = sending._fairly
    others: list[str] = []

    def slowly(ready: DeliveryQuerySet, limit: int) -> list[str]:
        chosen = choose(ready, limit)
        if not others:
            others.append("begun")
            others.extend(row.pk for row in claim(10, at=now()))
        return chosen

    monkeypatch.setattr(sending, "_fairly", slowly)
    assert claim(10, at=now()) == []
    assert others == ["begun", the_delivery().pk]


def test_the_worker_is_woken_when_something_is_due(postback: Postback, earn: Earn) -> None:
    jobs = ProcrastinateJob.objects.filter(task_name="postbacks.send_now")
    wake_when_due()
    assert not jobs.exists()

    earn()
    wake_when_due()
    assert jobs.count() == 1


def test_a_provisional_commission_waits_for_its_clicks(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    Commission.objects.filter(pk=earn().pk).update(provisional=True)
    assert send_due(caller=caller) == 0

    Commission.objects.update(provisional=False)
    assert send_due(caller=caller) == 1


def test_after_three_days_of_failing_it_is_switched_off_and_its_people_are_told(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller, outbox: None
) -> None:
    tracker.answer = hangs_up
    earn()
    send_due(caller=caller)
    Postback.objects.update(failing_since=now() - timedelta(days=3))
    let_wait_pass()
    send_due(caller=caller)

    postback.refresh_from_db()
    assert (postback.state, postback.off_because) == ("disabled", "failing")
    assert Activity.objects.filter(verb="postback.went-off", subject_id=postback.pk).exists()
    letter = Letter.objects.get(subject__contains="switched off")
    assert letter.to == "ben@owner.example"
    assert f"/portal/links/postbacks/{postback.pk}/" in letter.text


def test_an_answer_in_between_ends_the_failing(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    Postback.objects.update(failing_since=now() - timedelta(days=5))
    send_due(caller=caller)

    postback.refresh_from_db()
    assert postback.state == "enabled"


def test_an_address_that_says_it_is_gone_is_switched_off_at_once(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller, ben: Member
) -> None:
    tracker.answer = says(410)
    earn()
    send_due(caller=caller)
    let_wait_pass()
    assert send_due(caller=caller) == 0
    assert the_delivery().due_at is None

    tracker.answer = says(200)
    switch_on(postback.pk, actor=ben)
    assert send_due(caller=caller) == 1
    assert the_delivery().state == "delivered"


def test_sent_again_it_has_the_same_id(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller, ben: Member
) -> None:
    earn()
    send_due(caller=caller)
    send_again(the_delivery().pk, actor=ben)
    send_due(caller=caller)

    assert tracker.deliveries == [the_delivery().pk] * 2


def test_a_sample_is_tried_once_and_switches_nothing_off(
    postback: Postback, tracker: Tracker, caller: Caller, ben: Member
) -> None:
    tracker.answer = says(410)
    sample = send_sample(postback.pk, actor=ben)
    send_due(caller=caller)

    sample.refresh_from_db()
    postback.refresh_from_db()
    assert (sample.state, postback.state) == ("undelivered", "enabled")
    assert tracker.paths == ["/in?c=newsletter&e=pending&m=10.00"]


def test_a_delivery_that_cannot_be_read_holds_up_no_other(
    postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn("L-1")
    Delivery.objects.update(revision_number=99)
    earn("L-2")
    send_due(caller=caller)

    rows = Delivery.objects.order_by("number")
    assert [row.state for row in rows] == ["retrying", "delivered"]
    assert rows[0].problem == "not-readable"
