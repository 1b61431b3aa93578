"""To which pages the links of a program may still send somebody."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from handsel.clock import now
from handsel.programs.models import Program


def pages_of_working_links(program: Program) -> Iterator[str]:
    """Their own, and those of their schedules, rules and splits."""
    columns = ("url", "schedule", "rules", "split")
    at = now()
    for url, schedule, rules, split in program.links.filter(disabled_at=None).values_list(*columns):
        yield url
        yield from (entry["url"] for entry in _to_come(schedule, at) if entry["url"])
        yield from (rule["url"] for rule in rules)
        yield from _of_split(split or {})


def fallbacks_of_links(program: Program) -> Iterator[str]:
    """Where visitors go while a link is off or over."""
    yield from program.links.exclude(fallback_url="").values_list("fallback_url", flat=True)


def _to_come(schedule: Sequence[Mapping[str, str]], at: datetime) -> Sequence[Mapping[str, str]]:
    """Without the entries whose time another has ended."""
    begun = [entry for entry in schedule if datetime.fromisoformat(entry["at"]) <= at]
    return schedule[max(len(begun) - 1, 0) :]


def _of_split(split: Mapping[str, Any]) -> Iterator[str]:
    """All of its pages; only the winner's once it is decided."""
    for variant in split.get("variants", ()):
        if split.get("winner") in {None, variant["name"]}:
            yield variant["url"]
