"""A link as the redirect needs it: everything that can be done once has been done."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from handsel.ids import from_uuid
from handsel.tracking.click_id import LINK_NUMBER_MAX
from handsel.tracking.destinations import cut, own_address

CLICK_PARAM = "hs_click"


class LinkUnusable(ValueError):
    """The feed's payload lacks what a redirect needs."""


@dataclass(frozen=True, slots=True)
class Link:
    number: int
    slug: str
    url: str
    # The address, cut where the click id belongs.
    head: str
    tail: str
    param: str
    domains: tuple[str, ...]
    program: str
    partnership: str
    disabled: bool
    fallback_url: str | None


def read_link(payload: str) -> Link:
    """A link from the feed's JSON. A link without a usable address counts as disabled."""
    try:
        fields: dict[str, Any] = json.loads(payload)
        number = int(fields["number"])
        if not 0 <= number <= LINK_NUMBER_MAX:
            raise LinkUnusable(f"Link number {number} does not fit a click id.")
        url = own_address(fields.get("url") or "")
        param = fields.get("param") or CLICK_PARAM
        head, tail = cut(url, param) if url else ("", "")
        return Link(
            number=number,
            slug=fields["slug"],
            url=url or "",
            head=head,
            tail=tail,
            param=param,
            domains=tuple(fields.get("domains") or ()),
            program=_id(fields.get("program"), "prg"),
            partnership=_id(fields.get("partnership"), "par"),
            disabled=bool(fields.get("disabled")) or url is None,
            fallback_url=own_address(fields.get("fallback_url") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LinkUnusable(f"{type(error).__name__}: {error}") from error


def _id(value: str | None, prefix: str) -> str:
    """An id as everyone outside the database writes it; the feed may give its UUID."""
    if not value or value.startswith(f"{prefix}_"):
        return value or ""
    return from_uuid(UUID(value), prefix)
