from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from handsel.cast import SignIn
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import Shop
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

YESTERDAY = now().astimezone(UTC) - timedelta(days=1)
LONG_AGO = now() - timedelta(days=365)


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)


@pytest.fixture
def bens(program: Program, ada: Member) -> Partnership:
    """Ben's partnership with Acme, a year old."""
    return add_partner(
        program, name="Ben's Blog", slug="ben", code="BEN10", actor=ada, valid_from=LONG_AGO
    )


@pytest.fixture
def cleos(program: Program, ada: Member) -> Partnership:
    return add_partner(
        program, name="Cleo's Coupons", slug="cleo", code="CLEO5", actor=ada, valid_from=LONG_AGO
    )


@pytest.fixture
def bens_click(bens_link: Link) -> str:
    return click_on(bens_link, YESTERDAY - timedelta(days=2))


@pytest.fixture
def commission(shop: Shop, bens_click: str) -> Commission:
    """Ben's 10 % of what counts of an order of yesterday: 125.00 with 20.00 tax in it."""
    order(shop, click_ids=[bens_click])
    return Commission.objects.get()


def order(shop: Shop, reference: str = "L-1", *, at: datetime = YESTERDAY, **said: Any) -> None:
    """An order of 12.500 with 2.000 tax, evaluated."""
    line = {"line_id": "1", "sku": "beanie", "name": "Lambswool beanie"}
    lines = [{**line, "gross_minor": 12_500, "tax_minor": 2_000}]
    shop.order(reference, lines=lines, at=at, received_at=at, **said)
    evaluate_due()


@pytest.fixture
def as_ada(client: Client, ada: Member, signed_in: SignIn) -> Client:
    return signed_in(client, ada)


@pytest.fixture
def as_ben(ben: Member, signed_in: SignIn) -> Client:
    return signed_in(Client(), ben)


@pytest.fixture
def as_mallory(mallory: Member, signed_in: SignIn) -> Client:
    return signed_in(Client(), mallory)
