"""Which of several rules pays: the most specific. Ties are refused when terms are saved.

A rule is the more specific one where it asks about the first of these that only one of the two
asks about: link, code, article, category, metadata, event, renewals, customer, country, device,
source, size of the order, time. What nested conditions ask about counts as asked.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from handsel.engine.terms.conditions import Between, TimeBox, When
from handsel.engine.terms.pay import (
    FIRST_PAY_CLAUSE,
    Lead,
    PayRule,
    Percent,
    PerClick,
    PerThousand,
)
from handsel.errors import InvalidInput

# Of these only one rule pays for the same thing; fixed amounts add up.
EXCLUSIVE = (Percent, Lead, PerClick, PerThousand)

_ASKED = (
    "links",
    "codes",
    "skus",
    "categories",
    "metadata",
    "events",
    "renewals",
    "customer",
    "countries",
    "devices",
    "sources",
    "order_minor",
)
_SETS = ("skus", "categories", "events", "links", "codes", "countries", "devices")


class TermsAmbiguous(InvalidInput):
    """Two rules could pay for the same thing and neither is more specific."""


def specificity(rule: PayRule) -> tuple[bool, ...]:
    """What the rule asks about, the weightiest first: the greater is the more specific."""
    asked = _asked(rule.when)
    return (*(name in asked for name in _ASKED), rule.valid is not None)


def refuse_ties(pay: Sequence[PayRule]) -> None:
    """Raises TermsAmbiguous, with the § of the two rules, where one article could meet both."""
    for place, rule in enumerate(pay):
        for earlier, other in enumerate(pay[:place]):
            if _tie(rule, other):
                first, second = FIRST_PAY_CLAUSE + earlier, FIRST_PAY_CLAUSE + place
                raise TermsAmbiguous(
                    f"§{first} and §{second} could both pay for the same.",
                    field=f"pay.{place}.when",
                    remedy="Make one of the two rules more specific, or remove it.",
                    params={"first": first, "second": second},
                )


def overlaps(one: When, other: When) -> bool:
    """Whether one article of one order can meet both; in doubt it can.

    Nested conditions are looked through where it is plain: what the one asks for and the other
    rules out, and alternatives of which none can meet the other.
    """
    if None not in (one.customer, other.customer) and one.customer != other.customer:
        return False
    if any(_apart(getattr(one, name), getattr(other, name)) for name in _SETS):
        return False
    if not _ranges_meet(one.renewals, other.renewals):
        return False
    if not _ranges_meet(one.order_minor, other.order_minor):
        return False
    if _ruled_out(one, other.none_of) or _ruled_out(other, one.none_of):
        return False
    return _some_meets(one.any_of, other) and _some_meets(other.any_of, one)


def _tie(one: PayRule, other: PayRule) -> bool:
    if type(one) is not type(other) or not isinstance(one, EXCLUSIVE):
        return False
    if isinstance(one, Lead) and isinstance(other, Lead) and one.event != other.event:
        return False
    same = specificity(one) == specificity(other)
    return same and _boxes_meet(one.valid, other.valid) and overlaps(one.when, other.when)


def _asked(when: When) -> set[str]:
    mine = {name for name in _ASKED if getattr(when, name) not in (None, ())}
    return mine.union(*map(_asked, (*when.any_of, *when.none_of)))


def _apart(one: Iterable[Any], other: Iterable[Any]) -> bool:
    return bool(one) and bool(other) and set(one).isdisjoint(other)


def _ranges_meet(one: Between | None, other: Between | None) -> bool:
    if one is None or other is None:
        return True
    return _not_above(one.least, other.most) and _not_above(other.least, one.most)


def _not_above(least: int, most: int | None) -> bool:
    return most is None or least <= most


def _boxes_meet(one: TimeBox | None, other: TimeBox | None) -> bool:
    if one is None or other is None:
        return True
    return _before(one.since, other.until) and _before(other.since, one.until)


def _before(since: Any, until: Any) -> bool:
    return since is None or until is None or since < until


def _ruled_out(when: When, none_of: Sequence[When]) -> bool:
    """Whether what one rule asks for is just what the other one excludes."""
    own = when.model_copy(update={"any_of": (), "none_of": ()})
    return own != When() and own in none_of


def _some_meets(any_of: Sequence[When], other: When) -> bool:
    return not any_of or any(overlaps(alternative, other) for alternative in any_of)
