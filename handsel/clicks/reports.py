"""Sums of clicks, from the rollups alone: as quick for fifty million clicks as for fifty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import F, Q, QuerySet, Sum

from handsel.clicks.models import ClickDay, ClickHour, ClickSub
from handsel.rows.querysets import ActsFor

Group = Literal["day", "link", "partnership", "sub1", "country", "device"]

# Where a group is summed up already, and by which column.
ROLLUPS: dict[str, tuple[type[ClickDay] | type[ClickSub] | type[ClickHour], str]] = {
    "day": (ClickDay, "day"),
    "link": (ClickDay, "link_id"),
    "partnership": (ClickDay, "partnership_id"),
    "sub1": (ClickSub, "s1"),
    "country": (ClickHour, "country"),
    "device": (ClickHour, "device"),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """`filtered` and `impressions` are None where the rollup of the group does not have them."""

    clicks: int
    filtered: int | None
    impressions: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Rows by their key, in its order, after the one that was asked for; `more` follow."""

    rows: Sequence[tuple[str, Sums]]
    total: Sums
    more: bool


def knows_partnerships(group: Group) -> bool:
    """Whether the group can be narrowed to a partnership or a link."""
    return ROLLUPS[group][0] is not ClickHour


def click_report(
    reader: ActsFor,
    group: Group,
    narrowed: Q,
    *,
    since: date,
    until: date,
    after: str | None = None,
    limit: int,
) -> Report:
    """Of days (UTC) from `since` to `until`, both included. `narrowed` are conditions on columns
    that the group's rollup has."""
    model, column = ROLLUPS[group]
    rows: QuerySet[Any] = model._default_manager.all()
    rows = rows.visible_to(reader).filter(narrowed, _days(model, since, until))  # type: ignore[attr-defined]
    names = [name for name in ("clicks", "filtered", "impressions") if _has(model, name)]
    sums = {f"{name}_sum": Sum(name) for name in names}
    grouped = rows.order_by().values(key=F(column)).annotate(**sums).order_by("key")
    if after is not None:
        grouped = grouped.filter(**{f"{column}__gt": after})
    found = list(grouped[: limit + 1])
    return Report(
        rows=[(str(row["key"]), _sums(row)) for row in found[:limit]],
        total=_sums(rows.aggregate(**sums)),
        more=len(found) > limit,
    )


def _days(model: type[Any], since: date, until: date) -> Q:
    if model is not ClickHour:
        return Q(day__gte=since, day__lte=until)
    first, last = (datetime.combine(day, time(), UTC) for day in (since, until))
    return Q(hour__gte=first, hour__lt=last + timedelta(days=1))


def _has(model: type[Any], name: str) -> bool:
    return any(field.name == name for field in model._meta.fields)


def _sums(row: dict[str, Any]) -> Sums:
    """Null where no row was summed up; absent where the rollup has no such column."""
    found = {
        name: int(row[f"{name}_sum"] or 0) if f"{name}_sum" in row else None
        for name in ("filtered", "impressions")
    }
    return Sums(clicks=int(row["clicks_sum"] or 0), **found)
