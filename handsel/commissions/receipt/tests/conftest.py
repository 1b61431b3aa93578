"""One commission of every kind: what the tests of receipts read."""

from datetime import UTC, date, timedelta

import pytest
from django.db import transaction

from handsel.cast import member_of
from handsel.commissions.models import Commission
from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.brought import set_brought_by
from handsel.commissions.settling.submissions import approve_submission, hand_in
from handsel.commissions.settling.tests.conftest import (
    LONG_AGO,
    TIERED,
    Sell,
    join,
    sell,
    settled,
    shop,
)
from handsel.commissions.settling.versions import versions_of
from handsel.conversions.tests.shop import NOON
from handsel.engine.settling import DayCount, DayInputs
from handsel.engine.terms import Hold, Override, PerClick, Task, Terms
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

__all__ = ["sell", "shop"]

DAY = date(2026, 9, 10)
POST = "https://blog.example/wool"
BY_KIND = dict[str, Commission]


@pytest.fixture
def terms() -> Terms:
    """10 %, 12 % of the whole month from 500.00 on; 2 cents a click; a post; partners brought."""
    return Terms(
        currency="EUR",
        pay=(TIERED, PerClick(amount_minor=2, currency="EUR")),
        hold=Hold(days=14),
        bonuses=(Task(name="A post", amount_minor=2_000, currency="EUR"),),
        overrides=(Override(level=1, rate_ppm=50_000),),
    )


@pytest.fixture
def bens(program: Program, ada: Member) -> Partnership:
    return join(program, ada, "Ben's Blog", "ben", "BEN10")


@pytest.fixture
def cleos(program: Program, ada: Member) -> Partnership:
    """Whom Ben has brought."""
    return join(program, ada, "Cleo's Coupons", "cleo", "CLEO5")


@pytest.fixture
def cleo(cleos: Partnership) -> Member:
    return member_of(cleos.partner, "Cleo")


@pytest.fixture
def every_kind(
    sell: Sell, bens: Partnership, cleos: Partnership, ben: Member, ada: Member
) -> BY_KIND:
    """Ben's commissions by kind; of the orders the latest."""
    set_brought_by(cleos, bens, reason="They say so.", actor=ada, since=LONG_AGO)
    sell("L-1", 40_000, at=NOON - timedelta(days=2))
    sell("L-2", 20_000)
    sell("C-1", 10_000, code="CLEO5")
    book_clicks(bens)
    paid = hand_in(bens, place=0, text="Our winter post.", url=POST, actor=ben)
    approve_submission(paid.pk, actor=ada)
    adjust(bens, amount_minor=750, reason="For the broken link in May.", actor=ada)
    settled()
    rows = Commission.objects.filter(partnership=bens).order_by("occurred_at")
    return {row.kind: row for row in rows.select_related("conversion")}


@transaction.atomic
def book_clicks(partnership: Partnership) -> None:
    """Seven clicks of a day, five of them from Norway."""
    versions = versions_of(partnership.pk)
    name, link = versions[0].agreement, partnership.links.get()
    counts = (
        DayCount(agreement=name, country="NO", device="phone", clicks=5, impressions=90),
        DayCount(agreement=name, country="SE", source="blog.example", clicks=2),
    )
    book(
        Booking(
            partnership=partnership,
            inputs=DayInputs(
                partnership=partnership.pk,
                link=link.slug,
                day=DAY,
                agreements=tuple(versions),
                counts=counts,
            ),
            about={"day": DAY.isoformat(), "link": link.slug},
            occurred_at=NOON.replace(day=DAY.day, tzinfo=UTC),
        )
    )
