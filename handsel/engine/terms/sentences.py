"""Terms as numbered clauses: codes and parameters that are worded elsewhere.

§1 says who is credited; the rules of pay follow it in their order, then what counts, hold, refunds
and payout. What a language that grew has added comes after them, and only where terms say it, but
for how they end, which every agreement says: so the numbers of an agreement that was signed before
stay what they were.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from pydantic import BaseModel

from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import FIRST_PAY_CLAUSE, PayRule
from handsel.engine.terms.plain import plain
from handsel.engine.values import Value

Section = Literal[
    "attribution",
    "pay",
    "basis",
    "hold",
    "refunds",
    "payout",
    "bonuses",
    "caps",
    "floors",
    "overrides",
    "recurring",
    "customer_discount",
    "perks",
    "promotion",
    "ending",
    "time_zone",
]
# Said by every agreement, and the code of their clause; pay stands between the first two.
_ALWAYS: dict[Section, str] = {
    "basis": "basis",
    "hold": "hold",
    "refunds": "refunds",
    "payout": "payout",
}
# Lists, a clause for each item: the code of those that have no kind of their own.
_LISTS: dict[Section, str] = {
    "bonuses": "",
    "caps": "cap",
    "floors": "floor",
    "overrides": "override",
}
# Said only where they differ from what silence means.
_SINGLE: tuple[Section, ...] = ("recurring", "customer_discount")
_LAST: tuple[Section, ...] = ("promotion",)


class Clause(Value):
    """One numbered sentence of an agreement: §`number`, about `place` of a section of the terms.

    `params` has every member of it, as plain data, beside the currency and the time zone.
    """

    number: int
    section: Section
    place: int = 0
    code: str
    params: Mapping[str, object] = {}


class _Said(NamedTuple):
    section: Section
    place: int
    code: str
    params: Mapping[str, object]


def clause_number(place: int) -> int:
    """The § of `terms.pay[place]`."""
    return FIRST_PAY_CLAUSE + place


def clause_of(terms: Terms, section: Section, place: int = 0) -> int:
    """The § that says item `place` of a section; ValueError where the terms say nothing of it.

    >>> clause_of(Terms(currency="EUR", pay=({"kind": "percent", "rate_ppm": 95_000},)), "hold")
    4
    """
    for number, said in enumerate(_said(terms), start=1):
        if (said.section, said.place) == (section, place):
            return number
    raise ValueError(f"The terms say nothing about {section} {place}.")


def sentences(terms: Terms) -> list[Clause]:
    """All clauses in order; every member of the terms is said by exactly one of them.

    >>> from handsel.engine.terms.pay import Percent
    >>> terms = Terms(currency="EUR", pay=(Percent(rate_ppm=95_000),))
    >>> [f"§{clause.number} {clause.code}" for clause in sentences(terms)]
    ['§1 credit', '§2 percent', '§3 basis', '§4 hold', '§5 refunds', '§6 payout', '§7 ending']
    """
    return [
        Clause(number=number, section=section, place=place, code=code, params=params)
        for number, (section, place, code, params) in enumerate(_said(terms), start=1)
    ]


def rule_params(rule: PayRule) -> dict[str, object]:
    """A rule of pay as plain data; what it asks of customer and articles also stands on top."""
    params = plain(rule)
    del params["kind"]
    asked = {name: getattr(rule.when, name) for name in ("customer", "skus", "categories")}
    return {**params, **asked}


def item_params(item: BaseModel) -> dict[str, object]:
    """A bonus, cap, floor, override or perk as plain data."""
    return {name: value for name, value in plain(item).items() if name != "kind"}


def _said(terms: Terms) -> Iterator[_Said]:
    shared = {"currency": terms.currency, "time_zone": terms.time_zone}
    yield _Said("attribution", 0, "credit", plain(terms.attribution))
    for place, rule in enumerate(terms.pay):
        yield _Said("pay", place, rule.kind, {**shared, **rule_params(rule)})
    for section, code in _ALWAYS.items():
        yield _Said(section, 0, code, {**plain(getattr(terms, section)), **shared})
    for section, code in _LISTS.items():
        for place, item in enumerate(getattr(terms, section)):
            yield _Said(section, place, code or item.kind, {**shared, **item_params(item)})
    yield from _unlike_silence(terms, _SINGLE)
    for place, perk in enumerate(terms.perks):
        yield _Said("perks", place, "perk", item_params(perk))
    yield from _unlike_silence(terms, _LAST)
    yield _Said("ending", 0, "ending", {**plain(terms.ending), "currency": terms.currency})
    if terms.time_zone != Terms.model_fields["time_zone"].default:
        yield _Said("time_zone", 0, "time_zone", {"time_zone": terms.time_zone})


def _unlike_silence(terms: Terms, sections: tuple[Section, ...]) -> Iterator[_Said]:
    for section in sections:
        value = getattr(terms, section)
        if value != Terms.model_fields[section].default:
            params = {**plain(value), "currency": terms.currency}
            yield _Said(section, 0, section, params)
