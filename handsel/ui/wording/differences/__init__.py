"""What a new version of terms changes: a sentence per change, or all of it in one line."""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from handsel.engine.terms import Difference
from handsel.ui.figures import money_text, rate_text
from handsel.ui.wording.differences.members import changed, changed_short
from handsel.ui.wording.shown import Params, Wording, shown
from handsel.ui.wording.terms import WORDINGS as CLAUSES
from handsel.ui.wording.terms.conditions import asked, conditions, conditions_phrase


def summary(found: Iterable[Difference], currency: str) -> str:
    """All changes in one line: `10% → 12% (new customers); window: 30 days → 45 days; …`."""
    said = []
    for difference in found:
        params = {"currency": currency, **difference.params, "code": difference.code}
        said.append(SHORT.get(difference.code, _sentence)(params))
    if not said:
        return _("Nothing changes.")
    return capfirst(_("%(changes)s; nothing else changes.") % {"changes": "; ".join(said)})


def rate_changed(params: Params) -> str:
    if params["kind"] != "percent":
        return _both(params, "rate_ppm")
    text = _("The rate is now %(new)s, was %(old)s.") % _figures(params)
    return " ".join([text, *conditions(asked(params), str(params["currency"]))])


def amount_changed(params: Params) -> str:
    if params["kind"] != "fixed" or params["per"] != "order":
        return _both(params, "amount_minor")
    text = _("The amount for each order is now %(new)s, was %(old)s.") % _figures(params)
    return " ".join([text, *conditions(asked(params), str(params["currency"]))])


def rule_added(params: Params) -> str:
    return _("New: %(rule)s") % {"rule": _rule(params["kind"], params)}


def rule_removed(params: Params) -> str:
    return _("No longer: %(rule)s") % {"rule": _rule(params["kind"], params)}


def rule_changed(params: Params) -> str:
    sides = {
        side: _rule(params["kind"], cast(Params, params[side])) for side in ("before", "after")
    }
    return _("Now: %(after)s Was: %(before)s") % sides


def figure_changed_short(params: Params) -> str:
    """`10% → 12% (new customers)`; what is no rule of pay is said in full."""
    if params["section"] != "pay":
        return _sentence(params)
    figures = _figures(params)
    phrase = conditions_phrase(asked(params), str(params["currency"]))
    if not conditions(asked(params), str(params["currency"])):
        return _("%(old)s → %(new)s") % figures
    return _("%(old)s → %(new)s (%(conditions)s)") % {**figures, "conditions": phrase}


def _both(params: Params, member: str) -> str:
    """The whole rule, as it is and as it was."""
    before, after = {**params, member: params["old"]}, {**params, member: params["new"]}
    return rule_changed({"kind": params["kind"], "before": before, "after": after})


def _rule(kind: object, params: Params) -> str:
    wording = CLAUSES[str(kind)]
    return wording(params) if callable(wording) else str(wording % shown(params))


def _figures(params: Params) -> dict[str, str]:
    if "rate_ppm" in params:
        return {side: rate_text(int(str(params[side]))) for side in ("old", "new")}
    currency = str(params["currency"])
    return {side: money_text(int(str(params[side])), currency) for side in ("old", "new")}


def _sentence(params: Params) -> str:
    """A change in full, without the full stop that ends it."""
    wording = cast(Callable[[Params], str], WORDINGS[str(params["code"])])
    return wording(params).removesuffix(".")


SHORT: Mapping[str, Callable[[Params], str]] = {
    "changed": changed_short,
    "rate_changed": figure_changed_short,
    "amount_changed": figure_changed_short,
}
WORDINGS: dict[str, Wording] = {
    "changed": changed,
    "rate_changed": rate_changed,
    "amount_changed": amount_changed,
    "rule_added": rule_added,
    "rule_removed": rule_removed,
    "rule_changed": rule_changed,
}
