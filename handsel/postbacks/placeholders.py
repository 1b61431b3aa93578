"""The addresses that partners write, and what stands in them once they are called.

    https://tracker.example/in?click={sub1}&payout={commission}&status={status}

Placeholders stand in the path and the query; their values come percent-encoded.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.errors import InvalidInput
from handsel.postbacks.destinations import read_destination

URL_MAX = 2000

PLACEHOLDERS: dict[str, tuple[Promise, str]] = {
    "sub1": (gettext_lazy("First sub-id of the click"), "newsletter"),
    "sub2": (gettext_lazy("Second sub-id of the click"), "autumn"),
    "sub3": (gettext_lazy("Third sub-id of the click"), "w42"),
    "sub4": (gettext_lazy("Fourth sub-id of the click"), ""),
    "sub5": (gettext_lazy("Fifth sub-id of the click"), ""),
    "click_id": (
        gettext_lazy("The click that is credited; empty for an order with a code alone"),
        "AZqkWvYAAAAAB1c0Yw2lXq9mJ4nT5bKd",
    ),
    "conversion": (
        gettext_lazy("The conversion: the same in all that is told of one"),
        "con_01m7w3n2p5exyv9yzdeftyh8k9",
    ),
    "order_amount": (
        gettext_lazy("What the buyer paid for goods and kept, tax included, shipping left out"),
        "120.00",
    ),
    "commission": (gettext_lazy("Your commission, all of it as it is now"), "10.00"),
    "currency": (gettext_lazy("Currency of both amounts (ISO 4217)"), "EUR"),
    "status": (
        gettext_lazy("State of the commission: pending, approved, declined, reversed"),
        "pending",
    ),
    "event": (
        gettext_lazy("What happened: pending, approved, declined, reversed, reopened, adjusted"),
        "pending",
    ),
    "link": (gettext_lazy("Name in the address of the link; empty for a code alone"), "autumn"),
    "program": (gettext_lazy("The program, by its id"), "prg_01m7w3n2p5exyv9yzdeftyh8k0"),
    "kind": (
        gettext_lazy(
            "Of what: sale, lead, sign_up, renewal; or period, day, bonus, override, manual"
        ),
        "sale",
    ),
    "at": (gettext_lazy("When it happened, UTC"), "2026-11-20T09:30:00Z"),
}
SAMPLE = {name: example for name, (_words, example) in PLACEHOLDERS.items()}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What RFC 3986 lets stand in a path and a query, and our braces.
_STANDS = "/?:@!$&'()*+,;=-._~%{}"


class PlaceholderUnknown(InvalidInput):
    """The address names something that we do not tell."""


class AddressUnusable(InvalidInput):
    """The address of a postback is none that we could call."""


def read_template(text: str, *, allow_private: bool, own_hosts: frozenset[str]) -> str:
    """An address as it is kept: host in ASCII, everything else as it is sent.

        >>> url = "https://Tracker.example/in?c={sub1}&n=å"
        >>> read_template(url, allow_private=False, own_hosts=frozenset())
        'https://tracker.example/in?c={sub1}&n=%C3%A5'

    Raises PlaceholderUnknown, AddressUnusable, DestinationRefused.
    """
    text = text.strip()
    if len(text) > URL_MAX:
        raise AddressUnusable(
            _("The address is longer than %(count)d characters.") % {"count": URL_MAX},
            field="url",
            remedy=_("Leave out what your tracker does not need."),
        )
    if any(ord(character) < 0x20 for character in text):
        raise AddressUnusable(
            _("The address holds a control character."),
            field="url",
            remedy=_("Write it in one line, as https://tracker.example/in?click={sub1}."),
        )
    _check_placeholders(text)
    parts = urlsplit(_PLACEHOLDER.sub("0", text))
    host, port = read_destination(parts, allow_private=allow_private, own_hosts=own_hosts)
    before, _slashes, rest = text.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "{" in before + authority or "#" in rest:
        raise AddressUnusable(
            _("Placeholders stand in the path or the query only, and nothing after a #."),
            field="url",
            remedy=_("Write it as https://tracker.example/in?click={sub1}."),
        )
    target = quote(rest.removeprefix(authority), safe=_STANDS)
    place = host if port is None else f"{host}:{port}"
    return f"https://{place}{target if target.startswith('/') else f'/{target}'}"


def fill(template: str, values: Mapping[str, str]) -> str:
    """The address to call.

    >>> fill("https://t.example/in?c={sub1}", {"sub1": "a b&c"})
    'https://t.example/in?c=a%20b%26c'
    """
    return _PLACEHOLDER.sub(lambda found: quote(values[found[1]], safe=""), template)


def _check_placeholders(text: str) -> None:
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    if unknown:
        raise PlaceholderUnknown(
            _("{%(name)s} is no placeholder.") % {"name": unknown[0][:60]},
            field="url",
            remedy=_("These are known: %(known)s") % {"known": known},
        )
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise PlaceholderUnknown(
            _("A curly bracket has no counterpart."),
            field="url",
            remedy=_("These are known: %(known)s") % {"known": known},
        )
