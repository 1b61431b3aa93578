"""Lists, the latest first, in pages by where the last one ended: nothing is skipped or shown twice
when rows arrive meanwhile, and the thousandth page costs what the first does."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from handsel.api.bodies import reply
from handsel.api.problems import Faults, FieldFault
from handsel.errors import InvalidInput

LIMIT_MAX = 100
PK = re.compile(r"[0-9A-Za-z_-]{1,40}")

M = TypeVar("M", bound=Model)
T = TypeVar("T", bound=Schema)


class CursorUnusable(InvalidInput):
    """Not a cursor that a page has given out."""


class Page(Schema, Generic[T]):
    """`next_cursor` leads to the next page; null where this is the last."""

    items: list[T]
    next_cursor: str | None


class Listing(Schema):
    """What narrows a list. A filter is a column, unless `lookups` names a condition for it."""

    lookups: ClassVar[dict[str, str]] = {}

    limit: int = Field(50, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of a page")

    def conditions(self) -> Q:
        said = self.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
        return Q(**dict(self._lookup(name, value) for name, value in said.items()))

    def _lookup(self, name: str, value: Any) -> tuple[str, Any]:
        """A filter for a moment that may be missing asks whether it is there."""
        lookup = self.lookups.get(name, name)
        return lookup, not value if lookup.endswith("__isnull") else value


def page_of(
    request: HttpRequest,
    rows: "QuerySet[M]",
    listing: Listing,
    shown: Callable[[M], T],
    *,
    moment: str,
) -> HttpResponse:
    """The page that was asked for, by a column of moments and the id.

    Raises Faults for a filter that there is none of, and CursorUnusable.
    """
    refuse_unknown(request, listing)
    rows = rows.filter(listing.conditions())
    if listing.cursor is not None:
        at, pk = _read(listing.cursor)
        later = Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk})
        # The first condition is in the second; indexes and partitions are found by it.
        rows = rows.filter(Q(**{f"{moment}__lte": at}), later)
    found = list(rows.order_by(f"-{moment}", "-pk")[: listing.limit + 1])
    page = found[: listing.limit]
    more = len(found) > listing.limit
    cursor = _cursor(getattr(page[-1], moment), page[-1].pk) if more else None
    response = reply(200, Page[Any](items=[shown(row) for row in page], next_cursor=cursor))
    return next_page(request, response, cursor)


def next_page(request: HttpRequest, response: HttpResponse, cursor: str | None) -> HttpResponse:
    """The same, saying in a header where the next page is."""
    if cursor is not None:
        response["Link"] = f'<{_address(request, cursor)}>; rel="next"'
    return response


def _address(request: HttpRequest, cursor: str) -> str:
    """This list, narrowed as it is, from the cursor on. Relative to the address asked for."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"


def refuse_unknown(request: HttpRequest, listing: Schema) -> None:
    """Raises Faults for parameters that the listing does not have."""
    unknown = sorted(set(request.GET) - set(type(listing).model_fields))
    if unknown:
        raise Faults(
            [FieldFault(field=name, message="There is no such filter") for name in unknown]
        )


def _cursor(at: datetime, pk: str) -> str:
    return urlsafe_b64encode(f"{at.isoformat()} {pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at_text, _space, pk = text.partition(" ")
        at = datetime.fromisoformat(at_text)
        if at.tzinfo is None or not PK.fullmatch(pk):
            raise ValueError("No moment with its time zone, or no id")
        return at.astimezone(UTC), pk
    except (ValueError, OverflowError):
        raise CursorUnusable(
            _("This is no cursor."),
            field="cursor",
            remedy=_("Send the next_cursor of a page as it is, or none for the first page."),
        ) from None
