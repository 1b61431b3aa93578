"""What a browser says it runs on, in one word, quickly: `phone`, `tablet`, `computer` or `unknown`.

A few words decide, so that a redirect may ask. Tablets that pretend to be computers (iPadOS) are
computers; televisions and watches are unknown.
"""

import re
from functools import lru_cache

_UNKNOWN = re.compile(r"smart-?tv|hbbtv|appletv|googletv|crkey|\btv\b|watchos", re.IGNORECASE)
_TABLET = re.compile(r"ipad|tablet(?! pc)|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
_PHONE = re.compile(r"iphone|ipod|mobile|phone|opera mini|midp|\bucweb/", re.IGNORECASE)
_COMPUTER = re.compile(r"windows|macintosh|x11|linux|cros ", re.IGNORECASE)

_BY_DEVICE = (
    ("unknown", _UNKNOWN),
    ("tablet", _TABLET),
    ("phone", _PHONE),
    ("computer", _COMPUTER),
)


@lru_cache(maxsize=20_000)
def device_of(agent: str) -> str:
    """The device of a User-Agent header.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148")
    'phone'
    >>> device_of("Mozilla/5.0 (Linux; Android 15; SM-X210) Chrome/144.0.0.0 Safari/537.36")
    'tablet'
    """
    return next((device for device, sign in _BY_DEVICE if sign.search(agent)), "unknown")
