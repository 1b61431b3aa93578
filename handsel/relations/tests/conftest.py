from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.timezone import localdate
from django.utils.translation import override

from handsel import clock
from handsel.cast import member_of
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Touch
from handsel.conversions.tests.shop import Shop
from handsel.links.joining import add_partner
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.relations.models import Question
from handsel.relations.services import ask

# A Tuesday; three working days later is the Friday.
TUESDAY = datetime(2030, 10, 15, 9, 0, tzinfo=UTC)
Passes = Callable[[int], None]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def passes() -> Iterator[Passes]:
    """It is a Tuesday; `passes(4)` makes it four days later."""

    def pass_(days: int) -> None:
        clock.set_offset(clock.offset() + timedelta(days=days))

    clock.set_offset(TUESDAY - datetime.now(UTC))
    yield pass_
    clock.set_offset(timedelta())


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)


@pytest.fixture
def bens(passes: Passes, program: Program, ada: Member) -> Partnership:
    """Ben's partnership with Acme, a year old."""
    return add_partner(
        program,
        name="Ben's Blog",
        email="ben@blog.example",
        slug="ben",
        code="BEN10",
        actor=ada,
        valid_from=now() - timedelta(days=365),
    )


@pytest.fixture
def cleos(bens: Partnership, program: Program, ada: Member) -> Partnership:
    return add_partner(
        program,
        name="Cleo's Coupons",
        slug="cleo",
        code="CLEO5",
        actor=ada,
        valid_from=now() - timedelta(days=365),
    )


@pytest.fixture
def cleo(cleos: Partnership) -> Member:
    return member_of(cleos.partner, "Cleo")


@pytest.fixture
def fia(ada: Member) -> Member:
    """Ada's colleague for the money."""
    return member_of(ada.organization, "Fia", Member.Role.FINANCE)


@pytest.fixture
def commission(shop: Shop, bens: Partnership) -> Commission:
    """Ben's 10 % of an order of 125.00, of yesterday."""
    at = now() - timedelta(days=1)
    clicked = click_on(bens.links.get(), at - timedelta(hours=1))
    shop.order(paid_minor=12_500, click_ids=[clicked], at=at, received_at=at)
    evaluate_due()
    return Commission.objects.get()


@pytest.fixture
def missed(shop: Shop, bens: Partnership, cleos: Partnership) -> Touch:
    """Ben's click of an order that Cleo is credited for, whose click came later."""
    at = now() - timedelta(days=1)
    clicks = [
        click_on(partnership.links.get(), at - timedelta(hours=hours))
        for partnership, hours in ((bens, 2), (cleos, 1))
    ]
    shop.order("L-2", click_ids=clicks, at=at, received_at=at)
    evaluate_due()
    return Touch.objects.get(partnership=bens, conversion__order_reference="L-2")


@pytest.fixture
def question(commission: Commission, ben: Member) -> Question:
    return ask(commission, subject="wrong_rate", text="We agreed on 12 %.", actor=ben)


def due_in(days: int) -> date:
    return localdate(now()) + timedelta(days=days)
