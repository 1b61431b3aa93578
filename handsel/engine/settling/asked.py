"""What terms ask to be settled, and what an order that changes makes due again."""

from collections.abc import Iterator

from handsel.engine.terms import Milestone, Percent, Rolling, Terms
from handsel.engine.terms.pay import Calendar


def calendars_of(terms: Terms) -> frozenset[Calendar]:
    """The calendar periods that terms settle anything in."""
    return frozenset(_calendars(terms))


def rolling_days(terms: Terms) -> int:
    """So many days after an order other orders may be paid by it; 0 without rolling tiers."""
    periods = (rule.tiers.period for rule in terms.pay if isinstance(rule, Percent) and rule.tiers)
    return max((period.days for period in periods if isinstance(period, Rolling)), default=0)


def _calendars(terms: Terms) -> Iterator[Calendar]:
    for rule in terms.pay:
        if isinstance(rule, Percent) and rule.tiers and not isinstance(rule.tiers.period, Rolling):
            yield rule.tiers.period
    yield from (bonus.period for bonus in terms.bonuses if isinstance(bonus, Milestone))
    yield from (cap.period for cap in terms.caps if cap.period)
    yield from (floor.period for floor in terms.floors if floor.period)
