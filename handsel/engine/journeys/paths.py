"""Paths: which channels orders came through, and how often; many equal ones are one."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """Channels in the order in which they were passed, how often an order followed, and how often
    nothing did (`nulls`)."""

    channels: tuple[str, ...]
    conversions: int
    nulls: int = 0


def gathered(paths: Iterable[Path]) -> list[Path]:
    """Equal ones added up, those without a channel or a count left out, in a fixed order."""
    conversions: Counter[tuple[str, ...]] = Counter()
    nulls: Counter[tuple[str, ...]] = Counter()
    for path in paths:
        conversions[path.channels] += path.conversions
        nulls[path.channels] += path.nulls
    return [
        Path(channels, conversions[channels], nulls[channels])
        for channels in sorted(conversions)
        if channels and conversions[channels] + nulls[channels] > 0
    ]


def channels_of(paths: Iterable[Path]) -> list[str]:
    """Every channel once, by name."""
    return sorted({channel for path in paths for channel in path.channels})


def conversions_through(paths: Iterable[Path]) -> Counter[str]:
    """By channel, the orders that it had any part in."""
    through: Counter[str] = Counter()
    for path in paths:
        for channel in set(path.channels):
            through[channel] += path.conversions
    return through


def lumped(
    paths: Sequence[Path], kind_of: Callable[[str], str], *, least: int = 50, most: int = 20
) -> list[Path]:
    """Only the `most` channels with the most orders keep their name, and of these only those with
    `least` orders or more; the others go by their kind, so that no figure rests on a handful.

    >>> paths = [Path(("a", "b"), 60), Path(("c", "a"), 2), Path(("d",), 1)]
    >>> [path.channels for path in lumped(paths, lambda channel: "blogs", most=1)]
    [('a', 'blogs'), ('blogs',), ('blogs', 'a')]
    """
    ranked = sorted(conversions_through(paths).items(), key=lambda pair: (-pair[1], pair[0]))
    kept = {channel for channel, orders in ranked[:most] if orders >= least}
    return gathered(
        Path(
            tuple(channel if channel in kept else kind_of(channel) for channel in path.channels),
            path.conversions,
            path.nulls,
        )
        for path in paths
    )
