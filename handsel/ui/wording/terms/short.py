"""What terms pay in a few words: `9.5% and €3.00`, for rows, charts and headings."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.engine.terms import Excluded, PayRule, Percent, Terms, When
from handsel.engine.terms.rates import pays_for
from handsel.ui.figures import money_text, rate_text
from handsel.ui.wording.shown import list_text

# An amount for each order needs no more words.
AMOUNTS: Mapping[str, Promise] = {
    "item": gettext_lazy("%(amount)s per item"),
    "lead": gettext_lazy("%(amount)s per lead"),
    "sign_up": gettext_lazy("%(amount)s per sign-up"),
    "click": gettext_lazy("%(amount)s per click"),
    "thousand_impressions": gettext_lazy("%(amount)s per thousand impressions"),
}


def pay_in_short(terms: Terms) -> str:
    """All rates and amounts, rates first, without their conditions."""
    rates = [rule for rule in terms.pay if isinstance(rule, Percent)]
    return _listed([*rates, *(rule for rule in terms.pay if not isinstance(rule, Percent))])


def general_pay(terms: Terms) -> str:
    """What every order pays; only where there is no such rule, what some do."""
    return _listed([rule for rule in terms.pay if rule.when == When()] or terms.pay)


def best_pay(terms: Terms) -> str:
    """The rate when there is one, else the highest as a limit; amounts where there are only these,
    except for those that come on top of orders."""
    rates = {rate for rule in terms.pay if isinstance(rule, Percent) for rate in _rates(rule)}
    if not rates:
        return _listed([rule for rule in terms.pay if rule.kind != "fixed"]) or "–"
    if len(rates) == 1:
        return rate_text(*rates)
    return _("up to %(rate)s") % {"rate": rate_text(max(rates))}


def _listed(rules: Iterable[PayRule]) -> str:
    return list_text(dict.fromkeys(text for rule in rules if (text := _short(rule))))


def _short(rule: PayRule) -> str:
    if isinstance(rule, Excluded):
        return ""
    if isinstance(rule, Percent):
        least, most = min(_rates(rule)), max(_rates(rule))
        if least == most:
            return rate_text(most)
        return _("%(least)s to %(most)s") % {"least": rate_text(least), "most": rate_text(most)}
    amount = money_text(rule.amount_minor, rule.currency)
    text = AMOUNTS.get(pays_for(rule))
    return amount if text is None else str(text % {"amount": amount})


def _rates(rule: Percent) -> list[int]:
    steps = rule.tiers.steps if rule.tiers else ()
    return [rule.rate_ppm, *(step.rate_ppm for step in steps)]
