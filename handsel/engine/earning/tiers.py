"""Rates by volume, in exact whole numbers: amounts times ppm, so that nothing is rounded early."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from handsel.engine.terms import Percent


class Band(NamedTuple):
    """From `start` on, this rate."""

    start: int
    rate_ppm: int


def bands(rule: Percent) -> list[Band]:
    """The rule's own rate from 0 on, then its steps by volume."""
    steps = rule.tiers.steps if rule.tiers else ()
    return [Band(0, rule.rate_ppm), *sorted(Band(step.start, step.rate_ppm) for step in steps)]


def rate_at(table: Sequence[Band], volume: int) -> int:
    """The rate that a volume has reached; a step is reached at its start."""
    return table[bisect_right(table, volume, key=lambda band: band.start) - 1].rate_ppm


def marginal_ppm(table: Sequence[Band], volume: int) -> int:
    """Each part of a volume at the rate of the step in which it lies, in millionths.

    >>> table = [Band(0, 50_000), Band(100_000, 70_000), Band(500_000, 90_000)]
    >>> marginal_ppm(table, 600_000) // 1_000_000    # of 6,000.00: 50.00 + 280.00 + 90.00
    42000
    """
    ends = [band.start for band in table[1:]] + [volume]
    return sum(
        max(0, min(end, volume) - band.start) * band.rate_ppm
        for band, end in zip(table, ends, strict=True)
    )


def added_ppm(rule: Percent, before: int, basis_minor: int) -> int:
    """What an order adds that comes after so much volume (rolling tiers), in millionths.

    Marginal by what counts: the part of the table that the order itself fills. By number of orders,
    or where the rate that is reached pays the whole: the order is itself the next one.
    """
    table = bands(rule)
    if rule.tiers is None or rule.tiers.measure == "orders":
        return basis_minor * rate_at(table, before + 1)
    if rule.tiers.mode == "retroactive":
        return basis_minor * rate_at(table, before + basis_minor)
    return marginal_ppm(table, before + basis_minor) - marginal_ppm(table, before)
