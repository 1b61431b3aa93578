"""Which address a visitor of a link gets. Pure; everything that can be done once is done when the
link is read, so that choosing costs a few comparisons.

The order, and nothing after the first that has an answer:

1. **Over.** After the link's own end, its partnership's or its program's: no address (the visitor
   goes to the fallback).
2. **The page asked for** by `to=`, where the link may lead there.
3. **Schedule.** The latest entry whose time has come. One without an address ends the schedule's
   say until the next.
4. **Rules**, in their order: the first whose countries, devices and languages all hold.
5. **Split.** One of the variants by weight; a visitor gets the same one all day.
6. **The link's own address.**

Tags (such as `utm_source`) are added to whichever address it is, but never in place of a parameter
that the address has already.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import quote, unquote_plus

from handsel.tracking.destinations import cut, own_page

if TYPE_CHECKING:
    from handsel.tracking.links.link import Link

NEVER_MS = 2**62
PLACEHOLDER = re.compile(r"\{(partner|program|slug|sub[1-5])\}")

_PER_VISIT = re.compile(r"\{sub[1-5]\}")
_USUAL = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")

Dest = dict[str, int | str]
Tags = tuple[tuple[str, str], ...]


class Visit(Protocol):
    """What choosing may ask of a visit. Country and device are only asked for by a rule."""

    @property
    def at_ms(self) -> int: ...
    @property
    def visitor(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def subs(self) -> Mapping[str, str]: ...
    @property
    def target(self) -> str | None: ...
    @property
    def country(self) -> Callable[[], str]: ...
    @property
    def device(self) -> Callable[[], str]: ...


class Choice(NamedTuple):
    """An address, which destination it is where there were several, and the address cut where the
    click id belongs."""

    url: str
    dest: Dest | None
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds when each of its lists is empty or names the visitor's."""

    countries: frozenset[str]
    devices: frozenset[str]
    languages: frozenset[str]
    choice: Choice


@dataclass(frozen=True, slots=True)
class Split:
    """Variants, with the upper ends of their shares of `total`."""

    choices: tuple[Choice, ...]
    ends: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Routing:
    ends_ms: int
    schedule: tuple[tuple[int, Choice | None], ...]
    rules: tuple[Rule, ...]
    split: Split | None
    plain: Choice
    param: str
    # All of them, for addresses that are not known beforehand, and those that need the visit.
    tags: Tags
    late: Tags


def choose(link: "Link", visit: Visit) -> Choice | None:
    """The address for a visit of a link that has `routing`; None when the link is over."""
    routing = link.routing
    assert routing is not None
    if visit.at_ms >= routing.ends_ms:
        return None
    if visit.target is not None:
        return _tagged(visit.target, None, routing.param, _filled(routing.tags, visit.subs))
    return finished(routing, _chosen(routing, link.number, visit), visit.subs)


def finished(routing: Routing, choice: Choice, subs: Mapping[str, str]) -> Choice:
    """A choice with the parameters that only a visit can fill."""
    if not routing.late:
        return choice
    return _tagged(choice.url, choice.dest, routing.param, _filled(routing.late, subs))


def scheduled(routing: Routing, at_ms: int) -> Choice | None:
    """What the schedule says at a moment, if anything."""
    return next((choice for from_ms, choice in routing.schedule if at_ms >= from_ms), None)


def _chosen(routing: Routing, number: int, visit: Visit) -> Choice:
    if routing.schedule and (choice := scheduled(routing, visit.at_ms)):
        return choice
    if routing.rules and (rule := _rule_that_holds(routing.rules, visit)):
        return rule.choice
    if routing.split is not None:
        return _variant(routing.split, number, visit)
    return routing.plain


def _rule_that_holds(rules: Sequence[Rule], visit: Visit) -> Rule | None:
    country = device = language = None
    for rule in rules:
        if rule.countries:
            country = visit.country() if country is None else country
            if country not in rule.countries:
                continue
        if rule.devices:
            device = visit.device() if device is None else device
            if device not in rule.devices:
                continue
        if rule.languages:
            language = preferred_language(visit.language) if language is None else language
            if language not in rule.languages:
                continue
        return rule
    return None


def preferred_language(accepted: str) -> str:
    """The first language of an Accept-Language header, which browsers put in order.

    >>> preferred_language("sv-SE,sv;q=0.9,en;q=0.8")
    'sv'
    """
    return re.split("[-,;]", accepted, maxsplit=1)[0].strip().lower()


def _variant(split: Split, number: int, visit: Visit) -> Choice:
    # A visitor's key is another one tomorrow; without one every visit is on its own.
    key = f"{visit.visitor or visit.at_ms} {number}".encode()
    place = int.from_bytes(blake2b(key, digest_size=8).digest(), "big") * split.total >> 64
    for choice, end in zip(split.choices, split.ends, strict=True):
        if place < end:
            return choice
    raise AssertionError("shares do not add up")


