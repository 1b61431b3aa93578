"""What a User-Agent header says: a person's browser, system and device, or the name of a program.

For intake, never for a redirect. A string not seen before costs some twenty microseconds.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from ua_parser import OS, Domain, PartialResult, UserAgent
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver

from handsel.clicks.bots import bot_of
from handsel.tracking.devices import device_of

CACHED_MAX = 65_536

_FAMILY_MAX = 40
_WANTED = Domain.USER_AGENT | Domain.OS

# ua-parser names each form of a browser; a report wants the browser.
_FORMS = (" UI/WKWebView", " WebView", " Large Screen", " iOS", " Mobile", "Mobile ")
_SYSTEMS = {
    "Mac OS X": "macOS",
    "Mac OS": "macOS",
    "Ubuntu": "Linux",
    "Fedora": "Linux",
    "Debian": "Linux",
    "Red Hat": "Linux",
    "Gentoo": "Linux",
    "Linux Mint": "Linux",
    "Windows Mobile": "Windows Phone",
}


class Agent(NamedTuple):
    """`device` is phone, tablet, computer, bot or unknown; what is not known of the others is
    empty. `bot` names the program, whose browser and system say nothing."""

    device: str
    browser: str
    system: str
    bot: str


@lru_cache(maxsize=CACHED_MAX)
def agent_of(ua: str) -> Agent:
    """
    >>> agent_of("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0")
    Agent(device='computer', browser='Firefox', system='Linux', bot='')
    >>> agent_of("curl/8.5.0")
    Agent(device='bot', browser='', system='', bot='curl')
    """
    bot = bot_of(ua)
    if bot:
        return Agent("bot", "", "", bot)
    found: PartialResult = _resolver()(ua, _WANTED)
    return Agent(device_of(ua), _browser(found.user_agent), _system(found.os), "")


@cache
def _resolver() -> Resolver:
    return Resolver(load_lazy_builtins())


def _browser(found: UserAgent | None) -> str:
    if found is None:
        return ""
    family = found.family
    for form in _FORMS:
        family = family.replace(form, "")
    return family[:_FAMILY_MAX]


def _system(found: OS | None) -> str:
    if found is None or found.family == "Other":
        return ""
    return _SYSTEMS.get(found.family, found.family)[:_FAMILY_MAX]
