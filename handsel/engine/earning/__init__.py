"""What an order earns under terms, with every sum written down as it is done.

1. What counts of each article and of shipping (`Basis`), from what is left after refunds.
2. Each article is paid by one percent rule, the most specific that it meets; shipping, where it
   counts, by the most specific one that asks for no articles.
3. A percent rule pays its rate of the sum of its articles, rounded once, half away from zero.
4. Every fixed rule that is met pays its amount until nothing it asks for is left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import compress
from typing import NamedTuple

from handsel.engine.earning.line import CommissionLine, Earning, LineKind
from handsel.engine.money import PPM, round_half_away
from handsel.engine.orders import LineState, OrderState, WrongCurrency
from handsel.engine.terms import Basis, Fixed, Percent, Terms, When, clause_number, specificity
from handsel.engine.values import ParamValue, Step

__all__ = ["CommissionLine", "Earning", "LineKind", "earn", "hold_until"]


class Counted(NamedTuple):
    """What counts of an order under a basis: one amount per article, and one for shipping."""

    articles_minor: Sequence[int]
    shipping_minor: int


def earn(state: OrderState, terms: Terms) -> Earning:
    """What an order earns under terms, whoever is credited.

    Raises WrongCurrency when the order is in another currency than the terms.
    """
    if state.currency != terms.currency:
        raise WrongCurrency(
            f"Order {state.order} is in {state.currency}, the terms are in {terms.currency}.",
            field="currency",
            remedy="Report orders in the currency of the program's terms.",
            params={"currency": state.currency, "expected": terms.currency},
        )
    counted = Counted(
        articles_minor=[_counts_minor(line, state, terms.basis) for line in state.lines],
        shipping_minor=_shipping_counts_minor(state, terms.basis),
    )
    outcomes = [
        _percent(place, rule, state, terms, counted)
        if isinstance(rule, Percent)
        else _fixed(place, rule, state)
        for place, rule in enumerate(terms.pay)
    ]
    lines = tuple(outcome for outcome in outcomes if isinstance(outcome, CommissionLine))
    amount_minor = sum(line.amount_minor for line in lines)
    steps = [
        *_basis_steps(state, terms.basis, counted),
        *(_said(outcome) for outcome in outcomes),
        Step(code="total", params={"amount_minor": amount_minor, "currency": state.currency}),
    ]
    return Earning(
        amount_minor=amount_minor, currency=state.currency, lines=lines, steps=tuple(steps)
    )


def hold_until(state: OrderState, terms: Terms) -> datetime | None:
    """When the hold ends; None while it waits for a delivery that was not reported yet."""
    start = state.occurred_at if terms.hold.starts == "order" else state.delivered_at
    return start and start + timedelta(days=terms.hold.days)


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


def _percent(
    place: int, rule: Percent, state: OrderState, terms: Terms, counted: Counted
) -> CommissionLine | Step:
    reason = _customer_unmet(rule.when, state) or _articles_unmet(rule.when, state)
    if reason:
        return _not_met(place, reason)
    mine = [_payer(line, state, terms) is rule for line in state.lines]
    pays_shipping = counted.shipping_minor > 0 and _payer(None, state, terms) is rule
    if not any(mine) and not pays_shipping:
        return _not_met(place, "more_specific_rule")

    basis_minor = sum(compress(counted.articles_minor, mine))
    basis_minor += counted.shipping_minor if pays_shipping else 0
    if basis_minor == 0:
        return _not_met(place, "nothing_counts")
    numerator = basis_minor * rule.rate_ppm
    return CommissionLine(
        clause=clause_number(place),
        kind="percent",
        basis_minor=basis_minor,
        rate_ppm=rule.rate_ppm,
        numerator=numerator,
        denominator=PPM,
        amount_minor=round_half_away(numerator, PPM),
    )


def _payer(line: LineState | None, state: OrderState, terms: Terms) -> Percent | None:
    """The most specific percent rule for an article, or (None) for shipping.

    Terms refuse ties between rules that one article could meet.
    """
    candidates = [
        rule
        for rule in terms.pay
        if isinstance(rule, Percent)
        and _customer_unmet(rule.when, state) is None
        and _asks_for(rule.when, line)
    ]
    return max(candidates, key=specificity, default=None)


def _fixed(place: int, rule: Fixed, state: OrderState) -> CommissionLine | Step:
    reason = _customer_unmet(rule.when, state) or _articles_unmet(rule.when, state)
    if reason:
        return _not_met(place, reason)
    asked = [line for line in state.lines if _asks_for(rule.when, line)]
    sold_minor = sum(line.sold_minor for line in asked)
    left_minor = sum(line.left_minor for line in asked)
    if state.cancelled_at or (sold_minor > 0 and left_minor == 0):
        return _not_met(place, "nothing_left")
    return CommissionLine(
        clause=clause_number(place),
        kind="fixed",
        basis_minor=None,
        rate_ppm=None,
        numerator=rule.amount_minor,
        denominator=1,
        amount_minor=rule.amount_minor,
    )


def _asks_for(when: When, line: LineState | None) -> bool:
    if line is None:
        return not when.skus and not when.categories
    right_sku = not when.skus or line.sku in when.skus
    return right_sku and (not when.categories or line.category in when.categories)


def _customer_unmet(when: When, state: OrderState) -> str | None:
    if when.customer is None:
        return None
    if state.customer_is_new is None:
        return "customer_unknown"
    if state.customer_is_new == (when.customer == "new"):
        return None
    return "customer_new" if state.customer_is_new else "customer_returning"


def _articles_unmet(when: When, state: OrderState) -> str | None:
    return None if any(_asks_for(when, line) for line in state.lines) else "no_such_article"


def _not_met(place: int, reason: str) -> Step:
    return Step(code="rule_not_met", params={"clause": clause_number(place), "reason": reason})


def _said(outcome: CommissionLine | Step) -> Step:
    if isinstance(outcome, Step):
        return outcome
    params = outcome.model_dump(exclude={"kind"}, exclude_none=True)
    return Step(code=outcome.kind, params=params)


def _basis_steps(state: OrderState, basis: Basis, counted: Counted) -> list[Step]:
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
        for line, counts_minor in zip(state.lines, counted.articles_minor, strict=True)
    ]
    shipping: dict[str, ParamValue] = {
        "amount_minor": state.shipping_minor,
        "refunded_minor": state.shipping_minor - state.shipping_left_minor,
        "counts_minor": counted.shipping_minor,
    }
    total_minor = sum(counted.articles_minor) + counted.shipping_minor
    counts: dict[str, ParamValue] = {**basis.model_dump(), "amount_minor": total_minor}
    return [
        *articles,
        Step(code="shipping", params=shipping),
        Step(code="counts", params=counts),
    ]
