"""Which clicks are kept but do not count, and why.

    prefetch      a browser loads the page in case somebody goes there
    hidden_load   loaded as an image, a frame or by a script: nobody went anywhere
    bot           a program that names itself

What the browser says of the request (Fetch Metadata, W3C) decides before what it says of
itself. A browser that says nothing is believed.
"""

from collections.abc import Mapping

from handsel.clicks.devices import device_of

_AHEAD_OF_TIME = ("prefetch", "prerender", "preview")


def filtered_reason(fetch: Mapping[str, str], agent: str) -> str | None:
    """Why a click does not count; None when it does.

    >>> filtered_reason({"mode": "navigate", "dest": "document"}, "Mozilla/5.0 (X11)")
    >>> filtered_reason({"mode": "no-cors", "dest": "image"}, "Mozilla/5.0 (X11)")
    'hidden_load'
    """
    purpose = fetch.get("purpose", "").lower()
    if any(word in purpose for word in _AHEAD_OF_TIME):
        return "prefetch"
    if fetch.get("dest", "document") != "document" or fetch.get("mode", "navigate") != "navigate":
        return "hidden_load"
    return "bot" if device_of(agent) == "bot" else None
