"""Ben's orders in September are paid in October, with papers."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from handsel import clock
from handsel.cast import member_of
from handsel.commissions.services import approve_held, evaluate_due
from handsel.commissions.tests.conftest import bens, bens_click, cleos, click_on, shop
from handsel.conversions.tests.shop import Shop
from handsel.engine.terms import Fixed, Hold, Percent, Terms, When
from handsel.organizations.models import Member
from handsel.papers.models import Statement
from handsel.papers.services import issue_due
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Batch, Payout
from handsel.payouts.services import approve_batch, clear_payout, propose_batch, set_payee
from handsel.programs.models import Program

__all__ = ["bens", "bens_click", "cleos", "click_on", "shop"]

IBAN = "NO9386011117947"
APPROVED = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)
PROPOSED = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)

Travel = Callable[[datetime], None]


@pytest.fixture
def travel() -> Travel:
    """`travel(moment)`: the domain's clock goes on from there."""

    def go(moment: datetime) -> None:
        clock.set_offset(moment - datetime.now(UTC))

    return go


@pytest.fixture
def terms() -> Terms:
    """10 % of what an order counts for, and 3.00 for a new customer."""
    new = When(customer="new")
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000), Fixed(amount_minor=300, currency="EUR", when=new)),
        hold=Hold(days=14),
    )


@pytest.fixture
def fay(ada: Member) -> Member:
    """Finance at Acme."""
    return member_of(ada.organization, "Fay", Member.Role.FINANCE)


@pytest.fixture
def bens_account(bens: Partnership, ben: Member) -> None:
    set_payee(bens.partner, holder_name="Ben Berg", iban=IBAN, actor=ben)


Pays = Callable[..., Batch]


@pytest.fixture
def pays(program: Program, fay: Member, travel: Travel) -> Pays:
    """`pays(moment)`: what was approved by then is proposed, looked at and approved."""

    def pay(moment: datetime = PROPOSED) -> Batch:
        travel(moment)
        batch = propose_batch(program, actor=fay)
        for payout in batch.payouts.filter(left_out_at=None):
            clear_payout(payout.pk, actor=fay)
        return approve_batch(batch.pk, actor=fay)

    return pay


@pytest.fixture
def two_orders(shop: Shop, bens_click: str, bens_account: None, travel: Travel) -> None:
    """12.50 and, for a new customer with Ben's code, 8.00; approved in September."""
    travel(APPROVED)
    shop.order("L-1", paid_minor=12_500, click_ids=[bens_click])
    shop.order("L-2", paid_minor=5_000, codes=["BEN10"], customer_is_new=True)
    evaluate_due()
    approve_held()


@pytest.fixture
def payout(two_orders: None, pays: Pays) -> Payout:
    """20.50 on its way to Ben."""
    return pays().payouts.get()


@pytest.fixture
def statement(payout: Payout) -> Statement:
    issue_due()
    return Statement.objects.get()
