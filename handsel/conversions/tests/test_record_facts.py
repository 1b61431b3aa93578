from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from threading import Barrier, Thread
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from handsel.conversions.models import Conversion, Fact
from handsel.conversions.services import AmountTooLarge, EventIdReused, record_fact, record_facts
from handsel.conversions.tests.shop import NOON
from handsel.customers.identity import email_hash
from handsel.customers.models import Customer
from handsel.engine.orders import LineUnknown, NegativeAmount, RefundAboveSale, WrongCurrency
from handsel.engine.values import Malformed
from handsel.errors import DomainError
from handsel.rows.scope import as_system


def test_an_order_is_a_conversion_that_is_due(shop):
    conversion = shop.order(paid_minor=12_018)

    assert conversion.amount_minor == 12_018
    assert conversion.due_at is not None
    assert (conversion.status, conversion.trust) == ("waiting", "store")


def test_the_same_event_twice_changes_nothing(shop):
    first = shop.order()
    Conversion.objects.update(due_at=None)

    assert shop.order() == first
    assert Fact.objects.count() == 1
    assert Conversion.objects.get().due_at is None


def test_an_event_id_with_another_body_is_refused(shop):
    shop.order(paid_minor=10_000)

    with pytest.raises(EventIdReused) as refused:
        shop.order(paid_minor=20_000)

    assert (refused.value.status, refused.value.field) == (409, "event_id")
    assert Conversion.objects.get().amount_minor == 10_000


def test_an_event_id_for_another_order_is_refused(shop):
    shop.order("L-1", event_id="e1")

    with pytest.raises(EventIdReused):
        shop.order("L-2", event_id="e1")

    assert Conversion.objects.count() == 1


def test_pixel_postback_and_webhook_speak_of_one_conversion(shop):
    told = [
        shop.order_fact(paid_minor=9_000, source="pixel", trust="browser"),
        shop.order_fact(paid_minor=9_500, source="postback", trust="postback"),
        shop.order_fact(paid_minor=10_000, source="webhook", trust="store"),
    ]
    for number, order_of_arrival in enumerate(permutations(told)):
        for fact in order_of_arrival:
            changed = {"order_reference": f"L-{number}", "event_id": f"e{number}"}
            record_fact(replace(fact, **changed))

    assert Conversion.objects.count() == 6
    assert set(Conversion.objects.values_list("amount_minor", "trust")) == {(10_000, "store")}


def test_a_later_version_of_an_order_replaces_an_earlier_one(shop):
    shop.order(paid_minor=10_000, updated_at=NOON + timedelta(hours=2), event_id="v2")
    conversion = shop.order(paid_minor=7_000, updated_at=NOON + timedelta(hours=1), event_id="v1")

    assert conversion.amount_minor == 10_000


def test_a_refund_that_comes_first_waits_for_its_order(shop):
    waiting = shop.refund(amount_minor=4_000)

    assert (waiting.reason, waiting.due_at) == ("order_missing", None)

    conversion = shop.order(paid_minor=10_000)

    assert conversion.pk == waiting.pk
    assert (conversion.amount_minor, conversion.refunded_minor) == (10_000, 4_000)
    assert conversion.reason == ""
    assert conversion.due_at is not None


def test_a_refund_above_the_sale_is_refused_by_name(shop):
    shop.order(paid_minor=10_000)
    shop.refund(amount_minor=6_000, event_id="r1")

    with pytest.raises(RefundAboveSale) as refused:
        shop.refund(amount_minor=4_001, event_id="r2")

    assert refused.value.field == "amount_minor"
    assert Conversion.objects.get().refunded_minor == 6_000
    assert Fact.objects.count() == 2


