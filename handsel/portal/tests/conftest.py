"""Ben with two orders: one waits, one was approved. Cleo is another partner of Acme."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from django.utils.translation import override

from handsel.cast import SignIn, member_of
from handsel.clicks.models import ClickDay
from handsel.clicks.tests.visits import count_clicks
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import Shop
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.portal.earnings import midnight, month_start
from handsel.programs.models import Program

Sells = Callable[..., Commission]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page in another language leaves that language behind in the thread."""
    with override("en"):
        yield


@pytest.fixture
def month() -> datetime:
    """The first moment of this month."""
    return midnight(month_start(now().date()))


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)


@pytest.fixture
def bens(program: Program, ada: Member, month: datetime) -> Partnership:
    """Ben's partnership with Acme, half a year old."""
    return add_partner(
        program,
        name="Ben's Blog",
        slug="ben",
        code="BEN10",
        actor=ada,
        valid_from=month - timedelta(days=180),
    )


@pytest.fixture
def cleos(program: Program, ada: Member, month: datetime) -> Partnership:
    return add_partner(
        program,
        name="Cleo's Coupons",
        slug="cleo",
        code="CLEO5",
        actor=ada,
        valid_from=month - timedelta(days=180),
    )


@pytest.fixture
def cleo(cleos: Partnership) -> Member:
    return member_of(cleos.partner, "Cleo")


@pytest.fixture
def sells(shop: Shop, bens_link: Link) -> Sells:
    """`sells("L-1", 10_000, at=…)`: an order through Ben's link, an hour after its click."""

    def sell(
        reference: str, paid_minor: int, *, at: datetime, link: Link = bens_link
    ) -> Commission:
        clicked = click_on(link, at - timedelta(hours=1))
        conversion = shop.order(reference, paid_minor, click_ids=[clicked], at=at)
        evaluate_due()
        return Commission.objects.get(conversion=conversion)

    return sell


@pytest.fixture
def waiting(sells: Sells, month: datetime) -> Commission:
    """10 % of 125.00, of the first day of this month."""
    return sells("L-1", 12_500, at=month)


@pytest.fixture
def approved(sells: Sells, month: datetime, ada: Member) -> Commission:
    """10 % of 80.00, of the last day of the month before."""
    commission = sells("L-2", 8_000, at=month - timedelta(hours=12))
    return approve_commission(commission.pk, actor=ada)


@pytest.fixture
def clicked(bens_link: Link) -> ClickDay:
    """Seven clicks on Ben's link today."""
    count_clicks(bens_link, now().date(), clicks=7)
    return ClickDay.objects.get()


@pytest.fixture
def as_ben(client: Client, ben: Member, signed_in: SignIn) -> Client:
    return signed_in(client, ben)
