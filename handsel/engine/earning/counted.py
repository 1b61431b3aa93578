"""What counts of an order under a basis, article by article, and the steps that say so."""

from collections.abc import Sequence
from typing import NamedTuple

from handsel.engine.money import round_half_away
from handsel.engine.orders import LineState, OrderState
from handsel.engine.terms import Basis
from handsel.engine.values import ParamValue, Step


class Counted(NamedTuple):
    """What counts of an order: one amount per article, and one for shipping."""

    articles_minor: Sequence[int]
    shipping_minor: int


def counted(state: OrderState, basis: Basis) -> Counted:
    """What counts of what is left of an order."""
    return Counted(
        articles_minor=[_counts_minor(line, state, basis) for line in state.lines],
        shipping_minor=_shipping_counts_minor(state, basis),
    )


def _counts_minor(line: LineState, state: OrderState, basis: Basis) -> int:
    """What counts of an article. A refund takes the same share of price, discount and tax.

    In one fraction, rounded once: the price that counts x (paid - tax) / paid x left / paid.
    """
    counted_minor = line.gross_minor if basis.before_discounts else line.sold_minor
    if line.sold_minor == 0:
        return 0 if state.cancelled_at else counted_minor
    kept_minor = line.sold_minor if basis.with_tax else line.sold_minor - line.tax_minor
    return round_half_away(counted_minor * kept_minor * line.left_minor, line.sold_minor**2)


def _shipping_counts_minor(state: OrderState, basis: Basis) -> int:
    if not basis.with_shipping or state.shipping_minor == 0:
        return 0
    kept_minor = state.shipping_minor - (0 if basis.with_tax else state.shipping_tax_minor)
    return round_half_away(kept_minor * state.shipping_left_minor, state.shipping_minor)


def counted_steps(state: OrderState, basis: Basis, found: Counted) -> list[Step]:
    """One step for each article, one for shipping, one for their sum."""
    articles = [
        Step(
            code="article",
            params={
                "line_id": line.line_id,
                "sku": line.sku,
                "quantity": line.quantity,
                "gross_minor": line.gross_minor,
                "discount_minor": line.discount_minor,
                "tax_minor": line.tax_minor,
                "refunded_minor": line.sold_minor - line.left_minor,
                "counts_minor": counts_minor,
            },
        )
        for line, counts_minor in zip(state.lines, found.articles_minor, strict=True)
    ]
    shipping: dict[str, ParamValue] = {
        "amount_minor": state.shipping_minor,
        "refunded_minor": state.shipping_minor - state.shipping_left_minor,
        "counts_minor": found.shipping_minor,
    }
    total_minor = sum(found.articles_minor) + found.shipping_minor
    counts: dict[str, ParamValue] = {**basis.model_dump(), "amount_minor": total_minor}
    return [
        *articles,
        Step(code="shipping", params=shipping),
        Step(code="counts", params=counts),
    ]
