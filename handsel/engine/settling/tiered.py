"""Tiers of a calendar period: what the reached rates pay, less what the orders were paid already.

Rules of several versions are the same rule where they are met by the same: their volume is counted
together. Each version's table is read at the whole volume, and pays the share of its own orders:
round(F(T) x own / T). Marginal tiers by number of orders pay each order by its own place in time.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import rounded
from handsel.engine.earning.tiers import bands, marginal_ppm, rate_at
from handsel.engine.money import PPM
from handsel.engine.settling.inputs import Member
from handsel.engine.settling.member import line_of, own_minor, paid_by_rule
from handsel.engine.terms import Percent, Rolling, Terms, TimeBox, When, clause_number
from handsel.engine.terms.pay import Calendar
from handsel.engine.values import ParamValue, Step


class Line(NamedTuple):
    """A line of a settlement and the version that it belongs to."""

    agreement: str
    line: CommissionLine


class Volume(NamedTuple):
    """One member's part in what a rule counts: its own basis, and what it was paid for it."""

    member: Member
    basis_minor: int
    paid_minor: int


Found = Line | Step
Key = tuple[When, TimeBox | None]


def tiered(
    versions: Mapping[str, Terms], members: Sequence[Member], period: Calendar
) -> Iterator[Found]:
    """For each version and rule with tiers of this period: what they give, and what was paid."""
    for agreement, terms in versions.items():
        for place, rule in enumerate(terms.pay):
            if isinstance(rule, Percent) and _is_settled_by(rule, period):
                clause = clause_number(place)
                counted = volumes(versions, members, (rule.when, rule.valid))
                own = [v for v in counted if v.member.agreement == agreement]
                if own:
                    yield from _settled(agreement, clause, rule, counted, own)


def _is_settled_by(rule: Percent, period: Calendar) -> bool:
    if rule.tiers is None or isinstance(rule.tiers.period, Rolling):
        return False
    return rule.tiers.period == period


def volumes(versions: Mapping[str, Terms], members: Sequence[Member], key: Key) -> list[Volume]:
    """All that the same rule paid, under whichever version, in the order of time."""
    found = []
    for member in sorted(members, key=lambda m: (m.occurred_at, m.order)):
        terms = versions[member.agreement]
        for place, rule in enumerate(terms.pay):
            if not isinstance(rule, Percent) or (rule.when, rule.valid) != key:
                continue
            line = line_of(member, clause_number(place))
            if line is not None:
                basis_minor = own_minor(member, line.basis_minor or 0)
                paid_minor = paid_by_rule(member)[line.clause]
                found.append(Volume(member, basis_minor, paid_minor))
    return found


def _settled(
    agreement: str,
    clause: int,
    rule: Percent,
    volumes: Sequence[Volume],
    own: Sequence[Volume],
) -> Iterator[Found]:
    own_basis_minor = sum(volume.basis_minor for volume in own)
    by_orders = rule.tiers is not None and rule.tiers.measure == "orders"
    whole_minor = sum(volume.basis_minor for volume in volumes)
    if by_orders:
        earned = _by_orders(rule, volumes, own)
        number: dict[str, ParamValue] = {"orders": len(volumes)}
    else:
        earned = _by_basis(rule, whole_minor, own_basis_minor)
        number = {}
    volume: dict[str, ParamValue] = {
        "clause": clause,
        "mode": rule.tiers.mode if rule.tiers else "",
        **number,
        "volume_minor": whole_minor,
        "own_minor": own_basis_minor,
    }
    yield Step(code="volume", params=volume)
    yield Line(
        agreement,
        rounded(
            clause,
            "tiers",
            earned.numerator,
            earned.denominator,
            basis_minor=own_basis_minor,
        ),
    )
    paid_minor = sum(volume.paid_minor for volume in own)
    yield Line(agreement, rounded(clause, "paid", -paid_minor, quantity=len(own)))


def _by_basis(rule: Percent, whole_minor: int, own_minor: int) -> Fraction:
    table = bands(rule)
    if rule.tiers and rule.tiers.mode == "retroactive":
        return Fraction(rate_at(table, whole_minor) * own_minor, PPM)
    if whole_minor == 0:
        return Fraction(0)
    return Fraction(marginal_ppm(table, whole_minor) * own_minor, whole_minor * PPM)


def _by_orders(rule: Percent, volumes: Sequence[Volume], own: Sequence[Volume]) -> Fraction:
    """Retroactive: the rate that the number of orders has reached. Marginal: each order by its
    number in the period."""
    table = bands(rule)
    if rule.tiers and rule.tiers.mode == "retroactive":
        rate_ppm = rate_at(table, len(volumes))
        return Fraction(rate_ppm * sum(volume.basis_minor for volume in own), PPM)
    mine = {volume.member.order for volume in own}
    return sum(
        (
            Fraction(rate_at(table, number) * volume.basis_minor, PPM)
            for number, volume in enumerate(volumes, start=1)
            if volume.member.order in mine
        ),
        Fraction(0),
    )
