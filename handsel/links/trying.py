"""Which address a visitor would get: asked of the very code that redirects, from the very feed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from handsel.clock import now
from handsel.links.models import Link
from handsel.tracking.links import Link as TrackedLink
from handsel.tracking.links import read_link
from handsel.tracking.routing import Choice, Routing, choose, finished, scheduled

# In place of a click id, which is another one each time.
SAMPLE_ID = "…"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` says why: over, schedule, rule, variant, plain. `place` is the number of the rule or
    the name of the variant, `share_ppm` how many get it."""

    code: str
    address: str
    place: str = ""
    share_ppm: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody to try a link as."""

    at: datetime | None = None
    country: str = ""
    device: str = "computer"
    language: str = ""
    subs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Visit:
    at_ms: int
    visitor: str
    language: str
    subs: Mapping[str, str]
    country: Callable[[], str]
    device: Callable[[], str]
    target: str | None = None


def try_link(link: Link, visitor: Visitor) -> list[Outcome]:
    """Where a visitor would be sent; several where a split shares visitors out."""
    tracked = tracked_link(link)
    if tracked is None or tracked.disabled:
        return [Outcome("over", (tracked and tracked.fallback_url) or "")]
    if tracked.routing is None:
        return [_outcome("plain", tracked.choice)]
    visit = _Visit(
        at_ms=int((visitor.at or now()).timestamp() * 1000),
        visitor="",
        language=visitor.language,
        subs={**tracked.subs, **visitor.subs},
        country=lambda: visitor.country,
        device=lambda: visitor.device,
    )
    choice = choose(tracked, visit)
    if choice is None:
        return [Outcome("over", tracked.fallback_url or "")]
    if choice.dest is None:
        by_schedule = scheduled(tracked.routing, visit.at_ms) is not None
        return [_outcome("schedule" if by_schedule else "plain", choice)]
    if "rule" in choice.dest:
        return [_outcome("rule", choice, place=str(choice.dest["rule"]))]
    return _variants(tracked.routing, visit)


def _variants(routing: Routing, visit: _Visit) -> list[Outcome]:
    split = routing.split
    assert split is not None
    starts = (0, *split.ends)
    return [
        _outcome(
            "variant",
            finished(routing, choice, visit.subs),
            place=str((choice.dest or {}).get("variant", "")),
            share_ppm=(end - start) * 1_000_000 // split.total,
        )
        for choice, start, end in zip(split.choices, starts, split.ends, strict=False)
    ]


def _outcome(code: str, choice: Choice, *, place: str = "", share_ppm: int = 1_000_000) -> Outcome:
    return Outcome(code, f"{choice.head}{SAMPLE_ID}{choice.tail}", place, share_ppm)


def tracked_link(link: Link) -> TrackedLink | None:
    """The link as tracking hosts have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT payload FROM tracking_links_feed WHERE number = %s LIMIT 1", [link.number]
        )
        row = cursor.fetchone()
    return read_link(row[0]) if row else None
