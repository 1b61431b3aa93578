"""Rules of pay that nothing can ever meet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from handsel.engine.terms.checks.problem import Problem, refused, warned
from handsel.engine.terms.conditions import Between, TimeBox, When
from handsel.engine.terms.conflicts import EXCLUSIVE, overlaps, specificity
from handsel.engine.terms.implied import holds_throughout, implies
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import (
    Excluded,
    Fixed,
    Lead,
    PayRule,
    Percent,
    PerClick,
    PerThousand,
)
from handsel.engine.terms.sentences import clause_number

# A click has no order yet, so that nothing of an order can be asked of it.
_OF_ORDERS = (
    "customer",
    "skus",
    "categories",
    "events",
    "codes",
    "renewals",
    "order_minor",
    "metadata",
)
_PAID_BY_DEFAULT = frozenset({"sale", "renewal"})


def problems(terms: Terms, at: datetime | None) -> Iterator[Problem]:
    if all(isinstance(rule, Excluded) for rule in terms.pay):
        yield refused("pays_nothing", "pay")
    for place, rule in enumerate(terms.pay):
        yield from _impossible(place, rule)
        yield from _beyond_renewals(place, rule, terms)
        yield from past(f"pay.{place}.valid", rule.valid, at, clause=clause_number(place))
        yield from _never_pays(place, rule, terms.pay)
        yield from _twice(place, rule, terms.pay)


def past(
    field: str, valid: TimeBox | None, at: datetime | None, *, clause: int
) -> Iterator[Problem]:
    """A time that is over before the terms begin."""
    if at is not None and valid is not None and valid.until is not None and valid.until <= at:
        yield refused("period_past", field, clause=clause)


def _impossible(place: int, rule: PayRule) -> Iterator[Problem]:
    field, clause = f"pay.{place}.when", clause_number(place)
    if isinstance(rule, PerClick | PerThousand):
        asked = [name for name in _OF_ORDERS if _asks(rule.when, name)]
        if asked:
            yield refused("asks_clicks_of_orders", f"{field}.{asked[0]}", clause=clause)
    elif contradicts(rule.when):
        yield refused("conditions_contradict", field, clause=clause)
    if isinstance(rule, Lead) and rule.when.events and rule.event not in rule.when.events:
        yield refused("event_other", f"{field}.events", clause=clause)


def contradicts(when: When) -> bool:
    """Whether nothing can meet conditions, as far as that is plain.

    >>> contradicts(When(customer="new", none_of=(When(customer="new"),)))
    True
    """
    own = when.model_copy(update={"any_of": (), "none_of": ()})
    if own != When() and any(implies(own, excluded) for excluded in when.none_of):
        return True
    if when.any_of and not any(
        overlaps(own, alternative) and not contradicts(alternative) for alternative in when.any_of
    ):
        return True
    if when.renewals is None or not when.events:
        return False
    # The first order is a sale and has the number 0; every renewal has a higher one.
    first, later = when.renewals.holds(0), when.renewals.most != 0
    return not (("renewal" in when.events and later) or (set(when.events) != {"renewal"} and first))


def _asks(when: When, name: str) -> bool:
    nested = (*when.any_of, *when.none_of)
    return getattr(when, name) not in (None, ()) or any(_asks(inner, name) for inner in nested)


def _beyond_renewals(place: int, rule: PayRule, terms: Terms) -> Iterator[Problem]:
    """A rule for renewals that come after the last one that is paid."""
    paid = terms.recurring.payments_max
    if paid is None:
        return
    asked = rule.when.renewals
    only_renewals = rule.when.events == ("renewal",)
    if (asked is not None and asked.least > paid) or (only_renewals and paid == 0):
        field = f"pay.{place}.when.{'renewals' if asked else 'events'}"
        yield refused("renewals_not_paid", field, clause=clause_number(place), payments_max=paid)


def _never_pays(place: int, rule: PayRule, pay: Sequence[PayRule]) -> Iterator[Problem]:
    field, clause = f"pay.{place}.when", clause_number(place)
    for number, other in enumerate(pay):
        if isinstance(other, Excluded) and number != place and _is_excluded(rule, other):
            yield refused("rule_excluded", field, clause=clause, other=clause_number(number))
            return
    stronger = [
        (number, other)
        for number, other in enumerate(pay)
        if _is_rival(rule, other) and specificity(other) > specificity(rule)
    ]
    for number, other in stronger:
        if holds_throughout(other.valid, rule.valid) and implies(rule.when, other.when):
            yield refused("rule_covered", field, clause=clause, other=clause_number(number))
            return
    covering = _together(rule, stronger)
    if covering:
        clauses = tuple(f"§{clause_number(number)}" for number in covering)
        yield refused("rule_covered_together", field, clause=clause, clauses=clauses)


def _is_excluded(rule: PayRule, other: Excluded) -> bool:
    """An exclusion keeps percentages and amounts per item; it does not touch amounts per order."""
    by_article = isinstance(rule, Percent) or (isinstance(rule, Fixed) and rule.per == "item")
    return (
        by_article and holds_throughout(other.valid, rule.valid) and implies(rule.when, other.when)
    )


def _is_rival(rule: PayRule, other: PayRule) -> bool:
    if other is rule or type(other) is not type(rule) or not isinstance(rule, EXCLUSIVE):
        return False
    return not isinstance(rule, Lead) or rule.event == getattr(other, "event", None)


def _together(rule: PayRule, stronger: Sequence[tuple[int, PayRule]]) -> list[int]:
    """Rules that cover a rule between them, each for a part of the sizes or events it asks for.

    Sizes and events are always known; a customer, a country, a device or the number of a renewal
    may not be, and then the general rule pays.
    """
    parts = _parts(rule, stronger, "order_minor")
    if _fills(rule.when.order_minor or Between(), [part for _, part in parts]):
        return [number for number, _ in parts]
    parts = _parts(rule, stronger, "events")
    default = {rule.event} if isinstance(rule, Lead) else _PAID_BY_DEFAULT
    asked = set(rule.when.events) or default
    if parts and asked <= {event for _, events in parts for event in events}:
        return [number for number, _ in parts]
    return []


def _parts(
    rule: PayRule, stronger: Sequence[tuple[int, PayRule]], name: str
) -> list[tuple[int, Any]]:
    """Of the stronger rules those that ask for nothing more than a part of one member."""
    found = []
    for number, other in stronger:
        part = getattr(other.when, name)
        if not part or not holds_throughout(other.valid, rule.valid):
            continue
        rest = other.when.model_copy(update={name: getattr(When(), name)})
        if implies(rule.when, rest):
            found.append((number, part))
    return found


def _fills(whole: Between, parts: Sequence[Between]) -> bool:
    """Whether ranges leave no number out."""
    reached = whole.least
    for part in sorted(parts, key=lambda part: part.least):
        if part.least > reached:
            return False
        if part.most is None:
            return True
        reached = max(reached, part.most + 1)
    return whole.most is not None and reached > whole.most


def _twice(place: int, rule: PayRule, pay: Sequence[PayRule]) -> Iterator[Problem]:
    """Fixed amounts add up, so that the same one twice pays twice."""
    for number, other in enumerate(pay[:place]):
        if isinstance(rule, Fixed) and other == rule:
            yield warned(
                "fixed_twice",
                f"pay.{place}",
                clause=clause_number(place),
                other=clause_number(number),
            )
