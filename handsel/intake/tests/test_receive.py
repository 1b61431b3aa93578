from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from handsel.conversions.models import Conversion, Fact
from handsel.conversions.services import EventIdReused
from handsel.customers.models import Customer
from handsel.engine.orders import NegativeAmount, RefundAboveSale, WrongCurrency
from handsel.engine.values import Malformed
from handsel.errors import DomainError
from handsel.intake.messages import KindUnknown
from handsel.intake.models import InboxEvent
from handsel.intake.services import Incoming, receive, receive_all
from handsel.intake.tests.spooling import NOON
from handsel.intake.understood import EventIdUnusable, OccurredInFuture
from handsel.programs.models import Program

ORDER = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}

Api = Callable[..., InboxEvent]


@pytest.fixture
def api(program: Program) -> Api:
    def send(kind: str = "order", event_id: str = "", **body: Any) -> InboxEvent:
        return receive(
            program,
            source="api",
            kind=kind,
            trust="store",
            event_id=event_id,
            body=body,
            received_at=NOON,
        )

    return send


@pytest.mark.django_db
def test_an_order_becomes_a_conversion(api: Api) -> None:
    event = api(**ORDER, codes=["BEN10"], customer={"id": "c-7", "email": "Kari@Mail.Example"})

    conversion = Conversion.objects.get()
    assert event.conversion == conversion
    assert (conversion.order_reference, conversion.amount_minor) == ("1001", 12_000)
    assert (conversion.occurred_at, conversion.trust) == (NOON, "store")
    assert Fact.objects.get().body["codes"] == ["BEN10"]
    assert conversion.customer is not None
    assert conversion.customer.shop_customer_id == "c-7"


@pytest.mark.django_db
def test_an_address_is_kept_nowhere(api: Api) -> None:
    api(**ORDER, customer={"email": "Kari@Mail.Example"})

    assert Customer.objects.get().email_hash
    kept = f"{InboxEvent.objects.values().get()} {Fact.objects.values().get()}".lower()
    assert "kari" not in kept


@pytest.mark.django_db
def test_the_same_event_again_changes_nothing(api: Api) -> None:
    first = api(event_id="e-1", **ORDER)

    assert api(event_id="e-1", **ORDER).pk == first.pk
    assert InboxEvent.objects.count() == Fact.objects.count() == 1


@pytest.mark.django_db
def test_an_event_id_with_another_body_is_refused(api: Api) -> None:
    api(event_id="e-1", **ORDER)

    with pytest.raises(EventIdReused) as refusal:
        api(event_id="e-1", **{**ORDER, "amount_minor": 1})
    assert (refusal.value.field, refusal.value.status) == ("event_id", 409)
    assert Conversion.objects.get().amount_minor == 12_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "body", "error", "field"),
    [
        ("gift", {}, KindUnknown, "kind"),
        ("order", {**ORDER, "amount_minor": -1}, NegativeAmount, "amount_minor"),
        ("order", {**ORDER, "amount_minor": 12.5}, Malformed, "amount_minor"),
        ("order", {**ORDER, "amount_minor": "12"}, Malformed, "amount_minor"),
        ("order", {**ORDER, "currency": "SEK"}, WrongCurrency, "currency"),
        ("order", {**ORDER, "currency": "EURO"}, Malformed, "currency"),
        ("order", {**ORDER, "order_reference": ""}, Malformed, "order_reference"),
        ("order", {**ORDER, "order_reference": "a\0"}, Malformed, "body"),
        ("order", {**ORDER, "total": 5}, Malformed, "total"),
        ("order", {**ORDER, "customer": {"email": "kari"}}, DomainError, "customer.email"),
        ("order", {**ORDER, "customer": {"country": "Norge"}}, DomainError, "customer.country"),
        (
            "order",
            {**ORDER, "occurred_at": (NOON + timedelta(hours=2)).isoformat()},
            OccurredInFuture,
            "occurred_at",
        ),
        ("order", {**ORDER, "occurred_at": "2026-11-20T11:00:00"}, Malformed, "occurred_at"),
        ("basket_started", {}, EventIdUnusable, "event_id"),
    ],
)
def test_a_refusal_names_its_field_and_leaves_nothing(
    api: Api, kind: str, body: dict[str, Any], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as refusal:
        api(kind, **body)

    assert refusal.value.field == field
    assert not InboxEvent.objects.exists()
    assert not Conversion.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_a_refused_id_can_be_used_for_the_mended_event(api: Api) -> None:
    with pytest.raises(DomainError):
        api(event_id="e-1", **{**ORDER, "currency": "SEK"})

    assert api(event_id="e-1", **ORDER).status == "processed"


@pytest.mark.django_db
def test_a_refund_above_the_sale_is_refused(api: Api) -> None:
    api(**ORDER)
    api("refund", order_reference="1001", refund="r-1", amount_minor=6_000)

    with pytest.raises(RefundAboveSale):
        api("refund", order_reference="1001", refund="r-2", amount_minor=6_001)
    assert Conversion.objects.get().refunded_minor == 6_000


@pytest.mark.django_db
def test_every_kind_finds_its_conversion(api: Api) -> None:
    api(**ORDER)
    api("delivery", order_reference="1001")
    api("cancel", order_reference="1001")
    api("lead", order_reference="L-1")
    api("sign_up", order_reference="S-1", amount_minor=500)
    api("basket_started", event_id="b-1", click_ids=["x" * 32])

    kinds = Conversion.objects.order_by("kind").values_list("kind", "amount_minor")
    assert list(kinds) == [("lead", 0), ("sale", 12_000), ("sign_up", 500)]
    assert InboxEvent.objects.get(kind="basket_started").conversion is None


@pytest.mark.django_db
def test_a_batch_has_one_outcome_for_each_event(program: Program) -> None:
    def order(number: int, event_id: str, **changes: object) -> Incoming:
        body = {**ORDER, "order_reference": str(number), **changes}
        return Incoming(kind="order", body=body, event_id=event_id, received_at=NOON)

    outcomes = receive_all(
        program,
        [
            order(1, "a"),
            order(2, "b", currency="SEK"),
            order(1, "a"),
            order(3, "a"),
            order(2, "b", currency="SEK"),
            order(4, "d"),
        ],
        source="import",
        trust="store",
    )

    codes = [o.code if isinstance(o, DomainError) else o.event_id for o in outcomes]
    assert codes == ["a", "wrong-currency", "a", "event-id-reused", "wrong-currency", "d"]
    assert InboxEvent.objects.count() == Conversion.objects.count() == 2


@pytest.mark.django_db
def test_a_row_names_its_brand_and_conversion(api: Api, program: Program) -> None:
    api(**ORDER)

    event = InboxEvent.objects.get()
    assert (event.brand_id, event.program_id) == (program.brand_id, program.pk)
    assert event.conversion is not None
    assert event.event_id == "order:1001"


@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_moment_are_one_event(program: Program) -> None:
    """The senders give no time, so that the two would differ in when they came."""
    found: list[str | DomainError] = []

    def send(seconds: int) -> None:
        try:
            event = receive(
                program,
                source="api",
                kind="order",
                trust="store",
                body=ORDER,
                received_at=NOON + timedelta(seconds=seconds),
            )
            found.append(event.pk)
        except DomainError as refusal:
            found.append(refusal)
        finally:
            connection.close()

    senders = [Thread(target=send, args=(n,)) for n in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len(found) == 6
    assert len(set(found)) == 1
    assert Fact.objects.count() == 1
