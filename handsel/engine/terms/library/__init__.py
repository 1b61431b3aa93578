"""Terms to start from, one file for each kind of program; their words are in `ui.wording`.

Rates are starting points of ours, to be set by a brand's own margin. Where a figure of the field is
known, it stands beside the member as a range with its source.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from handsel.engine.terms.model import Terms
from handsel.engine.values import Value, parse

CURRENCY = "EUR"
NAMES = (
    "cosmetics",
    "content",
    "influencers",
    "subscriptions",
    "leads",
    "coupons",
    "loyalty",
    "marketplace",
    "ambassadors",
    "season",
    "banners",
    "sub_network",
)
# What the brand keeps of a sale before commissions, where a template is made for one.
MARGINS_PPM: Mapping[str, int] = {"cosmetics": 400_000}


class Range(Value):
    """What is usual elsewhere for one member: from `least` to `most`; `source` is a code."""

    field: str
    least: int
    most: int
    source: str


class Template(Value):
    """`name` finds its title and description; `margin_ppm` is what it was made for, if anything."""

    name: str
    terms: Terms
    margin_ppm: int | None = None


# From the documentation and the source of other systems; of rates nothing was published there.
RANGES = (
    Range(field="attribution.window_days", least=1, most=90, source="windows"),
    Range(field="hold.days", least=0, most=90, source="holds"),
)


def templates(currency: str = CURRENCY) -> tuple[Template, ...]:
    """All templates in a currency. Amounts keep their figures: they are starting points, not
    conversions.

    >>> [template.name for template in templates("SEK")][:2]
    ['cosmetics', 'content']
    """
    return tuple(
        Template(name=name, terms=_in(currency, name), margin_ppm=MARGINS_PPM.get(name))
        for name in NAMES
    )


def ranges(field: str) -> tuple[Range, ...]:
    """What is known of a member of the terms, by its dotted path."""
    return tuple(found for found in RANGES if found.field == field)


@cache
def _in(currency: str, name: str) -> Terms:
    text = files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    return parse(Terms, json.dumps(_replaced(json.loads(text), currency)))


def _replaced(data: object, currency: str) -> object:
    """The same data in another currency."""
    if isinstance(data, dict):
        members = {name: _replaced(member, currency) for name, member in data.items()}
        return {**members, "currency": currency} if "currency" in data else members
    return [_replaced(item, currency) for item in data] if isinstance(data, list) else data
