"""Sums of clicks, from the rollups alone: as quick for fifty million clicks as for fifty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import F, Q, QuerySet, Sum

from handsel.clicks.models import ClickDay, ClickPlace, ClickSub, ClickSubTotal, ClickTotal
from handsel.rows.querysets import ActsFor

Group = Literal[
    "day", "link", "partnership", "sub1", "sub2", "sub3", "sub4", "sub5", "country", "device"
]

Rollup = type[ClickDay] | type[ClickPlace] | type[ClickSub] | type[ClickSubTotal] | type[ClickTotal]

# Where a group is summed up already, and by which column.
ROLLUPS: dict[str, tuple[Rollup, str]] = {
    "day": (ClickTotal, "day"),
    "link": (ClickDay, "link_id"),
    "partnership": (ClickTotal, "partnership_id"),
    **{f"sub{number}": (ClickSubTotal, "value") for number in range(1, 6)},
    "country": (ClickPlace, "country"),
    "device": (ClickPlace, "device"),
}

# The same of each link apart.
BY_LINK: dict[Rollup, Rollup] = {ClickTotal: ClickDay, ClickSubTotal: ClickSub}


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
    return ROLLUPS[group][0] is not ClickPlace


def click_report(
    reader: ActsFor,
    group: Group,
    narrowed: Q,
    *,
    since: date,
    until: date,
    link: str | None = None,
    after: str | None = None,
    limit: int,
) -> Report:
    """Of days (UTC) from `since` to `until`, both included. `narrowed` are conditions on columns
    that the group's rollup has; one link may be named where `knows_partnerships`."""
    rollup, column = ROLLUPS[group]
    if rollup is ClickSubTotal:
        narrowed &= Q(sub=int(group.removeprefix("sub")))
    if link is not None:
        narrowed &= Q(link_id=link)
        rollup = BY_LINK.get(rollup, rollup)
    # Every link's days add up to its partnership's: hundreds of rows instead of its millions.
    totals = ClickTotal if group == "link" and link is None else rollup
    days = Q(day__gte=since, day__lte=until)
    rows, summed = _rows(rollup, reader, narrowed & days), _sums_of(rollup)
    grouped = rows.values(key=F(column)).annotate(**summed).order_by("key")
    if after is not None:
        grouped = grouped.filter(**{f"{column}__gt": after})
    found = list(grouped[: limit + 1])
    total = _rows(totals, reader, narrowed & days).aggregate(**_sums_of(totals))
    return Report(
        rows=[(str(row["key"]), _sums(row)) for row in found[:limit]],
        total=_sums(total),
        more=len(found) > limit,
    )


def _rows(rollup: Rollup, reader: ActsFor, conditions: Q) -> QuerySet[Any]:
    rows: QuerySet[Any] = rollup.objects.visible_to(reader).filter(conditions).order_by()
    return rows


def _sums_of(rollup: Rollup) -> dict[str, Sum]:
    names = ("clicks", "filtered", "impressions")
    return {f"{name}_sum": Sum(name) for name in names if _has(rollup, name)}


def _has(model: type[Any], name: str) -> bool:
    return any(field.name == name for field in model._meta.fields)


def _sums(row: dict[str, Any]) -> Sums:
    """Null where no row was summed up; absent where the rollup has no such column."""
    found = {
        name: int(row[f"{name}_sum"] or 0) if f"{name}_sum" in row else None
        for name in ("filtered", "impressions")
    }
    return Sums(clicks=int(row["clicks_sum"] or 0), **found)
