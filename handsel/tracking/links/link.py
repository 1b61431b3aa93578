"""A link as the redirect needs it: everything that can be done once has been done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any
from uuid import UUID

from handsel.ids import from_uuid
from handsel.tracking.click_id import LINK_NUMBER_MAX
from handsel.tracking.destinations import cut, own_address
from handsel.tracking.routing import Choice, Routing, read_routing

CLICK_PARAM = "hs_click"
NOWHERE = Choice("", None, "", "")
_NO_SUBS: Mapping[str, str] = MappingProxyType({})


class LinkUnusable(ValueError):
    """The feed's payload lacks what a redirect needs."""


@dataclass(frozen=True, slots=True)
class Link:
    number: int
    slug: str
    # The link's own address, as a visitor gets it where there is no `routing`.
    choice: Choice
    param: str
    domains: tuple[str, ...]
    brand: str  # as the feed writes it; empty when it does not say
    program: str
    partnership: str
    disabled: bool
    fallback_url: str | None
    # What its clicks carry where their address says nothing else.
    subs: Mapping[str, str]
    # None: every visitor gets the same address, for ever. Else ask `tracking.routing.choose`.
    routing: Routing | None

    @property
    def url(self) -> str:
        return self.choice.url

    def is_over(self, at_ms: int) -> bool:
        """Whether it is off, or its end, its partnership's or its program's has come."""
        return self.disabled or (self.routing is not None and at_ms >= self.routing.ends_ms)


def read_link(payload: str) -> Link:
    """A link from the feed's JSON. A link without a usable address counts as disabled."""
    try:
        fields: dict[str, Any] = json.loads(payload)
        number = int(fields["number"])
        if not 0 <= number <= LINK_NUMBER_MAX:
            raise LinkUnusable(f"Link number {number} does not fit a click id.")
        url = own_address(fields.get("url") or "")
        param = fields.get("param") or CLICK_PARAM
        return Link(
            number=number,
            slug=fields["slug"],
            choice=Choice(url, None, *cut(url, param)) if url else NOWHERE,
            param=param,
            domains=tuple(fields.get("domains") or ()),
            brand=intern(fields.get("brand") or ""),
            program=_id(fields.get("program"), "prg"),
            partnership=_id(fields.get("partnership"), "par"),
            disabled=bool(fields.get("disabled")) or url is None,
            fallback_url=_fallback(fields.get("fallback_url") or ""),
            subs=fields.get("subs") or _NO_SUBS,
            routing=read_routing(fields, url, param) if url else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LinkUnusable(f"{type(error).__name__}: {error}") from error


# A program's links have one between them.
_fallback = lru_cache(maxsize=1024)(own_address)


def _id(value: str | None, prefix: str) -> str:
    """An id as everyone outside the database writes it; the feed may give its UUID."""
    if not value or value.startswith(f"{prefix}_"):
        return value or ""
    return from_uuid(UUID(value), prefix)
