from datetime import timedelta

import pytest

from handsel.cast import TERMS
from handsel.clock import now
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import Shop
from handsel.environment import environment
from handsel.links.joining import add_partner


@pytest.fixture
def shop(program):
    return Shop(program)


@pytest.fixture
def bens(program, ada):
    """Ben's partnership with Acme, a year old."""
    long_ago = now() - timedelta(days=365)
    return add_partner(
        program, name="Ben's Blog", slug="ben", code="BEN10", actor=ada, valid_from=long_ago
    )


@pytest.fixture
def terms():
    return TERMS


LONG_AGO = now() - timedelta(days=365)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(environment(), "data", tmp_path)


@pytest.fixture
def cleos(program, ada):
    return add_partner(
        program, name="Cleo", slug="cleo", code="CLEO5", actor=ada, valid_from=LONG_AGO
    )


@pytest.fixture
def at():
    """Forty days ago, on the second."""
    return (now() - timedelta(days=40)).replace(microsecond=0)


@pytest.fixture
def year(shop, bens, cleos, at):
    """Three orders: one of Ben's, one of Cleo's code, one whose click was too old."""
    bens_link = bens.links.get()
    fresh = click_on(bens_link, at - timedelta(days=2))
    old = click_on(bens_link, at - timedelta(days=35))
    buyer = {"email": "buyer@mail.example", "shop_customer_id": "customer-4711"}
    shop.order("A-1", paid_minor=12_500, at=at, received_at=at, click_ids=[fresh], customer=buyer)
    shop.order("A-2", paid_minor=8_000, at=at, received_at=at, codes=["cleo5"])
    shop.order("A-3", paid_minor=5_000, at=at, received_at=at, click_ids=[old])
    evaluate_due()
