"""Words for clicks: why one is kept but does not count, and what it came on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Codes of `clicks.quality`.
FILTERED: dict[str, Promise] = {
    "prefetch": _("A browser loaded the page in case somebody would go there"),
    "preview": _("A program fetched the page to show a preview of the link"),
    "hidden_load": _("Loaded as a picture, a frame or by a script: nobody went there"),
    "bot": _("A program that reads pages by itself"),
    "data_centre": _("It came from a data centre, where no buyers sit"),
    "repeat": _("The same visitor followed the same link a moment before"),
}

# What each means, and who is right to be among them; for both sides.
FILTERED_MEANS: dict[str, Promise] = {
    "prefetch": _("Some browsers load a page before anybody has decided to open it."),
    "preview": _("A chat or a social network showed what the link leads to. Good: it was shared."),
    "hidden_load": _("A page held the link as a picture or a frame, so nobody saw the shop."),
    "bot": _("Search engines, watchers and scripts say so of themselves."),
    "data_centre": _("Servers stand there. People reach it by some office networks, too."),
    "repeat": _("A double click is one visit. The visit itself counts."),
}

# What suspicious clicks may do in a program; for both sides.
FILTER_LEVELS: dict[str, Promise] = {
    "strict": _("Suspicious clicks do not count and earn no credit for an order."),
    "moderate": _("Suspicious clicks do not count, but may earn credit for an order."),
    "relaxed": _("Suspicious clicks are marked, count and may earn credit for an order."),
}

DEVICES: dict[str, Promise] = {
    "phone": _("Phone"),
    "tablet": _("Tablet"),
    "computer": _("Computer"),
    "bot": _("A program"),
    "unknown": _("Unknown device"),
}


def filtered_words(reason: str | None) -> str:
    """Why a click does not count; a code of another age shows itself."""
    return str(FILTERED.get(reason, reason.replace("_", " "))) if reason else ""


def filter_words(level: str) -> str:
    """What suspicious clicks may do in a program of this level."""
    return str(FILTER_LEVELS[level])


def filtered_means(reason: str) -> str:
    return str(FILTERED_MEANS.get(reason, ""))


def device_words(device: str) -> str:
    return str(DEVICES.get(device, device))
