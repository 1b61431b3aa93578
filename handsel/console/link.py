"""What one link's page shows beside its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.clock import now
from handsel.engine.splits import (
    CONVERSIONS_MIN,
    DAYS_MIN,
    Decision,
    Seen,
    interval,
)
from handsel.insights.splits import decision_of, seen_of
from handsel.links.changing import Planned
from handsel.links.directions import Split, read_split
from handsel.links.models import Link
from handsel.links.trying import Outcome, Visitor, try_link
from handsel.ui.states import state_of

OUTCOMES = {
    "plain": gettext_lazy("The link’s own page"),
    "schedule": gettext_lazy("By the schedule"),
    "over": gettext_lazy("The link is over"),
}
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


@dataclass(frozen=True, slots=True)
class Tried:
    """An outcome with the words for why."""

    why: str
    address: str
    share_ppm: int


def tried(link: Link, said: Mapping[str, object]) -> list[Tried]:
    """Where the visitor of the form would go; of today from nowhere, where it says nothing."""
    known = {name: value for name, value in said.items() if value and name != "s1"}
    subs = {"s1": str(said["s1"])} if said.get("s1") else {}
    visitor = Visitor(subs=subs, **known)  # type: ignore[arg-type]
    return [Tried(_why(one), one.address, one.share_ppm) for one in try_link(link, visitor)]


def _why(outcome: Outcome) -> str:
    match outcome.code:
        case "rule":
            return _("Rule %(number)s") % {"number": outcome.place}
        case "variant":
            return _("Variant %(name)s") % {"name": outcome.place}
        case code:
            return str(OUTCOMES[code])


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to one column of a link, in words."""

    label: str
    before: str
    after: str


COLUMNS = {
    "name": gettext_lazy("Name"),
    "url": gettext_lazy("Leads to"),
    "fallback_url": gettext_lazy("After the end"),
    "expires_at": gettext_lazy("Works until (UTC)"),
    "utm": gettext_lazy("Parameters"),
    "disabled_at": gettext_lazy("State"),
}


@dataclass(frozen=True, slots=True)
class PlanShown:
    link: Link
    differences: tuple[Difference, ...]


def plan_shown(plan: Planned) -> PlanShown:
    return PlanShown(
        plan.link,
        tuple(
            Difference(str(COLUMNS[name]), _shown(name, plan.before[name]), _shown(name, after))
            for name, after in plan.after.items()
        ),
    )


def _shown(name: str, value: Any) -> str:
    if name == "disabled_at":
        return str(state_of("disabled" if value else "enabled").word)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={said}" for key, said in value.items()) or "–"
    return str(value or "–")