def read_routing(fields: Mapping[str, Any], url: str, param: str) -> Routing | None:
    """From the feed's payload; None for a link whose every visitor gets the same address for ever.

    Addresses that no browser could follow, or outside the program, are left out as if nobody had
    written them. ValueError,
    KeyError or TypeError where the payload is not what `feed` describes.
    """
    tags = _tags(fields)
    fixed = tuple((name, value) for name, value in tags if not _PER_VISIT.search(value))
    late = tuple((name, value) for name, value in tags if _PER_VISIT.search(value))
    ends_ms = fields.get("ends_ms")

    domains = tuple(fields.get("domains") or ())

    def choice(address: str, dest: Dest | None = None) -> Choice | None:
        known = own_page(address, domains)
        return _tagged(known, dest, param, fixed) if known else None

    plain = _tagged(url, None, param, fixed)
    schedule = _schedule(fields.get("schedule") or (), choice)
    rules = _rules(fields.get("rules") or (), choice)
    split = _split(fields.get("split") or {}, choice)
    if not (tags or schedule or rules or split or ends_ms is not None):
        return None
    return Routing(
        ends_ms=NEVER_MS if ends_ms is None else int(ends_ms),
        schedule=schedule,
        rules=rules,
        split=split,
        plain=plain,
        param=param,
        tags=tags,
        late=late,
    )


_Choose = Callable[..., Choice | None]


def _schedule(
    entries: Sequence[Mapping[str, Any]], choice: _Choose
) -> tuple[tuple[int, Choice | None], ...]:
    """The latest first, as they are asked."""
    read = [
        (
            int(datetime.fromisoformat(entry["at"]).timestamp() * 1000),
            choice(entry["url"]) if entry.get("url") else None,
        )
        for entry in entries
    ]
    return tuple(sorted(read, key=lambda entry: -entry[0]))


def _rules(rules: Sequence[Mapping[str, Any]], choice: _Choose) -> tuple[Rule, ...]:
    read = [(rule, choice(rule["url"], {"rule": n})) for n, rule in enumerate(rules, start=1)]
    return tuple(
        Rule(
            frozenset(rule.get("countries") or ()),
            frozenset(rule.get("devices") or ()),
            frozenset(rule.get("languages") or ()),
            known,
        )
        for rule, known in read
        if known is not None
    )


def _split(split: Mapping[str, Any], choice: _Choose) -> Split | None:
    """None, too, when it is decided: then one variant has all the weight."""
    winner = split.get("winner")
    choices, weights = [], []
    for variant in split.get("variants") or ():
        known = choice(variant["url"], {"variant": variant["name"]})
        weight = int(variant["weight"]) if winner in (None, variant["name"]) else 0
        if known is not None and weight > 0:
            choices.append(known)
            weights.append(weight)
    if not choices:
        return None
    return Split(tuple(choices), tuple(accumulate(weights)), sum(weights))


def _tags(fields: Mapping[str, Any]) -> Tags:
    """What each parameter says, with all put in that is the same for every visit."""
    words = {
        "partner": word_of(fields.get("partner_name") or ""),
        "program": fields.get("program_slug") or "",
        "slug": fields.get("slug") or "",
    }
    filled = (
        (name, PLACEHOLDER.sub(lambda m: words.get(m[1], m[0]), template))
        for name, template in sorted((fields.get("utm") or {}).items(), key=_usual_place)
    )
    return tuple((name, value) for name, value in filled if value)


def _usual_place(tag: tuple[str, str]) -> tuple[int, str]:
    """PostgreSQL keeps no order: the usual parameters come as everybody writes them."""
    name = tag[0]
    return (_USUAL.index(name) if name in _USUAL else len(_USUAL), name)


def word_of(name: str) -> str:
    """A name as one word of an address.

    >>> word_of("Ben's Blog & Co.")
    'ben-s-blog-co'
    """
    return _NOT_A_WORD.sub("-", name.lower()).strip("-")


def _filled(tags: Tags, subs: Mapping[str, str]) -> Tags:
    return tuple(
        (name, PLACEHOLDER.sub(lambda m: subs.get(f"s{m[1][-1]}", ""), template))
        for name, template in tags
    )


def _tagged(url: str, dest: Dest | None, param: str, tags: Tags) -> Choice:
    url = tag(url, tags)
    head, tail = cut(url, param)
    return Choice(url, dest, head, tail)


def tag(url: str, tags: Tags) -> str:
    """An address with parameters added, except those it has and those that say nothing.

    >>> tag("https://shop.example/?utm_source=news#top", (("utm_source", "x"), ("ref", "a b")))
    'https://shop.example/?utm_source=news&ref=a%20b#top'
    """
    address, mark, fragment = url.partition("#")
    base, _, query = address.partition("?")
    present = {unquote_plus(part.partition("=")[0]) for part in query.split("&")}
    added = [
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in tags
        if value and name not in present
    ]
    if not added:
        return url
    return f"{base}?{'&'.join([query, *added] if query else added)}{mark}{fragment}"
