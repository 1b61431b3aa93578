"""Two versions of terms, compared: codes and parameters that are worded elsewhere."""

from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Fixed, Percent
from handsel.engine.values import ParamValue, Step, canonical

_SECTIONS = ("attribution", "basis", "hold", "refunds", "payout")


class Difference(Step):
    """`changed` (field, old, new), `rule_added`, `rule_removed`, `rate_changed`, `amount_changed`.

    Rules carry kind, customer, skus and categories beside their rate or amount.
    """


def differences(old: Terms, new: Terms) -> list[Difference]:
    """What a new version changes; nothing when both mean the same.

    A rule is recognised by its kind and its conditions, so that a changed rate reads as such.

        >>> old = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),))
        >>> new = old.model_copy(update={"pay": (Percent(rate_ppm=120_000),)})
        >>> [(d.code, d.params["old"], d.params["new"]) for d in differences(old, new)]
        [('rate_changed', 100000, 120000)]
    """
    found: list[Difference] = []
    if old.currency != new.currency:
        found.append(_changed("currency", old.currency, new.currency))
    for section in _SECTIONS:
        before = getattr(old, section).model_dump(mode="json")
        after = getattr(new, section).model_dump(mode="json")
        found += [
            _changed(f"{section}.{field}", before[field], after[field])
            for field in after
            if before[field] != after[field]
        ]
    return found + _rules(old, new)


def _changed(field: str, old: ParamValue, new: ParamValue) -> Difference:
    return Difference(code="changed", params={"field": field, "old": old, "new": new})


def _rules(old: Terms, new: Terms) -> list[Difference]:
    before, after = _by_conditions(old), _by_conditions(new)
    removed = [
        Difference(code="rule_removed", params={**_about(rule), "old": _pays(rule)})
        for key, rule in before.items()
        if key not in after
    ]
    changed = [
        Difference(
            code="rate_changed" if isinstance(rule, Percent) else "amount_changed",
            params={**_about(rule), "old": _pays(before[key]), "new": _pays(rule)},
        )
        for key, rule in after.items()
        if key in before and _pays(before[key]) != _pays(rule)
    ]
    added = [
        Difference(code="rule_added", params={**_about(rule), "new": _pays(rule)})
        for key, rule in after.items()
        if key not in before
    ]
    return changed + added + removed


def _by_conditions(terms: Terms) -> dict[tuple[str, bytes, int], Percent | Fixed]:
    """Rules by what they ask; the count tells apart fixed rules that ask the same."""
    rules: dict[tuple[str, bytes, int], Percent | Fixed] = {}
    for rule in terms.pay:
        asks = rule.kind, canonical(rule.when)
        same = sum(key[:2] == asks for key in rules)
        rules[(*asks, same)] = rule
    return rules


def _pays(rule: Percent | Fixed) -> int:
    return rule.rate_ppm if isinstance(rule, Percent) else rule.amount_minor


def _about(rule: Percent | Fixed) -> dict[str, ParamValue]:
    when = rule.when
    return {
        "kind": rule.kind,
        "customer": when.customer,
        "skus": when.skus,
        "categories": when.categories,
    }
