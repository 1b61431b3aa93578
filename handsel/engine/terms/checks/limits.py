"""Caps, floors, and what all of it costs together."""

from collections import Counter
from collections.abc import Iterator

from handsel.engine.money import PPM
from handsel.engine.terms.checks.problem import Known, Problem, refused, warned
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Calendar, Cap, Fixed, Floor, Lead, Percent
from handsel.engine.terms.sentences import clause_number, clause_of

# Periods that begin within a longer one, whichever it is.
_WITHIN: dict[Calendar, dict[Calendar, int]] = {
    "day": {"day": 1},
    "week": {"day": 7, "week": 1},
    "month": {"day": 28, "week": 4, "month": 1},
    "quarter": {"day": 90, "week": 12, "month": 3, "quarter": 1},
    "year": {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1},
    "ever": dict.fromkeys(("day", "week", "month", "quarter", "year", "ever"), 1),
}


def problems(terms: Terms, known: Known) -> Iterator[Problem]:
    yield from _cap_under_floor(terms)
    yield from _twice(terms)
    yield from _cap_under_amount(terms)
    yield from _overrides(terms)
    yield from _cost(terms, known)


def _cap_under_floor(terms: Terms) -> Iterator[Problem]:
    """A cap that cannot hold what a floor promises of the same, or of a part of it: an order, or
    so many shorter periods as there are in a longer one at least."""
    for place, cap in enumerate(terms.caps):
        for number, floor in enumerate(terms.floors):
            floor_minor = floor.amount_minor * _times_within(floor, cap)
            if cap.amount_minor < floor_minor:
                yield refused(
                    "cap_under_floor",
                    f"caps.{place}.amount_minor",
                    clause=clause_of(terms, "caps", place),
                    other=clause_of(terms, "floors", number),
                    amount_minor=cap.amount_minor,
                    floor_minor=floor_minor,
                    currency=terms.currency,
                )


def _times_within(floor: Floor, cap: Cap) -> int:
    """How often at least a floor holds within what a cap bounds; 0: not surely once."""
    if floor.period is None:
        # An order is part of whatever the cap is of.
        return 1
    if cap.period is None:
        return 0
    return _WITHIN[cap.period].get(floor.period, 0)


def _twice(terms: Terms) -> Iterator[Problem]:
    """Of two caps, or two floors, of the same thing only one can ever matter."""
    for section in ("caps", "floors"):
        first: dict[object, int] = {}
        for place, limit in enumerate(getattr(terms, section)):
            other = first.setdefault((limit.per, limit.period), place)
            if other != place:
                yield warned(
                    "limit_twice",
                    f"{section}.{place}",
                    clause=clause_of(terms, section, place),
                    other=clause_of(terms, section, other),
                )


def _cap_under_amount(terms: Terms) -> Iterator[Problem]:
    """A fixed amount that a cap per order never lets through whole."""
    caps = [(cap.amount_minor, place) for place, cap in enumerate(terms.caps) if cap.per == "order"]
    if not caps:
        return
    cap_minor, place = min(caps)
    for number, rule in enumerate(terms.pay):
        if isinstance(rule, Fixed | Lead) and rule.amount_minor > cap_minor:
            yield warned(
                "cap_under_amount",
                f"caps.{place}.amount_minor",
                clause=clause_of(terms, "caps", place),
                other=clause_number(number),
            )


def _overrides(terms: Terms) -> Iterator[Problem]:
    levels = Counter(override.level for override in terms.overrides)
    if any(count > 1 for count in levels.values()):
        yield refused("level_twice", "overrides.1.level", clause=clause_of(terms, "overrides", 1))
    if levels and 1 not in levels:
        yield warned(
            "level_without_first", "overrides.0.level", clause=clause_of(terms, "overrides")
        )
    total_ppm = sum(override.rate_ppm for override in terms.overrides)
    if total_ppm > PPM:
        yield refused("overrides_above_whole", "overrides", rate_ppm=total_ppm)


def _cost(terms: Terms, known: Known) -> Iterator[Problem]:
    """Rate, share of partners above and discount of the buyer, all of one sale."""
    rates = [
        max(rule.rate_ppm, *(step.rate_ppm for step in rule.tiers.steps))
        if rule.tiers
        else rule.rate_ppm
        for rule in terms.pay
        if isinstance(rule, Percent)
    ]
    if not rates:
        return
    discount = terms.customer_discount
    discount_ppm = (discount.rate_ppm if discount else None) or 0
    shared_ppm = sum(override.rate_ppm for override in terms.overrides)
    counts_ppm = PPM if terms.basis.before_discounts else PPM - discount_ppm
    # In millionths of the price, rounded up, so that doubt is said.
    paid = counts_ppm * max(rates) * (PPM + shared_ppm)
    cost_ppm = discount_ppm - (-paid // PPM**2)
    if cost_ppm > PPM:
        yield refused("costs_above_whole", "pay", cost_ppm=cost_ppm)
    elif known.margin_ppm is not None and cost_ppm > known.margin_ppm:
        yield warned("costs_above_margin", "pay", cost_ppm=cost_ppm, margin_ppm=known.margin_ppm)
