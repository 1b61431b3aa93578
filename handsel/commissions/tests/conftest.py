from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.conversions.tests.shop import NOON, Shop
from handsel.environment import environment
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.tracking import click_id
from handsel.tracking.keys import load_keys

LONG_AGO = NOON - timedelta(days=365)

ClickOn = Callable[..., str]


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
    """Another partner of Acme, for whom Ben's touches are somebody else's."""
    return add_partner(
        program, name="Cleo's Coupons", slug="cleo", code="CLEO5", actor=ada, valid_from=LONG_AGO
    )


def click_on(link: Link, at: datetime = NOON - timedelta(days=2)) -> str:
    """The id that tracking would give a click on this link."""
    key = load_keys(environment().keys_dir).click
    return click_id.mint(key, link.number, int(at.timestamp() * 1000))


@pytest.fixture
def bens_click(bens_link: Link) -> str:
    """Two days before noon."""
    return click_on(bens_link)


@pytest.fixture
def commission(shop: Shop, bens_click: str) -> Commission:
    """Ben's 10 % of an order of 125.00, pending."""
    shop.order(paid_minor=12_500, click_ids=[bens_click])
    evaluate_due()
    return Commission.objects.get()
