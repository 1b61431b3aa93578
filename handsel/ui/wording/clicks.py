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


def device_words(device: str) -> str:
    return str(DEVICES.get(device, device))
