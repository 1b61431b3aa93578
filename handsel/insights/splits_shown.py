"""How a split goes, as the link's page shows it to both sides."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from handsel.clock import now
from handsel.engine.splits import CONVERSIONS_MIN, DAYS_MIN, Decision, Seen, interval
from handsel.insights.splits import decision_of, seen_of
from handsel.links.directions import Split, read_split
from handsel.links.models import Link

WHY = {
    "too_early": gettext_lazy("A split runs for a week at least, for weekends differ."),
    "too_few": gettext_lazy("There are too few orders yet to tell anything."),
    "undecided": gettext_lazy(
        "The difference is still one that chance can make. Looking often changes nothing about it."
    ),
    "no_difference": gettext_lazy(
        "Three months have shown no difference. Choose the page you like better."
    ),
    "decided": gettext_lazy("The difference is beyond what chance makes."),
}


@dataclass(frozen=True, slots=True)
class VariantShown:
    """A variant with its picture: where the bar and the range begin and end, in thousandths of the
    width. `rate_ppm` is conversions for a million clicks."""

    name: str
    url: str
    share_ppm: int
    clicks: int
    conversions: int
    rate_ppm: int
    low_ppm: int
    high_ppm: int
    at: int
    low: int
    high: int
    leads: bool
    won: bool

    @property
    def width(self) -> int:
        return max(self.high - self.low, 1)

    @property
    def mark(self) -> int:
        """Where the stroke for the rate begins; it is six wide and stays inside."""
        return min(max(self.at - 3, 0), 994)


@dataclass(frozen=True, slots=True)
class SplitShown:
    split: Split
    variants: tuple[VariantShown, ...]
    why: str
    is_decided: bool
    evidence_ppm: int
    days: int
    days_min: int = DAYS_MIN
    conversions_min: int = CONVERSIONS_MIN


def split_shown(link: Link) -> SplitShown | None:
    split = read_split(link.split)
    if split is None:
        return None
    seen = seen_of(link, split)
    decision = decision_of(split, seen)
    return SplitShown(
        split=split,
        variants=tuple(_variants(split, seen, decision)),
        why="" if split.winner else str(WHY[decision.reason]),
        is_decided=split.winner is not None,
        evidence_ppm=round(decision.evidence * 1_000_000),
        days=((split.decided_at or now()) - split.started_at).days,
    )


def _variants(split: Split, seen: Sequence[Seen], decision: Decision) -> list[VariantShown]:
    ranges = [interval(one) for one in seen]
    # Where nothing was seen yet the range is everything, and would leave no room for the others.
    known = [high for one, (_low, high) in zip(seen, ranges, strict=True) if one.clicks]
    widest = max(known, default=1.0) or 1.0
    total = sum(one.weight for one in split.variants)

    def place(rate: float) -> int:
        return min(1000, round(1000 * rate / widest))

    return [
        VariantShown(
            name=one.name,
            url=variant.url,
            share_ppm=variant.weight * 1_000_000 // total,
            clicks=one.clicks,
            conversions=one.conversions,
            rate_ppm=_ppm(one.rate),
            low_ppm=_ppm(low),
            high_ppm=_ppm(high),
            at=place(one.rate),
            low=place(low),
            high=place(high),
            leads=one.name == decision.leader,
            won=one.name == split.winner,
        )
        for variant, one, (low, high) in zip(split.variants, seen, ranges, strict=True)
    ]


def _ppm(rate: float) -> int:
    """To a hundredth of a per cent: nobody knows it better."""
    return round(rate * 10_000) * 100
