"""Words for what is unusual about a payout, and for why one is left out of its batch."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.money import PPM
from handsel.engine.payouts import is_look
from handsel.payouts.models import Payout
from handsel.ui.figures import count_text, money_text


class Look(NamedTuple):
    """One thing that is unusual: a word or two for a badge, a headline, and what to do about it.
    `is_look` is False for what only is said."""

    badge: str
    headline: str
    advice: str
    is_look: bool


HEADLINES: dict[str, Promise] = {
    "no_payee": gettext_lazy("%(name)s has not said where to pay"),
    "new_account": gettext_lazy("%(name)s changed the bank account"),
    "jump": gettext_lazy("%(name)s gets %(factor)s times the usual"),
    "clawback_large": gettext_lazy("Much of what %(name)s sold came back"),
    "partner_paused": gettext_lazy("%(name)s is paused"),
    "partner_ended": gettext_lazy("%(name)s has left the program"),
    "first_payout": gettext_lazy("The first payout to %(name)s"),
    "below_minimum": gettext_lazy("%(name)s is below the minimum"),
    "owed_back": gettext_lazy("More came back than %(name)s earned"),
    "nothing_left": gettext_lazy("Nothing is left to pay to %(name)s"),
}
BADGES: dict[str, Promise] = {
    "no_payee": gettext_lazy("No account"),
    "new_account": gettext_lazy("New account"),
    "jump": gettext_lazy("%(factor)s × usual"),
    "clawback_large": gettext_lazy("Much sent back"),
    "partner_paused": gettext_lazy("Paused"),
    "partner_ended": gettext_lazy("Has left"),
    "first_payout": gettext_lazy("First payout"),
    "below_minimum": gettext_lazy("Below the minimum"),
    "owed_back": gettext_lazy("Owed back"),
    "nothing_left": gettext_lazy("Nothing left to pay"),
}
ADVICE: dict[str, Promise] = {
    "no_payee": gettext_lazy("They add it under Earnings. Until then it stays owed."),
    "jump": gettext_lazy("Usually about %(usual)s. Look at the orders behind it."),
    "clawback_large": gettext_lazy("%(taken)s was sent back, of %(of)s."),
    "partner_paused": gettext_lazy("What was earned before is still owed."),
    "partner_ended": gettext_lazy("What was earned before is still owed."),
    "first_payout": gettext_lazy("There is none to compare it with."),
    "below_minimum": gettext_lazy("It is kept, and paid when there is enough."),
    "owed_back": gettext_lazy("The next payouts are reduced by it."),
    "nothing_left": gettext_lazy("It comes to exactly zero."),
}


def looks_of(payout: Payout) -> list[Look]:
    """What is unusual about a payout, the gravest first."""
    return [_look(payout, check["code"], check["params"]) for check in payout.checks]


def _look(payout: Payout, code: str, params: dict[str, object]) -> Look:
    blanks = _blanks(params, payout.currency) | {"name": payout.partner.name}
    return Look(
        badge=str(BADGES[code]) % blanks,
        headline=str(HEADLINES[code]) % blanks,
        advice=_account_advice(params) if code == "new_account" else str(ADVICE[code]) % blanks,
        is_look=is_look(code),
    )


def _blanks(params: dict[str, object], currency: str) -> dict[str, str]:
    """`usual_minor` fills `%(usual)s`, `factor_ppm` 3_200_000 fills `%(factor)s` as 3:
    a factor is never told as more than it is."""
    blanks = {}
    for name, value in params.items():
        if name.endswith("_minor") and isinstance(value, int):
            blanks[name.removesuffix("_minor")] = money_text(value, currency)
        elif name.endswith("_ppm") and isinstance(value, int):
            blanks[name.removesuffix("_ppm")] = count_text(value // PPM)
    return blanks


def _account_advice(params: dict[str, object]) -> str:
    days = int(str(params["days"]))
    if days == 0:
        return _("Today. Ask them by another way than e-mail whether it was them.")
    return ngettext(
        "%(count)d day ago. Ask them by another way than e-mail whether it was them.",
        "%(count)d days ago. Ask them by another way than e-mail whether it was them.",
        days,
    ) % {"count": days}
