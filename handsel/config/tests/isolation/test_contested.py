"""Orders that two partners contest: whoever goes without is told so, and not who the other one is.

The other tests of this package ask for what is somebody else's; here Cleo reads what is her own.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from handsel.api.tests.conftest import Api, key_of
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.crediting.by_hand import Decision, credit_by_hand
from handsel.commissions.crediting.customers import assign_customer
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.config.tests.isolation.routes import PORTAL_ROUTES
from handsel.config.tests.isolation.test_routes import browser, shown
from handsel.config.tests.isolation.test_tables import OPEN_TABLES, protected, query, relations
from handsel.config.tests.isolation.world import World
from handsel.conversions.models import Conversion, Touch
from handsel.customers.models import Customer
from handsel.ids import to_uuid
from handsel.intake.services import receive
from handsel.partnerships.models import Partnership
from handsel.rows.scope import seen_by

__all__ = ["protected", "relations"]

LISTS = ("commissions", "conversions", "credits", "events", "clicks", "offers", "agreements")


@pytest.fixture
def contested(world: World) -> World:
    """One order of Cleo's is Ben's by hand; another came by her click, from a customer of his."""
    taken = Conversion.objects.get(order_reference="order-cleo")
    credit_by_hand(Decision([taken], world.bens, None, "Okapi told us."), actor=world.ada)
    clicked = click_through(world.cleos.links.get(), now() - timedelta(days=1)).click_id
    receive(
        world.program,
        source="api",
        kind="order",
        trust="store",
        body={
            "order_reference": "order-bound",
            "amount_minor": 5_000,
            "currency": world.program.currency,
            "click_ids": [clicked],
            "customer": {"id": world.customer.shop_customer_id},
        },
        received_at=now(),
    )
    evaluate_due()
    _move_a_customer(world)
    return world


def _move_a_customer(world: World) -> None:
    """It was Cleo's, and is Ben's now; what he is told about it names him."""
    buyer = Customer.objects.get(shop_customer_id="customer of order-cleo")
    assign_customer(buyer, world.cleos, reason="Met at the fair.", actor=world.ada)
    assign_customer(buyer, world.bens, reason="Okapi knew them.", actor=world.ada)


def words_of_ben(world: World) -> set[str]:
    """What names him, his things, or his customer."""
    ids = {world.bens.pk, world.bens.partner_id, world.ben.pk, world.link.pk, world.commission.pk}
    ids |= {world.binding.pk, world.credit.pk, world.customer.pk}
    names = {"Okapi", "okapi", "OKAPI", str(world.customer.shop_customer_id)}
    return names | ids | {str(to_uuid(pk)) for pk in ids}


def pages(partnership: Partnership) -> Iterator[tuple[str, str]]:
    """The portal's pages of what is a partner's own."""
    commissions = Commission.objects.filter(partnership=partnership)
    touches = Touch.objects.filter(partnership=partnership).exclude(verdict="credited")
    for name, route in PORTAL_ROUTES.items():
        if route.ids is None:
            yield f"portal:{name}", ""
    own: dict[str, QuerySet[Any]] = {
        "earning": commissions,
        "earning-proof": commissions,
        "not-credited-receipt": touches.exclude(conversion__commissions__partnership=partnership),
        "offer": partnership.offers.all(),
        "offer-replay": partnership.offers.all(),
        "agreement": partnership.agreements.all(),
        "agreement-terms": partnership.agreements.all(),
        "link": partnership.links.all(),
    }
    for name, rows in own.items():
        assert rows, name
        yield from ((f"portal:{name}", row.pk) for row in rows)


def leaks(text: str, words: set[str]) -> list[str]:
    return [word for word in words if word in text]


def on_pages(client: Client, partnership: Partnership, words: set[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, pk in pages(partnership):
        response = client.get(reverse(name, args=[pk] if pk else []))
        if response.status_code not in (200, 405) or leaks(shown(response, []), words):
            found[name] = response.status_code, leaks(shown(response, []), words)
    return found


def in_rows(tables: list[str], words: set[str]) -> dict[str, list[str]]:
    found = {}
    for name in tables:
        text = "\n".join(row for (row,) in query(f'SELECT t::text FROM "{name}" t'))
        if hits := leaks(text, words):
            found[name] = hits
    return found


def test_both_orders_are_contested(contested: World) -> None:
    """Without this the tests below could pass because nothing was lost to anybody."""
    lost = Touch.objects.filter(partnership=contested.cleos).exclude(verdict="credited")

    assert dict(lost.values_list("conversion__order_reference", "verdict")) == {
        "order-cleo": "manual_wins",
        "order-bound": "customer_wins",
    }


def test_no_page_of_ones_own_names_who_won(contested: World) -> None:
    words = words_of_ben(contested)

    assert on_pages(browser(contested.cleo), contested.cleos, words) == {}


def test_no_answer_of_the_api_names_who_won(contested: World) -> None:
    keyed, words = Api(key_of(contested.cleo)), words_of_ben(contested)
    own = Commission.objects.filter(partnership=contested.cleos)
    paths = [f"commissions/{one.pk}{part}" for one in own for part in ("", "/proof")]
    found = {}
    for path in (*LISTS, *paths):
        response = keyed.get(path)
        if response.status_code != 200 or leaks(response.content.decode(), words):
            found[path] = response.status_code, leaks(response.content.decode(), words)

    assert found == {}


def test_no_row_that_a_partner_sees_names_who_won(contested: World, protected: list[str]) -> None:
    """Reasons, inputs of evaluations and data of activities are kept as text: read all of it."""
    tables = [name for name in protected if name not in OPEN_TABLES]
    with seen_by([contested.cleo.organization_id]):
        assert in_rows(tables, words_of_ben(contested)) == {}


def test_control_the_brand_reads_who_won(contested: World, protected: list[str]) -> None:
    """The words are there to be found: in rows, and on the page that tells the brand."""
    words = words_of_ben(contested)
    with seen_by([contested.acme.pk]):
        assert {"conversions_manualcredit", "customers_binding"} <= set(in_rows(protected, words))
    lost = Conversion.objects.get(order_reference="order-cleo")
    page = browser(contested.ada).get(reverse("console:conversion", args=[lost.pk]))

    assert "Okapi" in leaks(shown(page, []), words)
