"""What was paid besides single orders, step by step: periods, days, bonuses, and the like."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.wording.shown import Params, Wording, shown
from handsel.ui.wording.unmet import bonus_not_earned, override_not_earned


def number(params: Params, name: str) -> int:
    return int(str(params[name]))


def period(params: Params) -> str:
    blanks = {**shown(params), "orders": number(params, "orders")}
    text = ngettext(
        "%(orders)d order earned %(amount)s.",
        "%(orders)d orders earned %(amount)s.",
        number(params, "orders"),
    )
    earned = text % blanks
    if params["period"] == "ever":
        return earned
    when = _("From %(start)s until %(end)s.") % blanks
    return f"{when} {earned}"


def settled_under(params: Params) -> str:
    text = ngettext(
        "Version %(number)s of the agreement applies to %(orders)d order of them.",
        "Version %(number)s of the agreement applies to %(orders)d orders of them.",
        number(params, "orders"),
    )
    return text % params


def volume(params: Params) -> str:
    """How much counted, and how the rates are read."""
    blanks = shown(params)
    if "orders" in params:
        text = ngettext(
            "§%(clause)s: %(orders)d order of %(volume)s counted.",
            "§%(clause)s: %(orders)d orders of %(volume)s counted.",
            number(params, "orders"),
        )
        counted = text % blanks
    else:
        counted = _("§%(clause)s: %(volume)s counted.") % blanks
    modes = {
        "marginal": _("Each rate pays the part that lies in its step."),
        "retroactive": _("The rate that was reached pays all of it."),
    }
    mode = modes[str(params["mode"])]
    if params["own_minor"] == params["volume_minor"]:
        return f"{counted} {mode}"
    own = _("%(own)s of it came under this version.") % blanks
    return f"{counted} {own} {mode}"


def paid(params: Params) -> str:
    blanks = {**shown({**params, "paid_minor": -number(params, "amount_minor")})}
    text = ngettext(
        "§%(clause)s: %(paid)s was paid with %(quantity)d order already.",
        "§%(clause)s: %(paid)s was paid with %(quantity)d orders already.",
        number(params, "quantity"),
    )
    return text % blanks


def budget(params: Params) -> str:
    taken = shown({**params, "taken_minor": -number(params, "amount_minor")})
    return _("§%(clause)s: %(taken)s came after the budget was spent, and is not paid.") % taken


MEASURED: dict[str, Promise] = {
    "orders": gettext_lazy("§%(clause)s: %(counted)s orders, of %(reaches)s that are asked for."),
    "new_customers": gettext_lazy(
        "§%(clause)s: %(counted)s new customers, of %(reaches)s that are asked for."
    ),
    "leads": gettext_lazy("§%(clause)s: %(counted)s leads, of %(reaches)s that are asked for."),
    "clicks": gettext_lazy("§%(clause)s: %(counted)s clicks, of %(reaches)s that are asked for."),
    "basis": gettext_lazy("§%(clause)s: orders of %(counted)s, of %(reaches)s asked for."),
    "commission": gettext_lazy("§%(clause)s: earnings of %(counted)s, of %(reaches)s asked for."),
}


def measured(params: Params) -> str:
    return str(MEASURED[str(params["measure"])] % shown(params))


def milestone(params: Params) -> str:
    text = ngettext(
        "§%(clause)s: the milestone was reached; it pays %(amount)s.",
        "§%(clause)s: the milestone was reached %(quantity)d times; that pays %(amount)s.",
        number(params, "quantity"),
    )
    return text % shown(params)


def day(params: Params) -> str:
    blanks = shown({**params, "seen_on": params["day"]})
    clicks = ngettext("%(clicks)d click", "%(clicks)d clicks", number(params, "clicks"))
    impressions = ngettext(
        "%(impressions)d impression",
        "%(impressions)d impressions",
        number(params, "impressions"),
    )
    blanks |= {"some_clicks": clicks % params, "some_impressions": impressions % params}
    return _("The link %(link)s on %(seen)s: %(some_clicks)s, %(some_impressions)s.") % blanks


def click(params: Params) -> str:
    text = ngettext(
        "§%(clause)s: %(quantity)d click pays %(amount)s.",
        "§%(clause)s: %(quantity)d clicks pay %(amount)s.",
        number(params, "quantity"),
    )
    return text % shown(params)


def impression(params: Params) -> str:
    text = ngettext(
        "§%(clause)s: %(quantity)d impression pays %(amount)s.",
        "§%(clause)s: %(quantity)d impressions pay %(amount)s.",
        number(params, "quantity"),
    )
    return text % shown(params)


BONUSES: dict[str, Promise] = {
    "first_sale": gettext_lazy("A bonus for the first sale, on %(earned)s."),
    "sign_up": gettext_lazy("A bonus for joining, on %(earned)s."),
    "tenure": gettext_lazy("A bonus for staying, on %(earned)s."),
    "task": gettext_lazy("A bonus for a task that was done, on %(earned)s."),
    "views": gettext_lazy("A bonus for the views of a post, on %(earned)s."),
}


def bonus(params: Params) -> str:
    return str(BONUSES[str(params["kind"])] % shown(params))


def views(params: Params) -> str:
    text = ngettext(
        "§%(clause)s: %(quantity)d view pays %(amount)s.",
        "§%(clause)s: %(quantity)d views pay %(amount)s.",
        number(params, "quantity"),
    )
    return text % shown(params)


def brought(params: Params) -> str:
    levels = {
        1: _("A partner who was brought on %(brought)s earned %(amount)s."),
        2: _("A partner who was brought on %(brought)s by one of those brought earned %(amount)s."),
    }
    return levels[number(params, "level")] % shown(params)


WORDINGS: dict[str, Wording] = {
    "period": period,
    "settled_under": settled_under,
    "also_earned": gettext_lazy("Days of clicks and shorter periods in it earned %(amount)s."),
    "volume": volume,
    "paid": paid,
    "measured": measured,
    "milestone": milestone,
    "budget_spent": gettext_lazy("§%(clause)s: the budget was spent at %(spent)s."),
    "budget": budget,
    "day": day,
    "click": click,
    "impression": impression,
    "bonus": bonus,
    "bonus_not_earned": bonus_not_earned,
    "first_sale": gettext_lazy("§%(clause)s pays %(amount)s."),
    "sign_up": gettext_lazy("§%(clause)s pays %(amount)s."),
    "tenure": gettext_lazy("§%(clause)s pays %(amount)s."),
    "task": gettext_lazy("§%(clause)s pays %(amount)s."),
    "views": views,
    "brought": brought,
    "override": gettext_lazy("§%(clause)s: %(rate)s of %(basis)s is %(amount)s."),
    "override_not_earned": override_not_earned,
    "by_hand": gettext_lazy("A person decided this amount, and gave a reason."),
    "manual": gettext_lazy("It comes to %(amount)s."),
}
