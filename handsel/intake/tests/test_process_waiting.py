import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

from handsel.conversions.models import Conversion, Fact
from handsel.customers.models import Customer
from handsel.intake import services
from handsel.intake.envelopes import open_envelope
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting
from handsel.intake.signatures import sign
from handsel.intake.tests.spooling import NOON, Record, event, ship_everything, write
from handsel.programs.models import Program
from handsel.rows.scope import seen_by

Deliver = Callable[..., InboxEvent]

ORDER = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}
SCRIPT = {**ORDER, "kind": "conversion", "event_id": "u-1", "clicks": ["a" * 32]}
PIXEL = urlencode({**ORDER, "program": "…", "cachebuster": 7, "clicks": "b" * 32, "code": "BEN10"})


@pytest.fixture
def deliver(tmp_path: Path) -> Deliver:
    """Events by a spool of tracking into the inbox, processed; the last of them."""

    def run(*records: Record) -> InboxEvent:
        write(tmp_path, records)
        ship_everything(tmp_path)
        while process_waiting():
            pass
        return InboxEvent.objects.latest("recorded_at", "pk")

    return run


def signed(program: Program, raw: str, **changes: str) -> Record:
    """A postback as the shop's server sends it."""
    header = sign(program.postback_secret, raw.encode(), NOON)
    fields: dict[str, Any] = {
        "handsel_signature": header,
        "content_type": "application/json",
        **changes,
    }
    return event("postback", program.pk, raw, **fields)


@pytest.mark.django_db
def test_a_beacon_of_the_script_becomes_a_conversion(deliver: Deliver, program: Program) -> None:
    page = "https://acme.example/thanks"
    extras = {"program": program.pk, "consent": True, "page": page, "ads": ["gclid"]}
    row = deliver(event("script", program.pk, json.dumps(SCRIPT | extras)))

    conversion = Conversion.objects.get()
    assert (row.status, row.conversion, row.event_id) == ("processed", conversion, "u-1")
    assert (conversion.amount_minor, conversion.trust) == (12_000, "browser")
    assert Fact.objects.get().body["click_ids"] == ["a" * 32]
    assert row.came_with == {"visitor": "9a8b", "consent": True, "page": page, "ads": ["gclid"]}


@pytest.mark.django_db
def test_a_pixel_becomes_a_conversion(deliver: Deliver, program: Program) -> None:
    row = deliver(event("pixel", program.pk, f"{PIXEL}&customer_id=c-7&customer_is_new=1"))

    body = Fact.objects.get().body
    assert (row.status, row.event_id) == ("processed", "order:1001")
    assert (body["click_ids"], body["codes"]) == (["b" * 32], ["BEN10"])
    assert body["customer_is_new"] is True
    assert Customer.objects.get().shop_customer_id == "c-7"


@pytest.mark.django_db
@pytest.mark.parametrize("as_form", [False, True])
def test_a_signed_postback_becomes_a_conversion(
    deliver: Deliver, program: Program, as_form: bool
) -> None:
    content_type = "application/x-www-form-urlencoded" if as_form else "application/json"
    raw = urlencode(ORDER) if as_form else json.dumps(ORDER)
    row = deliver(signed(program, raw, content_type=content_type))

    assert (row.status, row.reason) == ("processed", "")
    assert Conversion.objects.get().trust == "postback"


@pytest.mark.django_db
def test_three_ways_of_one_order_are_one_conversion(deliver: Deliver, program: Program) -> None:
    deliver(
        event("pixel", program.pk, PIXEL),
        event("script", program.pk, json.dumps(SCRIPT)),
        signed(program, json.dumps({**ORDER, "amount_minor": 11_000})),
    )

    conversion = Conversion.objects.get()
    assert Fact.objects.count() == 3
    assert (conversion.amount_minor, conversion.trust) == (11_000, "postback")


@pytest.mark.django_db
def test_a_basket_is_kept_for_later(deliver: Deliver, program: Program) -> None:
    basket = {"kind": "basket_started", "clicks": ["a" * 32], "page": "https://acme.example/hats"}
    row = deliver(event("script", program.pk, json.dumps(basket)))

    assert (row.status, row.kind, row.conversion) == ("processed", "basket_started", None)
    assert row.body == {"click_ids": ["a" * 32], "page": "https://acme.example/hats"}


