"""Pages of long lists by where the last one ended: page one thousand costs what page one does, and
nothing is skipped or shown twice when rows arrive meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest

M = TypeVar("M", bound=Model)

PAGE_SIZE = 50
SEPARATOR = "~"


@dataclass(frozen=True)
class Slice(Generic[M]):
    """Rows, the latest first. `older` and `newer` are addresses, empty at the ends."""

    rows: Sequence[M]
    older: str
    newer: str


def slice_of(rows: "QuerySet[M]", moment: str, request: HttpRequest) -> Slice[M]:
    """The page the request asks for with `?before=` or `?after=`, by a column of moments and id.

    The column may be that of a related row: `commission__occurred_at`.
    A cursor that is none shows the first page.
    """
    before, after = (_cursor(request.GET.get(name, "")) for name in ("before", "after"))
    if after:
        at, pk = after
        # An index begins at the bound on the moment alone, and nowhere without it.
        newer = rows.filter(Q(**{f"{moment}__gt": at}) | Q(**{moment: at, "pk__gt": pk}))
        newer = newer.filter(**{f"{moment}__gte": at})
        found = list(newer.order_by(moment, "pk")[: PAGE_SIZE + 1])
        page, more_newer, more_older = found[:PAGE_SIZE][::-1], len(found) > PAGE_SIZE, True
    else:
        if before:
            at, pk = before
            rows = rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk}))
            rows = rows.filter(**{f"{moment}__lte": at})
        found = list(rows.order_by(f"-{moment}", "-pk")[: PAGE_SIZE + 1])
        page, more_newer, more_older = found[:PAGE_SIZE], before is not None, len(found) > PAGE_SIZE
    return Slice(
        rows=page,
        older=_address(request, "before", page[-1], moment) if page and more_older else "",
        newer=_address(request, "after", page[0], moment) if page and more_newer else "",
    )


def _cursor(text: str) -> tuple[datetime, str] | None:
    at, _, pk = text.partition(SEPARATOR)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, pk) if pk and moment.tzinfo else None


def _address(request: HttpRequest, name: str, row: Model, moment: str) -> str:
    query = request.GET.copy()
    for other in ("before", "after"):
        query.pop(other, None)
    at = attrgetter(moment.replace(LOOKUP_SEP, "."))(row)
    query[name] = f"{at.isoformat()}{SEPARATOR}{row.pk}"
    return f"?{query.urlencode()}"
