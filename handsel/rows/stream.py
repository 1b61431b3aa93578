"""A page of several tables as one stream, the latest first.

Clicks lie in a partition a day, and planning for four hundred of them takes longer than reading
one. So a page looks at the latest day first, and further back only while it is not full.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from handsel.rows.places import Place, older_than

STEPS = (timedelta(days=1), timedelta(days=7), timedelta(days=31))
# After all there is, whatever its source.
RANK_NONE = -1


@dataclass(frozen=True)
class Source:
    """Rows of one table, narrowed to what was asked for. `moment` and `key` are columns."""

    rank: int
    rows: "QuerySet[Any]"
    moment: str
    key: str

    def at(self, row: Any) -> datetime:
        moment: datetime = getattr(row, self.moment)
        return moment

    def place(self, row: Any) -> Place:
        return Place(self.at(row), self.rank, str(getattr(row, self.key)))

    def latest(
        self, size: int, *, since: datetime, until: datetime | None, after: Place | None
    ) -> list[Any]:
        return list(self.narrowed(since=since, until=until, after=after)[:size])

    def narrowed(
        self, *, since: datetime, until: datetime | None, after: Place | None
    ) -> "QuerySet[Any]":
        """From `since` on, before `until` and after a place in the list."""
        rows = self.rows.filter(**{f"{self.moment}__gte": since})
        if until is not None:
            rows = rows.filter(**{f"{self.moment}__lt": until})
        if after is not None:
            rows = rows.filter(older_than(after, self.rank, self.moment, self.key))
        return rows.order_by(f"-{self.moment}", f"-{self.key}")


@dataclass(frozen=True)
class Found:
    """`rows` with the source of each. `older` is where the next page begins, None at the end;
    `looked_back_to` is set where the page is not full and there may be more before that."""

    rows: Sequence[tuple[Source, Any]]
    older: Place | None
    looked_back_to: datetime | None = None


def latest(
    sources: Iterable[Source],
    size: int,
    *,
    now: datetime,
    since: datetime,
    until: datetime | None = None,
    after: Place | None = None,
) -> Found:
    """A page of at most `size` rows, from no more than a month: what is rarer is looked for
    further back on the next page. `since` is where the log begins, or the asked-for period."""
    parts = list(sources)
    top = after.at if after else until or now
    found: list[tuple[Source, Any]] = []
    upper, floor = until, since
    for step in STEPS:
        floor = max(since, top - step)
        found += _merged(parts, size + 1 - len(found), since=floor, until=upper, after=after)
        if len(found) > size or floor == since:
            break
        upper = floor
    page = found[:size]
    if len(found) > size:
        source, row = page[-1]
        return Found(page, source.place(row))
    if floor > since:
        return Found(page, Place(floor, RANK_NONE, ""), looked_back_to=floor)
    return Found(page, None)


def _merged(
    sources: Sequence[Source],
    size: int,
    *,
    since: datetime,
    until: datetime | None,
    after: Place | None,
) -> Iterator[tuple[Source, Any]]:
    """What a table compares is left to it: two of its rows stay in the order that it gave them."""
    lists = (
        [(source, row) for row in source.latest(size, since=since, until=until, after=after)]
        for source in sources
    )
    merged = heapq.merge(*lists, key=lambda one: (one[0].at(one[1]), one[0].rank), reverse=True)
    return (one for _number, one in zip(range(size), merged, strict=False))
