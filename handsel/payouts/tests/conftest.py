from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from handsel import clock
from handsel.cast import member_of
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_held, evaluate_due
from handsel.commissions.tests.conftest import LONG_AGO, click_on
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.tests.shop import NOON, Shop
from handsel.links.joining import add_partner
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Batch, Payout
from handsel.payouts.services import approve_batch, propose_batch, set_payee
from handsel.programs.models import Program

IBAN, OTHER_IBAN, CLEOS_IBAN = (
    "NO9386011117947",
    "DE89370400440532013000",
    "SE4550000000058398257466",
)
SECOND_OF_OCTOBER = datetime(2026, 10, 2, 9, tzinfo=UTC)


class Travel(Protocol):
    def __call__(self, to: datetime) -> None: ...


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """`travel(SECOND_OF_OCTOBER)`: it is that moment now, and goes on from there."""

    def to_moment(to: datetime) -> None:
        monkeypatch.setattr(clock, "_offset", to - datetime.now(UTC))

    return to_moment


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
def ben(bens: Partnership) -> Member:
    return member_of(bens.partner, "Ben")


@pytest.fixture
def fia(acme: Organization) -> Member:
    """She is in Acme's finance."""
    return member_of(acme, "Fia", Member.Role.FINANCE)


@pytest.fixture
def bens_account(bens: Partnership, ben: Member, travel: Travel) -> None:
    """Since a year."""
    travel(LONG_AGO)
    set_payee(bens.partner, holder_name="Ben Berg", iban=IBAN, actor=ben)


class Sell(Protocol):
    def __call__(
        self, partnership: Partnership, paid_minor: int, reference: str = "L-1"
    ) -> Commission: ...


@pytest.fixture
def sell(shop: Shop, travel: Travel) -> Sell:
    """An order of 12 September that a partner is credited for, approved on the 26th; the partner
    gets 10 %. It is 2 October then."""

    def sold(partnership: Partnership, paid_minor: int, reference: str = "L-1") -> Commission:
        click = click_on(partnership.links.get())
        conversion = shop.order(reference, paid_minor=paid_minor, click_ids=[click])
        evaluate_due()
        travel(NOON + timedelta(days=14))
        approve_held()
        travel(SECOND_OF_OCTOBER)
        return Commission.objects.get(conversion=conversion)

    return sold


@pytest.fixture
def refund(shop: Shop) -> Callable[..., None]:
    """`refund(200_00)`: so much of the order is sent back."""

    def sent_back(amount_minor: int, reference: str = "L-1", event: str = "r1") -> None:
        shop.refund(reference, amount_minor, event_id=event, at=NOON + timedelta(days=30))
        Conversion.objects.update(due_at=clock.now())
        evaluate_due()

    return sent_back


@pytest.fixture
def news_of_order(shop: Shop, earned: Commission) -> Callable[[str, int], None]:
    """`news_of_order("L-1", 2_000_00)`: the shop corrects what was paid."""

    def corrected(reference: str, paid_minor: int) -> None:
        click = Touch.objects.filter(conversion__order_reference=reference).get().click_id
        later = NOON + timedelta(days=2)
        shop.order(
            reference, paid_minor, click_ids=[click], event_id=f"news {reference}", updated_at=later
        )
        Conversion.objects.update(due_at=clock.now())
        evaluate_due()

    return corrected


@pytest.fixture
def earned(bens: Partnership, bens_account: None, sell: Sell) -> Commission:
    """Ben is owed 100.00."""
    return sell(bens, 1_000_00)


@pytest.fixture
def batch(earned: Commission, program: Program, ada: Member) -> Batch:
    """Acme's first batch, proposed: 100.00 for Ben."""
    return propose_batch(program, actor=ada)


@pytest.fixture
def payout(batch: Batch) -> Payout:
    return batch.payouts.get()


@pytest.fixture
def approved(batch: Batch, fia: Member) -> Payout:
    """Ben's payout of 100.00, approved."""
    approve_batch(batch.pk, actor=fia)
    return batch.payouts.get()
