"""What an agreement means in money: one order, computed as every order will be.

The values have the shape of a receipt's, so that its tables draw them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from handsel.engine.earning import CommissionLine, earn
from handsel.engine.orders import OrderFact, OrderLine, fold
from handsel.engine.terms import Clause, Terms, sentences

PAID_MINOR, TAX_MINOR = 12_000, 2_000
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ExampleArticle:
    name: str
    sku: str = ""
    line_id: str = "1"
    quantity: int = 1
    gross_minor: int = PAID_MINOR
    discount_minor: int = 0
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class ExampleOrder:
    articles: tuple[ExampleArticle, ...]
    counts_minor: int | None
    goods_minor: int = PAID_MINOR
    discount_minor: int = 0
    refunded_minor: int = 0
    shipping_minor: int = 0
    shipping_counts_minor: int | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExampleAgreement:
    number: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Example:
    currency: str
    amount_minor: int
    order: ExampleOrder
    agreement: ExampleAgreement
    lines: tuple[CommissionLine, ...]


def worked_example(terms: Terms, number: int) -> Example:
    """A new customer buys one article for 120.00, 20.00 of it tax (in any currency's minor
    units), under version `number` of an agreement."""
    fact = OrderFact(
        fact_id="example",
        order="example",
        source="example",
        event_id="example",
        trust="store",
        occurred_at=NOON,
        updated_at=NOON,
        recorded_at=NOON,
        currency=terms.currency,
        lines=(OrderLine(line_id="1", gross_minor=PAID_MINOR, tax_minor=TAX_MINOR),),
        customer_is_new=True,
    )
    earning = earn(fold([fact]), terms)
    counts = next((s.params["amount_minor"] for s in earning.steps if s.code == "counts"), None)
    return Example(
        currency=terms.currency,
        amount_minor=earning.amount_minor,
        order=ExampleOrder(
            articles=(ExampleArticle(_("An article")),),
            counts_minor=None if counts is None else int(str(counts)),
        ),
        agreement=ExampleAgreement(number, tuple(sentences(terms))),
        lines=earning.lines,
    )
