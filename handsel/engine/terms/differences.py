"""Two versions of terms, compared: codes and parameters that are worded elsewhere."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from handsel.engine.terms import effects
from handsel.engine.terms.effects import Effect
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Percent
from handsel.engine.terms.plain import plain, unordered
from handsel.engine.terms.sentences import Section, item_params, rule_params
from handsel.engine.values import Value

_BEFORE_PAY = ("attribution", "basis", "hold", "refunds", "payout")
_AFTER_PAY = ("recurring", "promotion", "ending")
# What `precedence` says in full.
_SAID_TWICE = frozenset({"attribution.code_precedence"})
_LISTS: Mapping[Section, str] = {
    "pay": "",
    "bonuses": "",
    "caps": "cap",
    "floors": "floor",
    "overrides": "override",
    "perks": "perk",
}


class Difference(Value):
    """`changed` (field, old, new), `rule_added`, `rule_removed` (rule), `rate_changed`,
    `amount_changed` (old, new), `rule_changed` (before, after).

    Whatever is about a rule, bonus, cap, … has its `section` and the code of its clause (`kind`).
    `effect`: for the partner, see `effects`.
    """

    code: str
    params: Mapping[str, object] = {}
    effect: Effect


class _Item(NamedTuple):
    """One item of a list of the terms, beside its clause's code and parameters, and the zone in
    which its times are said: that one is compared by itself."""

    section: Section
    kind: str
    value: Any
    params: Mapping[str, object]
    time_zone: str

    @property
    def said(self) -> dict[str, object]:
        return {**self.params, "time_zone": self.time_zone}


def differences(old: Terms, new: Terms) -> list[Difference]:
    """What a new version changes; nothing when both mean the same.

    A rule is recognised by its kind and its conditions, so that a changed rate reads as such.

        >>> old = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),))
        >>> new = old.model_copy(update={"pay": (Percent(rate_ppm=120_000),)})
        >>> [(d.code, d.params["old"], d.params["new"], d.effect) for d in differences(old, new)]
        [('rate_changed', 100000, 120000, 'better')]
    """
    found = list(_members("", {"currency": old.currency}, {"currency": new.currency}))
    found += _sections(_BEFORE_PAY, old, new)
    for section in _LISTS:
        found += _listed(section, old, new)
    found += _discount(old, new)
    found += _sections(_AFTER_PAY, old, new)
    found += _members("", {"time_zone": old.time_zone}, {"time_zone": new.time_zone})
    if effects.may_fall(old) or effects.may_fall(new):
        return [_doubted(difference) for difference in found]
    return found


def effect(difference: Difference) -> Effect:
    """Whether it is better or worse for the partner; what depends counts as worse."""
    return difference.effect


def effect_of(found: Iterable[Difference]) -> Effect:
    """Of all that a new version changes; `better` when it changes nothing."""
    return effects.together(difference.effect for difference in found)


def _doubted(difference: Difference) -> Difference:
    """Where more volume can mean a lower rate, what makes more count is no gain for certain."""
    field = str(difference.params.get("field", ""))
    counts = (
        field.startswith(("basis.", "attribution.")) or difference.params.get("section") == "pay"
    )
    if counts and difference.effect == "better":
        return difference.model_copy(update={"effect": "depends"})
    return difference


def _sections(names: Sequence[str], old: Terms, new: Terms) -> Iterator[Difference]:
    for name in names:
        yield from _members(f"{name}.", plain(getattr(old, name)), plain(getattr(new, name)))


def _members(
    prefix: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[Difference]:
    for name, value in after.items():
        field = prefix + name
        was = before[name]
        if field in _SAID_TWICE or _same(field, was, value):
            continue
        yield Difference(
            code="changed",
            params={"field": field, "old": was, "new": value},
            effect=effects.of_member(field, was, value),
        )


def _same(field: str, one: object, other: object) -> bool:
    if field == "attribution.owned_skus":
        return unordered(one) == unordered(other)
    return one == other


# ---- Lists of rules -----------------------------------------------------------------------------


def _listed(section: Section, old: Terms, new: Terms) -> list[Difference]:
    """Changed, added, removed: each in the order of the version that has it."""
    before, after = _items(section, old), _items(section, new)
    pairs: list[tuple[_Item, _Item]] = []
    for key in (_all_of, _asks_and_when, _asks, _named):
        pairs += _paired(before, after, key)
    changed = [
        _changed_item(was, now)
        for was, now in pairs
        if unordered(was.params) != unordered(now.params)
    ]
    added = [_whole("rule_added", item, _added(item, old)) for item in after]
    return changed + added + [_whole("rule_removed", item, _removed(item, new)) for item in before]


def _items(section: Section, terms: Terms) -> list[_Item]:
    read = rule_params if section == "pay" else item_params
    currency = {"currency": terms.currency}
    return [
        _Item(
            section,
            _LISTS[section] or value.kind,
            value,
            {**currency, **read(value)},
            terms.time_zone,
        )
        for value in getattr(terms, section)
    ]


def _paired(
    before: list[_Item], after: list[_Item], key: Callable[[_Item], Hashable]
) -> list[tuple[_Item, _Item]]:
    """Takes out of both lists what one key recognises, each item once."""
    pairs = []
    for item in list(after):
        found = key(item)
        was = next((one for one in before if found is not None and key(one) == found), None)
        if was is not None:
            pairs.append((was, item))
            before.remove(was)
            after.remove(item)
    return pairs


def _all_of(item: _Item) -> Hashable:
    return (item.kind, unordered(item.params))


def _asks_and_when(item: _Item) -> Hashable:
    return (_asks(item), unordered(item.params.get("valid")))


def _asks(item: _Item) -> Hashable:
    """What a rule asks for, or what else tells a bonus or a cap from its like."""
    names = ("when", "event", "measure", "period", "every", "name", "per", "level")
    asked = {name: item.params[name] for name in names if name in item.params}
    if item.section == "pay" and item.kind == "fixed":
        del asked["per"]
    return (item.kind, unordered(asked))


def _named(item: _Item) -> Hashable:
    """Bonuses of which there is mostly one of a kind; rules of pay are nothing without what
    they ask, and caps and floors nothing without their period."""
    return item.kind if item.section in ("bonuses", "overrides") else None


def _changed_item(was: _Item, now: _Item) -> Difference:
    names = [name for name in now.params if not _alike(was.params[name], now.params[name])]
    about = {"section": now.section, "kind": now.kind}
    effect = effects.together(_of_change(name, was, now) for name in names)
    if names in (["rate_ppm"], ["amount_minor"]):
        [name] = names
        return Difference(
            code="rate_changed" if name == "rate_ppm" else "amount_changed",
            params={**now.said, **about, "old": was.params[name], "new": now.params[name]},
            effect=effect,
        )
    params = {**about, "before": was.said, "after": now.said}
    return Difference(code="rule_changed", params=params, effect=effect)


def _alike(one: object, other: object) -> bool:
    return unordered(one) == unordered(other)


def _of_change(name: str, was: _Item, now: _Item) -> Effect:
    if name == "valid":
        rule = now.value if now.section == "pay" else None
        return effects.of_time(rule, was.value.valid, now.value.valid)
    if name in ("tiers", "rate_ppm") and isinstance(now.value, Percent):
        return effects.of_tiers(was.value, now.value)
    return effects.of_member(name, was.params[name], now.params[name])


def _whole(code: str, item: _Item, effect: Effect) -> Difference:
    figure = item.params.get("rate_ppm") or item.params.get("amount_minor")
    side = "new" if code == "rule_added" else "old"
    about = {"section": item.section, "kind": item.kind, side: figure}
    return Difference(code=code, params={**item.said, **about}, effect=effect)


def _added(item: _Item, old: Terms) -> Effect:
    if item.section == "pay":
        return effects.of_rule_added(item.value, old)
    return "worse" if item.section == "caps" else "better"


def _removed(item: _Item, new: Terms) -> Effect:
    if item.section == "pay":
        return effects.of_rule_removed(item.value, new)
    return "better" if item.section == "caps" else "worse"


def _discount(old: Terms, new: Terms) -> Iterator[Difference]:
    """What the buyer gets sells more and pays less for each: whom it helps depends."""
    before, after = old.customer_discount, new.customer_discount
    if before == after:
        return
    about: dict[str, object] = {"section": "customer_discount", "kind": "customer_discount"}
    was = {**plain(before), "currency": old.currency} if before else None
    now = {**plain(after), "currency": new.currency} if after else None
    if was is not None and now is not None:
        params: dict[str, object] = {**about, "before": was, "after": now}
        yield Difference(code="rule_changed", params=params, effect="depends")
    elif now is not None:
        yield Difference(code="rule_added", params={**now, **about}, effect="depends")
    elif was is not None:
        yield Difference(code="rule_removed", params={**was, **about}, effect="depends")