def bad(shop):
    line = {"line_id": "1", "gross_minor": 100}
    return {
        "currency": (shop.order_fact(currency="USD"), WrongCurrency),
        "lines.0.gross_minor": (shop.order_fact(paid_minor=-1), NegativeAmount),
        "lines": (shop.order_fact(lines=[line | {"line_id": str(n), "gross_minor": 2**52} for n in
                                         range(3)]), AmountTooLarge),
        "shipping_minor": (shop.order_fact(shipping_minor="5"), Malformed),
        "body": (shop.order_fact(lines=[line | {"gross_minor": 1.5}]), Malformed),
        "click_ids": (shop.order_fact(click_ids=["x"] * 101), Malformed),
        "customer.email": (shop.order_fact(customer={"email": "kari"}), DomainError),
        "order_reference": (shop.order_fact("x" * 201, event_id="e"), Malformed),
        "event_id": (shop.order_fact(event_id="e\0"), Malformed),
        "trust": (shop.order_fact(trust="friend"), Malformed),
    }  # fmt: skip


FIELDS = [
    "currency",
    "lines.0.gross_minor",
    "lines",
    "shipping_minor",
    "body",
    "click_ids",
    "customer.email",
    "order_reference",
    "event_id",
    "trust",
]


@pytest.mark.parametrize("field", FIELDS)
def test_bad_input_is_refused_by_field_and_changes_nothing(shop, field):
    fact, refusal = bad(shop)[field]

    with pytest.raises(refusal) as refused:
        record_fact(fact)

    assert refused.value.field == field
    assert not Conversion.objects.exists()
    assert not Customer.objects.exists()


def test_a_character_that_the_database_cannot_keep_is_refused(shop):
    with pytest.raises(Malformed):
        shop.order(codes=["BEN\0"])


def test_in_a_batch_each_fact_has_an_outcome_of_its_own(shop):
    outcomes = record_facts(
        [
            shop.order_fact("L-1", customer={"id": "17"}),
            shop.order_fact("L-2", paid_minor=-1, customer={"id": "18"}),
            shop.refund_fact("L-1", amount_minor=10_001, customer={"id": "19"}),
            shop.refund_fact("L-1", amount_minor=5_000, event_id="r2"),
            shop.refund_fact("L-1", amount_minor=5_000, event_id="r2"),
            shop.refund_fact("L-1", lines=[{"line_id": "9", "amount_minor": 1}], event_id="r3"),
        ]
    )

    conversion = Conversion.objects.get()
    kinds = [type(o) for o in outcomes]
    assert kinds == [
        Conversion,
        NegativeAmount,
        RefundAboveSale,
        Conversion,
        Conversion,
        LineUnknown,
    ]
    assert (conversion.amount_minor, conversion.refunded_minor) == (10_000, 5_000)
    assert conversion.facts.count() == 2
    assert Customer.objects.get().shop_customer_id == "17"


def test_a_body_never_keeps_who_bought(shop):
    shop.order(customer={"email": "kari@mail.example", "country": "NO"})

    assert "customer" not in Fact.objects.get().body
    assert Customer.objects.get().email_hash == email_hash("kari@mail.example")


def test_the_strongest_fact_says_who_bought(shop):
    shop.order(customer={"id": "17"}, source="webhook")
    conversion = shop.order(customer={"id": "99"}, source="pixel", trust="browser")

    assert conversion.customer.shop_customer_id == "17"


def test_a_late_earlier_order_opens_the_later_ones_again(shop):
    before = shop.order("L-0", customer={"id": "17"}, at=NOON - timedelta(days=4))
    later = shop.order("L-2", customer={"id": "17"}, at=NOON)
    other = shop.order("L-3", customer={"id": "18"}, at=NOON)
    Conversion.objects.update(due_at=None)

    shop.order("L-1", customer={"id": "17"}, at=NOON - timedelta(days=3))

    for conversion in (before, later, other):
        conversion.refresh_from_db()
    assert later.due_at is not None
    assert other.due_at is before.due_at is None


def test_orders_of_a_guest_become_those_of_the_customer(shop):
    guests = shop.order("L-1", customer={"email": "kari@mail.example"})
    shop.order("L-2", customer={"id": "17"}, at=NOON + timedelta(days=1))
    Conversion.objects.update(due_at=None)

    shop.order(
        "L-3", customer={"id": "17", "email": "kari@mail.example"}, at=NOON + timedelta(days=2)
    )

    guests.refresh_from_db()
    assert guests.customer.shop_customer_id == "17"
    assert Conversion.objects.exclude(due_at=None).count() == 3
    assert shop.refund("L-1").customer == guests.customer


