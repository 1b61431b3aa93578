"""Ben sells under terms with more than rates; the shop, and what his accounts hold."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db.models import Sum

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.settling.due import settle_due
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.terms import Hold, Percent, Terms, Tiers, TierStep
from handsel.ledger.models import Posting
from handsel.links.joining import add_partner
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

LONG_AGO = NOON - timedelta(days=365)
TENTH = Percent(rate_ppm=100_000)
TIERED = Percent(
    rate_ppm=100_000,
    tiers=Tiers(
        period="month",
        mode="retroactive",
        steps=(TierStep(start=50_000, rate_ppm=120_000),),
    ),
)

Sell = Callable[..., None]


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)


@pytest.fixture
def terms() -> Terms:
    """10 % of everything, 12 % of the whole month from 500.00 on."""
    return Terms(currency="EUR", pay=(TIERED,), hold=Hold(days=14))


@pytest.fixture
def bens(program: Program, ada: Member) -> Partnership:
    return join(program, ada, "Ben's Blog", "ben", "BEN10")


@pytest.fixture
def cleos(program: Program, ada: Member) -> Partnership:
    return join(program, ada, "Cleo's Coupons", "cleo", "CLEO5")


def join(program: Program, ada: Member, name: str, slug: str, code: str) -> Partnership:
    """A partner of a year's standing."""
    return add_partner(program, name=name, slug=slug, code=code, actor=ada, valid_from=LONG_AGO)


@pytest.fixture
def sell(shop: Shop) -> Sell:
    """`sell("L-1", 10_000, code="BEN10")`: an order, evaluated and settled."""

    def sell(reference: str, paid_minor: int, *, code: str = "BEN10", at: datetime = NOON) -> None:
        shop.order(reference, paid_minor, codes=[code], at=at)
        settled()

    return sell


def settled() -> None:
    """All that is due, until nothing is."""
    while evaluate_due():
        pass
    while settle_due():
        pass


def amounts(partnership: Partnership) -> dict[str, int]:
    """What its commissions without an order come to, by kind and subject."""
    rows = Commission.objects.filter(partnership=partnership, conversion=None)
    return {f"{row.kind} {row.subject}": row.amount_minor for row in rows}


def owed(partnership: Partnership) -> int:
    """What the ledger says the partner is owed, waiting or not."""
    names = [f"{kind}:{partnership.pk}" for kind in ("pending", "payable", "receivable")]
    found = Posting.objects.filter(account__name__in=names).aggregate(all=Sum("amount_minor"))
    return -int(found["all"] or 0)
