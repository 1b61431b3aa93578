"""Case by case: what goes wrong between a click and its credit, and that it is told exactly."""

from datetime import UTC, datetime, timedelta

import pytest

from handsel.engine.diagnosis import ClickSeen, EventSeen, Facts, OrderSeen, findings, states

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ID = "AZqkWvYAAAAAB1c0Yw2lXq9mJ4nT5bKd"
PROGRAM = "prg_mine"
CLICK = ClickSeen(ID, NOW - timedelta(seconds=20), visitor="me")
RUNS = {"intake_seen_at": NOW, "intake_passed_at": NOW - timedelta(seconds=0.4)}


def facts(**said):
    known = {"at": NOW, "program": PROGRAM, "hosts": ["shop.example"], "click": CLICK}
    return Facts(**{**known, **RUNS, **said})


def event(kind="order", source="api", **said):
    known = {"at": NOW - timedelta(seconds=10), "program": PROGRAM, "visitor": ""}
    return EventSeen("inb_1", source, kind, **{**known, **said})


def script(kind="basket_started", **said):
    known = {"visitor": "me", "host": "www.shop.example", "consent": True, "click_ids": [ID]}
    return event(kind, "script", **{**known, **said})


def codes(found):
    return [one.code for one in findings(found)]


def test_where_all_is_well_nothing_is_found():
    order = OrderSeen("1001", "credited", is_credited=True)
    found = facts(events=[script(), event(click_ids=[ID])], order=order)

    assert codes(found) == []
    assert set(states(found).values()) == {"done"}


def test_the_first_step_that_is_not_done_is_the_one_at_hand():
    assert states(facts(has_link=False, click=None)) == {
        "link": "now",
        **dict.fromkeys(("click", "page", "basket", "order", "credit"), "later"),
    }
    assert states(facts())["page"] == "now"


def test_an_order_by_api_needs_no_script():
    found = states(facts(events=[event(click_ids=[ID])]))

    assert (found["page"], found["basket"], found["order"]) == ("skipped", "skipped", "done")


def test_a_refused_event_is_no_step():
    assert states(facts(events=[event(click_ids=[ID], refused="malformed")]))["order"] == "later"


AGO = NOW - timedelta(minutes=10)
EARLIER = ClickSeen(ID, NOW - timedelta(minutes=2), visitor="me")
ORDER = OrderSeen("1001", "credited", is_credited=True)

CASES: dict[str, dict[str, object]] = {
    "no_link": {"has_link": False, "click": None},
    "click_awaited": {"click": None},
    "intake_never": {"intake_seen_at": None},
    "intake_silent": {"intake_seen_at": AGO, "intake_passed_at": AGO},
    "intake_behind": {"intake_passed_at": NOW - timedelta(seconds=8)},
    "events_unread": {"unread_since": AGO},
    "click_earns_nothing": {"click": ClickSeen(ID, NOW, "me", "bot", False, False)},
    "click_not_counted": {"click": ClickSeen(ID, NOW, "me", "repeat", False, True)},
    "nothing_since_click": {"click": EARLIER, "was_script_heard": True},
    "nothing_ever": {"click": EARLIER},
    "no_order_yet": {"click": EARLIER, "events": [script(at=NOW - timedelta(minutes=1))]},
    "page_elsewhere": {"events": [script(host="shop.example.evil.example")]},
    "script_lost_id": {"events": [script(click_ids=[])]},
    "no_consent_no_id": {"events": [script(click_ids=[], consent=False)]},
    "no_consent": {"events": [script(consent=None)]},
    "id_cut": {"events": [event(click_ids=[ID[:20]])]},
    "id_in_other_case": {"events": [event(click_ids=[ID.lower()])]},
    "id_of_other_length": {"events": [event(click_ids=["abc"])]},
    "orders_without_id": {"events": [event()]},
    "orders_with_code_only": {"events": [event(codes=["BEN10"])]},
    "program_unknown": {"events": [event(refused="program-unknown", program="prg_typo")]},
    "other_program": {
        "events": [event(program="prg_mine_too", click_ids=["x" * 32])],
        "own_programs": [PROGRAM, "prg_mine_too"],
    },
    "refused": {"events": [event(refused="wrong-currency", fault="currency")]},
    "clock_behind": {
        "events": [event(refused="signature-expired", params={"signed_at": 0, "received_at": 720})]
    },
    "clock_ahead": {
        "events": [event(refused="signature-expired", params={"signed_at": 720, "received_at": 0})]
    },
    "order_before_click": {
        "order": OrderSeen("1", "unattributed", "after_order", occurred_at=AGO),
    },
    "not_credited": {"order": OrderSeen("1", "unattributed", "outside_window")},
    "credited_elsewhere": {"order": OrderSeen("1", "credited", verdict="code_wins")},
    "order_in_the_works": {"order": OrderSeen("1", "waiting")},
    "browser_only": {"order": OrderSeen("1", "credited", trust="browser", is_credited=True)},
    "same_browser": {"order": OrderSeen("1", "credited", visitor="me", is_credited=True)},
}


@pytest.mark.parametrize("code", CASES)
def test_what_is_wrong_is_found_and_nothing_else(code):
    assert codes(facts(**CASES[code])) == [code]


def test_a_cut_id_is_measured():
    [found] = findings(facts(events=[event(click_ids=[ID[:20]])]))

    assert found.params == {"length": 20, "expected": 32}
    assert found.event == "inb_1"


def test_a_clock_is_measured():
    params = {"signed_at": 1_795_167_000, "received_at": 1_795_167_000 + 12 * 60}
    [found] = findings(facts(events=[event(refused="signature-expired", params=params)]))

    assert (found.code, found.params) == ("clock_behind", {"minutes": 12})


def test_a_shop_that_knows_the_click_gets_time_for_its_order():
    assert codes(facts(click=EARLIER, events=[script()])) == []


def test_strangers_orders_are_left_alone_once_the_own_one_came():
    assert codes(facts(events=[event(), event(click_ids=[ID])])) == []


def test_what_happened_before_the_click_is_not_held_against_it():
    before = CLICK.at - timedelta(minutes=1)

    assert codes(facts(events=[event(at=before), script(at=before, click_ids=[])])) == []


def test_what_was_refused_before_the_click_is_told_until_something_else_comes():
    refused = event(at=CLICK.at - timedelta(minutes=1), refused="malformed", fault="currency")

    assert codes(facts(events=[refused])) == ["refused"]
    assert codes(facts(events=[refused, script()])) == []
    assert codes(facts(events=[refused, event(refused="kind-unknown"), script()])) == ["refused"]


def test_what_was_refused_of_a_file_is_told_elsewhere():
    assert codes(facts(events=[event(source="file", refused="amount-unreadable")])) == []


def test_consent_that_came_later_is_enough():
    assert codes(facts(events=[script(consent=False), script("order")])) == []


def test_a_reason_is_told_once_however_often_it_was_met():
    refused = {"refused": "malformed", "fault": "currency"}
    other = {**refused, "fault": "lines.0"}
    found = findings(facts(events=[event(**refused), event(**refused), event(**other)]))

    assert [(one.params["field"], one.count) for one in found] == [("currency", 2), ("lines.0", 1)]