def test_a_delivery_does_not_disturb_the_order(shop):
    shop.order()
    conversion = record_fact(shop.fact("delivery", "L-1", {}, at=NOON + timedelta(days=3)))

    assert conversion.amount_minor == 10_000
    assert conversion.due_at is not None


@pytest.mark.django_db(transaction=True)
def test_four_who_tell_the_same_at_once_tell_it_once(shop):
    together, outcomes = Barrier(4), []

    def tell():
        try:
            with as_system():
                together.wait(timeout=10)
                outcomes.extend(
                    record_facts(
                        [shop.order_fact(f"L-{n}", customer={"id": str(n)}) for n in range(20)]
                    )
                )
        finally:
            connection.close()

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 80
    assert len({o.pk for o in outcomes if isinstance(o, Conversion)}) == 20
    assert Fact.objects.count() == 20


def test_a_shops_refund_is_not_judged_by_what_a_pixel_guessed(shop):
    shop.order(paid_minor=1_000, source="pixel", trust="browser")
    waiting = shop.refund(amount_minor=4_000)
    assert (waiting.status, waiting.reason, waiting.due_at) == ("waiting", "order_missing", None)

    conversion = shop.order(paid_minor=10_000)

    assert (conversion.amount_minor, conversion.refunded_minor) == (10_000, 4_000)
    assert conversion.reason == ""


def test_what_a_browser_says_cannot_be_refunded_above_itself_by_a_browser(shop):
    pixel = {"source": "pixel", "trust": "browser"}
    shop.order(paid_minor=1_000, **pixel)

    with pytest.raises(RefundAboveSale):
        shop.refund(amount_minor=4_000, **pixel)


def wait_for_a_wait():
    """Until some statement waits for a lock that another holds."""
    deadline = monotonic() + 10
    while monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_a_ring_of_locks_is_broken_and_tried_again(shop):
    """Recording holds L-1 and wants L-2, another transaction the other way round."""
    first, second = shop.order("L-1"), shop.order("L-2")
    outcomes = []

    def record():
        try:
            with as_system():
                outcomes.extend(record_facts([shop.refund_fact("L-1"), shop.refund_fact("L-2")]))
        finally:
            connection.close()

    recording = Thread(target=record)
    with transaction.atomic():
        Conversion.objects.filter(pk=second.pk).update(reason="")
        recording.start()
        wait_for_a_wait()
        Conversion.objects.filter(pk=first.pk).update(reason="")
    recording.join()

    assert [type(outcome) for outcome in outcomes] == [Conversion, Conversion]
    assert set(Conversion.objects.values_list("refunded_minor", flat=True)) == {5_000}


def test_a_browser_cannot_fill_an_order_with_reports(shop):
    pixels = [
        shop.order_fact(source="pixel", trust="browser", event_id=f"px-{number}")
        for number in range(25)
    ]

    outcomes = record_facts([*pixels, shop.order_fact()])

    assert [type(outcome).__name__ for outcome in outcomes[18:]] == [
        *["Conversion"] * 2, *["ReportedTooOften"] * 5, "Conversion",
    ]  # fmt: skip
    assert Fact.objects.count() == 21


def test_an_order_has_lines_that_somebody_could_read(shop):
    lines = [{"line_id": str(place), "gross_minor": 1} for place in range(5_001)]

    with pytest.raises(Malformed) as refusal:
        shop.order(lines=lines)

    assert refusal.value.field == "lines"


def test_gross_amounts_that_cannot_be_counted_are_refused(shop):
    most = 2**53 - 1
    free = {"gross_minor": most, "discount_minor": most}

    with pytest.raises(AmountTooLarge):
        shop.order(lines=[{"line_id": "1", **free}, {"line_id": "2", **free}])
