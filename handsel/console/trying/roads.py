"""How the roads by which a shop can report are doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Count, Q

from handsel.clock import now
from handsel.intake.models import InboxEvent
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.ui.figures import decimal_text
from handsel.ui.wording.inbox import SOURCES

DAY = timedelta(days=1)
# As many of the script's latest words tell where it stands.
BEACONS_MAX = 300


@dataclass(frozen=True, slots=True)
class Road:
    """`taken` and `refused` of the last 24 hours; `last_at` None where it was never heard of."""

    source: str
    name: str
    last_at: datetime | None
    taken: int
    refused: int


@dataclass(frozen=True, slots=True)
class Host:
    """Where the script has spoken; `agreed` of its `beacons` with consent."""

    name: str
    beacons: int
    agreed: int
    last_at: datetime


def roads_of(program: Program, member: Member) -> list[Road]:
    events = InboxEvent.objects.visible_to(member).filter(program=program)
    refused = Q(status=InboxEvent.Status.REFUSED)
    counts = (
        events.filter(received_at__gte=now() - DAY)
        .order_by()
        .values("source")
        .annotate(taken=Count("pk", filter=~refused), refused=Count("pk", filter=refused))
    )
    today = {row["source"]: row for row in counts}
    found = []
    for source, name in SOURCES.items():
        row = today.get(source, {"taken": 0, "refused": 0})
        last_at = (
            events.filter(source=source)
            .order_by("-received_at")
            .values_list("received_at", flat=True)
            .first()
        )
        found.append(Road(source, str(name), last_at, row["taken"], row["refused"]))
    return found


def script_hosts(program: Program, member: Member) -> list[Host]:
    """The one that spoke last comes first."""
    beacons = (
        InboxEvent.objects.visible_to(member)
        .filter(program=program, source="script", came_with__has_key="page")
        .order_by("-received_at")
        .values_list("came_with", "received_at")[:BEACONS_MAX]
    )
    found: dict[str, list[tuple[bool, datetime]]] = {}
    for around, at in beacons:
        host = urlsplit(around["page"]).netloc
        if host:
            found.setdefault(host, []).append((around.get("consent") is True, at))
    return [
        Host(name, len(said), sum(agreed for agreed, _at in said), max(at for _agreed, at in said))
        for name, said in found.items()
    ]


def lag_words(passed_at: Sequence[datetime]) -> str:
    """Seconds by which the slowest host's clicks lie behind; empty where there is none."""
    if not passed_at:
        return ""
    behind_s = max(0.0, (now() - min(passed_at)).total_seconds())
    return decimal_text(round(behind_s * 10))
