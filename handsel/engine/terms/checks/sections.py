"""Sections that contradict themselves or each other."""

import math
from collections.abc import Iterator

from handsel.engine.terms.checks.problem import Problem, refused, warned
from handsel.engine.terms.model import Terms
from handsel.engine.terms.sections import AttributionTerms, Recurring
from handsel.engine.terms.sentences import clause_of


def problems(terms: Terms) -> Iterator[Problem]:
    yield from _ranks(terms.attribution)
    yield from _without_effect(terms)
    yield from _renewals(terms)
    yield from _discount(terms)


def _ranks(credit: AttributionTerms) -> Iterator[Problem]:
    usable = {"code", "click", "customer"} | ({"sku"} if credit.owned_skus else set())
    if not usable.intersection(credit.precedence):
        yield refused("nobody_credited", "attribution.precedence", clause=1)
    if credit.lifetime_days != 0 and "lifetime" not in credit.precedence:
        yield refused("lifetime_without_rank", "attribution.lifetime_days", clause=1)
    if credit.owned_skus and "sku" not in credit.precedence:
        yield refused("articles_without_rank", "attribution.owned_skus", clause=1)


def _without_effect(terms: Terms) -> Iterator[Problem]:
    credit = terms.attribution
    usual = AttributionTerms.model_fields["half_life_days"].default
    if credit.model != "time_decay" and credit.half_life_days != usual:
        yield warned("half_life_unused", "attribution.half_life_days", clause=1)
    tail_days = terms.ending.tail_days
    if tail_days is not None and tail_days > credit.window_days:
        yield warned(
            "tail_beyond_window",
            "ending.tail_days",
            clause=clause_of(terms, "ending"),
            other=1,
            tail_days=tail_days,
            window_days=credit.window_days,
        )


def _renewals(terms: Terms) -> Iterator[Problem]:
    recurring, lifetime_days = terms.recurring, terms.attribution.lifetime_days
    if recurring.payments_max == 0 and recurring.months_max is not None:
        yield warned("months_unused", "recurring.months_max", clause=clause_of(terms, "recurring"))
    # A renewal follows its first order, whatever has become of the customer's binding.
    longest_days = 31 * recurring.months_max if recurring.months_max else math.inf
    paid = recurring != Recurring() and recurring.payments_max != 0
    if paid and lifetime_days and longest_days > lifetime_days:
        yield warned("lifetime_before_renewals", "attribution.lifetime_days", clause=1)


def _discount(terms: Terms) -> Iterator[Problem]:
    discount = terms.customer_discount
    if discount is None:
        return
    field, clause = "customer_discount", clause_of(terms, "customer_discount")
    if (discount.rate_ppm is None) is (discount.amount_minor is None):
        yield refused("discount_unclear", field, clause=clause)
    if (discount.amount_minor is None) is not (discount.currency is None):
        yield refused("discount_currency", f"{field}.currency", clause=clause)
