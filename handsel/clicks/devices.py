"""What a browser says it runs on, in one of five words.

A simple rule, on purpose: `phone`, `tablet`, `computer`, `bot`, or `unknown`. Tablets that
pretend to be computers (iPadOS) are counted as computers.
"""

import re
from functools import lru_cache

# Programs that fetch addresses on their own. `bot` is not matched inside a word (Cubot makes
# phones). curl is not among them: people try their first link with it.
_BOT = re.compile(
    r"(?<!cu)bot(?![a-z])|crawl|spider|slurp|scrap(?:er|y)|headless|phantomjs|lighthouse"
    r"|facebookexternalhit|facebookcatalog|meta-external|whatsapp/|skypeuripreview|embedly"
    r"|feedfetcher|google-read-aloud|googleother|mediapartners-google|apis-google|bingpreview"
    r"|python-|aiohttp|httpx|go-http-client|java/|libwww|wget|okhttp/|axios|node-fetch|undici"
    r"|monitor|uptime|pingdom|archiver|validator",
    re.IGNORECASE,
)
_TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
_PHONE = re.compile(r"iphone|ipod|mobile|phone|opera mini", re.IGNORECASE)
_COMPUTER = re.compile(r"windows nt|macintosh|x11|cros ", re.IGNORECASE)

_BY_DEVICE = (("bot", _BOT), ("tablet", _TABLET), ("phone", _PHONE), ("computer", _COMPUTER))


@lru_cache(maxsize=20_000)
def device_of(agent: str) -> str:
    """The device of a User-Agent header.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148")
    'phone'
    >>> device_of("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)")
    'bot'
    """
    return next((device for device, sign in _BY_DEVICE if sign.search(agent)), "unknown")
