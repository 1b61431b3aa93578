"""Which clicks are kept but do not count, and why; and what that means at a program's level.

    prefetch      a browser loads the page in case somebody goes there
    preview       a chat or a social network shows what the link leads to: a good sign, no visit
    hidden_load   loaded as an image, a frame or by a script: nobody went anywhere
    bot           a program that names itself
    data_centre   an address where servers stand
    repeat        the same visitor on the same link again, moments later

What the browser says of the request (Fetch Metadata, W3C) decides before what it says of itself.
A browser that says nothing is believed.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from handsel.clicks.agents import Agent

Reason = Literal["prefetch", "preview", "hidden_load", "bot", "data_centre", "repeat"]
Level = Literal["strict", "moderate", "relaxed"]

REASONS: Final[tuple[Reason, ...]] = (
    "prefetch",
    "preview",
    "hidden_load",
    "bot",
    "data_centre",
    "repeat",
)

# Nobody followed the link: never the reason of an order, whatever the level.
NOBODY_CAME: Final[frozenset[str]] = frozenset({"prefetch", "hidden_load", "bot"})

# `preview` is how Safari marks what it loads for its own page of favourites.
_AHEAD_OF_TIME = ("prefetch", "prerender", "preview")

# Who fetches a page because somebody shared its address; by their names in the lists.
_PREVIEWERS = re.compile(
    r"facebookexternalhit|facebot|facebook external hit|whatsapp|telegrambot"
    r"|twitterbot|slack|discord|linkedinbot|linkedin bot|pinterest|skypeuripreview|skype uri"
    r"|viber|kakaotalk|line(?:bot)?-?poker|vkshare|redditbot|reddit bot|mastodon|bluesky"
    r"|iframely|embedly|bitlybot|snap url preview|teams|imessage|a preview",
    re.IGNORECASE,
)


class Effect(NamedTuple):
    """`counts`: in reports, and for what is paid per click. `may_attribute`: may earn credit for an
    order."""

    counts: bool
    may_attribute: bool


FULL: Final = Effect(counts=True, may_attribute=True)
NONE: Final = Effect(counts=False, may_attribute=False)


def verdict(
    *, fetch: Mapping[str, str], agent: Agent, in_data_centre: bool = False, repeated: bool = False
) -> Reason | None:
    """Why a click is suspicious, the strongest reason first; None when nothing is.

    >>> person = Agent("computer", "Firefox", "Linux", "")
    >>> verdict(fetch={"mode": "navigate", "dest": "document"}, agent=person)
    >>> verdict(fetch={"mode": "no-cors", "dest": "image"}, agent=person)
    'hidden_load'
    """
    purpose = fetch.get("purpose", "").lower()
    if any(word in purpose for word in _AHEAD_OF_TIME):
        return "prefetch"
    if agent.bot:
        return "preview" if _PREVIEWERS.search(agent.bot) else "bot"
    if fetch.get("dest", "document") != "document" or fetch.get("mode", "navigate") != "navigate":
        return "hidden_load"
    if in_data_centre:
        return "data_centre"
    return "repeat" if repeated else None


def effect(reason: str | None, level: str) -> Effect:
    """What a click of this quality may do in a program of this level.

    Nobody came with a prefetch, a hidden load or a bot: these do nothing at any level. Of the
    others, `strict` takes nothing, `moderate` lets them earn credit for an order but not count,
    and `relaxed` only labels them.

    A repeat may earn credit even where the filter is strict: after a double click the shop sees
    only the second id, and the visit that it repeats was a good one.

    >>> effect("data_centre", "moderate")
    Effect(counts=False, may_attribute=True)
    >>> effect("bot", "relaxed")
    Effect(counts=False, may_attribute=False)
    """
    if reason is None:
        return FULL
    if reason in NOBODY_CAME:
        return NONE
    may_attribute = level != "strict" or reason == "repeat"
    return Effect(counts=level == "relaxed", may_attribute=may_attribute)
