"""How the variants of links' splits do, and which of them have won."""

import structlog
from django.db.models import Count

from handsel.clicks.models import Click
from handsel.clock import now
from handsel.conversions.models import Touch
from handsel.engine.splits import Decision, Seen, decide
from handsel.links.changing import end_split
from handsel.links.directions import Split, read_split
from handsel.links.models import Link
from handsel.rows.querysets import SharedQuerySet

log = structlog.get_logger()


def seen_of(link: Link, split: Split) -> list[Seen]:
    """Of each variant since the split began: clicks that count, and those of them that led to a
    conversion this link was credited with. Orders of these clicks may still come, for all alike."""
    clicks = Click.objects.filter(
        link_id=link.pk, clicked_at__gte=split.started_at, counts=True
    ).order_by()
    if split.decided_at is not None:
        clicks = clicks.filter(clicked_at__lt=split.decided_at)
    credited = Touch.objects.filter(
        link=link, verdict="credited", touched_at__gte=split.started_at
    ).values("click_id")
    totals = _by_variant(clicks)
    led = _by_variant(clicks.filter(click_id__in=credited))
    return [Seen(one.name, totals.get(one.name, 0), led.get(one.name, 0)) for one in split.variants]


def decision_of(split: Split, seen: list[Seen]) -> Decision:
    return decide(seen, days=(now() - split.started_at).days)


def decide_splits() -> int:
    """End the splits that may end themselves and have a winner; how many did."""
    decided = 0
    running = Link.objects.filter(split__winner=None, split__decides=True, disabled_at=None)
    for link in running.iterator():
        split = read_split(link.split)
        if split is None:
            continue
        seen = seen_of(link, split)
        decision = decision_of(split, seen)
        if decision.winner is not None:
            figures = ", ".join(f"{one.name}: {one.conversions}/{one.clicks}" for one in seen)
            end_split(link.pk, decision.winner, actor=None, reason=figures)
            log.info("split decided", link=link.pk, winner=decision.winner)
            decided += 1
    return decided


def _by_variant(clicks: SharedQuerySet[Click]) -> dict[str, int]:
    return dict(clicks.values_list("destination_choice").annotate(n=Count("click_id")))