REFUSALS = [
    ("script", "{", "malformed", "body"),
    ("script", '{"kind": "refund", "order_reference": "1"}', "kind-not-allowed", "kind"),
    ("script", '{"kind": "lead"}', "malformed", "order_reference"),
    ("script", '{"kind": "lead", "order_reference": "1", "x": 1}', "malformed", "x"),
    ("pixel", "order_reference=1&currency=EUR", "amount-missing", "amount_minor"),
    ("pixel", "order_reference=1&amount_minor=9.90", "malformed", "amount_minor"),
    ("pixel", "kind=cancel&order_reference=1", "kind-not-allowed", "kind"),
    ("postback", "{}", "signature-missing", "Handsel-Signature"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "raw", "reason", "field"), REFUSALS)
def test_a_refusal_is_listed_with_reason_and_field(
    deliver: Deliver, program: Program, source: str, raw: str, reason: str, field: str
) -> None:
    row = deliver(event(source, program.pk, raw))

    assert (row.status, row.reason, row.field) == ("refused", reason, field)
    assert row.processed_at is not None
    assert not Conversion.objects.exists()
    with seen_by([program.brand_id]):
        assert InboxEvent.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db
def test_a_program_that_does_not_exist_is_named(deliver: Deliver) -> None:
    row = deliver(event("pixel", "prg_01m7w3n2p5exyv9yzdeftyh8k6", PIXEL))

    assert (row.reason, row.field, row.brand) == ("program-unknown", "program", None)


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["", "acme", "prg_'; --", "prg_é", "prg_" + "z" * 26, "x" * 40])
def test_what_names_no_program_stops_no_other(
    deliver: Deliver, program: Program, named: str
) -> None:
    deliver(event("pixel", named, PIXEL), event("pixel", program.pk, PIXEL))

    assert sorted(InboxEvent.objects.values_list("status", "reason")) == [
        ("processed", ""),
        ("refused", "program-unknown"),
    ]


@pytest.mark.django_db
def test_a_recording_of_a_postback_is_refused(deliver: Deliver, program: Program) -> None:
    header = sign(program.postback_secret, b"{}", NOON - timedelta(minutes=6))
    row = deliver(signed(program, "{}", handsel_signature=header))

    assert row.reason == "signature-expired"


@pytest.mark.django_db
def test_a_changed_postback_is_refused(deliver: Deliver, program: Program) -> None:
    header = sign(program.postback_secret, json.dumps(ORDER).encode(), NOON)
    changed = json.dumps({**ORDER, "amount_minor": 99_000})
    row = deliver(signed(program, changed, handsel_signature=header))

    assert row.reason == "signature-wrong"


@pytest.mark.django_db
def test_a_repeat_is_seen_as_one_and_points_to_the_same_conversion(
    deliver: Deliver, program: Program
) -> None:
    beacon = event("script", program.pk, json.dumps(SCRIPT))
    deliver(beacon, beacon)
    deliver(beacon)

    rows = InboxEvent.objects.order_by("status")
    assert [row.status for row in rows] == ["processed", "repeated", "repeated"]
    assert {row.conversion_id for row in rows} == {Conversion.objects.get().pk}


@pytest.mark.django_db
def test_an_id_with_another_body_is_refused(deliver: Deliver, program: Program) -> None:
    deliver(event("script", program.pk, json.dumps(SCRIPT)))
    row = deliver(event("script", program.pk, json.dumps({**SCRIPT, "amount_minor": 1})))

    assert (row.reason, row.field) == ("event-id-reused", "event_id")


@pytest.mark.django_db
def test_a_fault_of_ours_stops_no_other_event(
    deliver: Deliver, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(envelope: dict[str, object], *rest: object) -> object:
        if "unlucky" in str(envelope["raw"]):
            raise ZeroDivisionError
        return open_envelope(envelope, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "open_envelope", faulty)
    others = [
        event("script", program.pk, json.dumps({**SCRIPT, "order_reference": n, "event_id": n}))
        for n in ("1", "unlucky", "3")
    ]
    deliver(*others)

    assert Conversion.objects.count() == 2
    assert InboxEvent.objects.get(status="refused").reason == "internal-error"


@pytest.mark.django_db(transaction=True)
def test_several_workers_take_every_event_once(tmp_path: Path, program: Program) -> None:
    bodies = [{**SCRIPT, "order_reference": str(n), "event_id": str(n % 40)} for n in range(40)]
    # Every one comes twice, so that twins are in two hands at the same moment.
    for at in (NOON, NOON + timedelta(seconds=1)):
        write(tmp_path, [event("script", program.pk, json.dumps(body), at) for body in bodies])
    ship_everything(tmp_path)
    start, taken = Barrier(4), []

    def work() -> None:
        start.wait()
        while count := process_waiting(limit=7):
            taken.append(count)
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(taken) == 80
    assert Fact.objects.count() == Conversion.objects.count() == 40
    assert InboxEvent.objects.filter(status="repeated").count() == 40
