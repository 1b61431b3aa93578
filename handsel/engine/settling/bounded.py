"""Floors and caps of a period, after everything that was earned in it.

The floor is that of the version in force at the end of the period. A cap is read at the whole that
was earned, and takes from each version's own part: an order keeps what no cap of its own version
takes. Of a cap shared by several versions a part is rounded down, so that it is never exceeded.
"""

from collections.abc import Iterator, Mapping

from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import rounded
from handsel.engine.settling.tiered import Line
from handsel.engine.terms import Terms
from handsel.engine.terms.pay import Calendar
from handsel.engine.terms.sentences import clause_of


def floor_line(
    versions: Mapping[str, Terms], own_minor: Mapping[str, int], period: Calendar
) -> Iterator[Line]:
    """What raises the whole to the last version's floor."""
    agreement, terms = list(versions.items())[-1]
    floors = [place for place, floor in enumerate(terms.floors) if floor.period == period]
    if not floors:
        return
    place = max(floors, key=lambda place: terms.floors[place].amount_minor)
    missing_minor = terms.floors[place].amount_minor - sum(own_minor.values())
    if missing_minor > 0:
        clause = clause_of(terms, "floors", place)
        yield Line(agreement, rounded(clause, "floor", missing_minor))


def cap_lines(
    versions: Mapping[str, Terms], own_minor: Mapping[str, int], period: Calendar
) -> Iterator[Line]:
    """What each version's cap takes of its own part of the whole."""
    whole_minor = sum(own_minor.values())
    for agreement, terms in versions.items():
        mine_minor = own_minor[agreement]
        caps = [
            place
            for place, cap in enumerate(terms.caps)
            if cap.per == "partner" and cap.period == period
        ]
        if not caps or mine_minor <= 0:
            continue
        place = min(caps, key=lambda place: terms.caps[place].amount_minor)
        cap_minor = terms.caps[place].amount_minor
        if whole_minor > cap_minor:
            kept_minor = cap_minor * mine_minor // whole_minor
            yield Line(
                agreement,
                CommissionLine(
                    clause=clause_of(terms, "caps", place),
                    kind="cap",
                    basis_minor=whole_minor,
                    rate_ppm=None,
                    numerator=(cap_minor - whole_minor) * mine_minor,
                    denominator=whole_minor,
                    amount_minor=kept_minor - mine_minor,
                ),
            )
