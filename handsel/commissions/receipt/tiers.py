"""How far the rates by volume have come: what a receipt draws a bar of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handsel.engine.earning.tiers import bands
from handsel.engine.settling import PeriodInputs
from handsel.engine.settling.budget import is_covered
from handsel.engine.settling.member import line_of
from handsel.engine.terms import Percent, Rolling, Terms, clause_number
from handsel.engine.values import Step


@dataclass(frozen=True, slots=True)
class BandShown:
    """One rate, from `start` (included) to `end` (excluded; None for the last). `fills` is how
    much of the volume lies in it."""

    start: int
    end: int | None
    rate_ppm: int
    fills: int
    is_reached: bool


@dataclass(frozen=True, slots=True)
class TiersShown:
    """The tiers of one rule at `volume`, in minor units or, by `orders`, in their number. `before`
    is what had counted before this order, with rolling tiers; it is part of the volume.
    `pays_all`: the rate that is reached pays everything (retroactive)."""

    clause: int
    measure: str
    pays_all: bool
    volume: int
    before: int
    bands: tuple[BandShown, ...]

    @property
    def reached(self) -> BandShown:
        return [band for band in self.bands if band.is_reached][-1]

    @property
    def next(self) -> BandShown | None:
        return next((band for band in self.bands if not band.is_reached), None)

    @property
    def missing(self) -> int:
        """What the next rate still asks for; 0 where there is none."""
        return self.next.start - self.volume if self.next else 0


def period_tiers(inputs: PeriodInputs, steps: Sequence[Step]) -> tuple[TiersShown, ...]:
    """Of each rule of each version that was settled with a period: the engine says its volumes in
    the same order."""
    volumes = (step for step in steps if step.code == "volume")
    return tuple(
        _shown(clause, rule, _volume(step, rule))
        for step, (clause, rule) in zip(volumes, _settled_rules(inputs), strict=True)
    )


def _settled_rules(inputs: PeriodInputs) -> Iterator[tuple[int, Percent]]:
    """By version, then by §: rules with tiers of this period that paid one of its orders."""
    versions = {version.agreement: version for version in inputs.agreements}
    for version in sorted(versions.values(), key=lambda one: (one.number, one.agreement)):
        members = [
            member
            for member in inputs.members
            if member.agreement == version.agreement and is_covered(member, inputs.spent)
        ]
        for clause, rule in _tiered(version.terms):
            is_meant = rule.tiers is not None and rule.tiers.period == inputs.period
            if is_meant and any(line_of(member, clause) for member in members):
                yield clause, rule


def rolling_tiers(terms: Terms, steps: Sequence[Step]) -> tuple[TiersShown, ...]:
    """Of an order, which adds itself to what had counted in the days before it."""
    return tuple(_rolling(steps, dict(_tiered(terms))))


def _tiered(terms: Terms) -> Iterator[tuple[int, Percent]]:
    for place, rule in enumerate(terms.pay):
        if isinstance(rule, Percent) and rule.tiers:
            yield clause_number(place), rule


def _rolling(steps: Sequence[Step], rules: dict[int, Percent]) -> Iterator[TiersShown]:
    basis = {_int(step): _int(step, "basis_minor") for step in steps if step.code == "tiers"}
    for step in steps:
        rule = rules.get(_int(step)) if step.code == "standing" else None
        if rule is None or not rule.tiers or not isinstance(rule.tiers.period, Rolling):
            continue
        by_orders = rule.tiers.measure == "orders"
        before = _int(step, "orders" if by_orders else "before_minor")
        more = 1 if by_orders else basis.get(_int(step), 0)
        yield _shown(_int(step), rule, before + more, before)


def _shown(clause: int, rule: Percent, volume: int, before: int = 0) -> TiersShown:
    table = bands(rule)
    ends = [band.start for band in table[1:]]
    is_order_count = rule.tiers is not None and rule.tiers.measure == "orders"
    return TiersShown(
        clause=clause,
        measure="orders" if is_order_count else "basis",
        pays_all=rule.tiers is not None and rule.tiers.mode == "retroactive",
        volume=volume,
        before=before,
        bands=tuple(
            BandShown(
                start=band.start,
                end=end,
                rate_ppm=band.rate_ppm,
                fills=max(0, (volume if end is None else min(volume, end)) - band.start),
                is_reached=volume >= band.start,
            )
            for band, end in zip(table, [*ends, None], strict=True)
        ),
    )


def _volume(step: Step, rule: Percent) -> int:
    by_orders = rule.tiers is not None and rule.tiers.measure == "orders"
    return _int(step, "orders" if by_orders else "volume_minor")


def _int(step: Step, name: str = "clause") -> int:
    return int(str(step.params[name]))
