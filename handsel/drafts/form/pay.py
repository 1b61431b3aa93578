"""The controls of rules of pay, bonuses, caps, floors and overrides."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.drafts.form.branches import Group, Items
from handsel.drafts.form.conditions import Conditions
from handsel.drafts.form.leaves import (
    Amount,
    At,
    Choice,
    ChoiceOrNumber,
    Flag,
    Line,
    Lines,
    Measured,
    Rate,
    Whole,
)
from handsel.drafts.form.scope import Scope

PERIODS = (
    ("day", _("a day")),
    ("week", _("a week")),
    ("month", _("a calendar month")),
    ("quarter", _("a quarter")),
    ("year", _("a year")),
    ("ever", _("all time")),
)
WHEN = Conditions()
VALID = Group(
    name="valid",
    label=_("Only for a time"),
    hint=_("Local times, in the time zone of the terms."),
    optional=True,
    add_label=_("Limit it to a time"),
    template="optional",
    members=(
        At(name="since", label=_("From"), optional=True),
        At(name="until", label=_("Until"), optional=True),
    ),
)
ORDERS = {"orders": _("orders")}


def _measure(scope: Scope) -> str:
    """What the tiers, or the milestone, around a step count."""
    around = (data for data in reversed(scope.above) if "measure" in data)
    return next((str(data["measure"]) for data in around), "")


def _period_to(chosen: str, number: int | None) -> Any:
    return chosen if number is None else {"days": number}


def _period_from(value: Any) -> tuple[str, int | None]:
    return ("rolling", value.get("days")) if isinstance(value, dict) else (str(value or ""), None)


TIERS = Group(
    name="tiers",
    label=_("Tiers by volume"),
    hint=_("Below the first step the rule’s own rate holds."),
    optional=True,
    add_label=_("Add tiers by volume"),
    template="tiers",
    members=(
        Choice(
            name="measure",
            label=_("What is counted"),
            options=(
                ("basis", _("what the rule’s articles count")),
                ("orders", _("the rule’s orders")),
            ),
        ),
        ChoiceOrNumber(
            name="period",
            label=_("Counted in"),
            options=(*PERIODS, ("rolling", _("the days before each order"))),
            counted="rolling",
            to_data=_period_to,
            from_data=_period_from,
            unit=_("days"),
        ),
        Choice(
            name="mode",
            label=_("A rate pays"),
            options=(
                ("marginal", _("only the part inside its step (marginal)")),
                ("retroactive", _("the whole period once it is reached (retroactive)")),
            ),
        ),
        Items(
            name="steps",
            label=pgettext_lazy("tiers", "Steps"),
            kinds={
                "": Group(
                    name="step",
                    template="pair",
                    members=(
                        Measured(name="start", label=_("From"), by=_measure, units=ORDERS),
                        Rate(name="rate_ppm", label=_("Rate")),
                    ),
                )
            },
            blanks=(("step", _("Another step")),),
            add_label=_("Another step"),
            item_template="small_item",
            most=50,
        ),
    ),
)
PAID = Amount(name="amount_minor", label=_("Amount"))


def _rule(title: Any, *members: Any, valid: bool = True) -> Group:
    return Group(name="rule", label=title, members=(*members, *([VALID] if valid else [])))


PAY_KINDS: Mapping[str, Group] = {
    "percent": _rule(
        _("A share of what counts"), Rate(name="rate_ppm", label=_("Rate")), WHEN, TIERS
    ),
    "fixed": _rule(
        _("An amount on top"),
        PAID,
        Choice(
            name="per",
            label=_("For each"),
            options=(("order", _("order")), ("item", _("piece"))),
        ),
        WHEN,
    ),
    "lead": _rule(
        _("An amount for a lead or sign-up"),
        PAID,
        Choice(
            name="event",
            label=_("For each"),
            options=(("lead", _("lead")), ("sign_up", _("sign-up"))),
        ),
        Choice(
            name="pays",
            label=pgettext_lazy("lead", "Paid"),
            options=(("at_once", _("at once")), ("after_sale", _("once they have bought"))),
        ),
        WHEN,
    ),
    "click": _rule(_("An amount for each click"), PAID, WHEN),
    "impression": _rule(_("An amount for a thousand impressions"), PAID, WHEN),
    "excluded": _rule(_("Something that earns nothing"), WHEN),
}
PAY = Items(
    name="pay",
    kinds=PAY_KINDS,
    blanks=tuple((kind, group.label) for kind, group in PAY_KINDS.items()),
    add_label=_("Add a rule"),
)

MEASURES = (
    ("orders", _("orders")),
    ("new_customers", _("new customers")),
    ("leads", _("leads")),
    ("clicks", _("clicks")),
    ("basis", _("what counts of orders")),
    ("commission", _("commission earned")),
)
BONUS_KINDS: Mapping[str, Group] = {
    "milestone": _rule(
        _("A milestone"),
        Choice(name="measure", label=_("Counts"), options=MEASURES),
        Measured(
            name="reaches",
            label=_("Reaches"),
            by=_measure,
            units=dict(MEASURES[:4]),
        ),
        Choice(name="period", label=_("Within"), options=PERIODS),
        Flag(name="every", label=_("Each time again, not only once")),
        PAID,
    ),
    "first_sale": _rule(_("The first sale"), PAID, valid=False),
    "sign_up": _rule(
        _("Joining"),
        PAID,
        Flag(name="after_first_sale", label=_("Only once something was sold")),
        valid=False,
    ),
    "tenure": _rule(
        _("Staying"),
        Whole(name="months", label=_("After"), unit=_("months")),
        Whole(name="orders_min", label=_("With at least"), unit=_("orders")),
        PAID,
        valid=False,
    ),
    "task": _rule(
        _("A task"),
        Line(name="name", label=_("What it is called")),
        Lines(name="description", label=_("What is to be done"), optional=True, empty=""),
        Whole(name="times_max", label=_("At most"), unit=_("times")),
        PAID,
    ),
    "views": _rule(
        _("Views of a post"),
        PAID,
        Whole(name="per_views", label=_("For each"), unit=_("views")),
        Amount(name="most_minor", label=_("At most, for a post")),
        valid=False,
    ),
}
BONUSES = Items(
    name="bonuses",
    kinds=BONUS_KINDS,
    blanks=tuple((kind, group.label) for kind, group in BONUS_KINDS.items()),
    add_label=_("Add a bonus"),
)
WITHIN = Choice(
    name="period",
    label=_("Within"),
    options=PERIODS,
    optional=True,
    hint=_("Of a single order: none."),
)
CAPS = Items(
    name="caps",
    label=_("At most"),
    kinds={
        "": Group(
            name="cap",
            label=_("At most"),
            members=(
                PAID,
                Choice(
                    name="per",
                    label=_("Of"),
                    options=(
                        ("order", _("each order")),
                        ("partner", _("each partner")),
                        ("program", _("the whole program (a budget)")),
                    ),
                ),
                WITHIN,
            ),
        )
    },
    blanks=(("cap", _("Add a limit")),),
    add_label=_("Add a limit"),
)
FLOORS = Items(
    name="floors",
    label=_("At least"),
    kinds={
        "": Group(
            name="floor",
            label=_("At least"),
            members=(
                PAID,
                Choice(
                    name="per",
                    label=_("Of"),
                    options=(("order", _("each order")), ("partner", _("each partner"))),
                ),
                WITHIN,
            ),
        )
    },
    blanks=(("floor", _("Add a minimum")),),
    add_label=_("Add a minimum"),
)
OVERRIDES = Items(
    name="overrides",
    kinds={
        "": Group(
            name="override",
            label=_("A share of what brought partners earn"),
            members=(
                Choice(
                    name="level",
                    label=_("Of partners"),
                    options=(
                        ("1", _("whom this one brought")),
                        ("2", _("whom those have brought")),
                    ),
                ),
                Rate(name="rate_ppm", label=_("Rate")),
                Whole(
                    name="months_max",
                    label=_("For"),
                    unit=_("months"),
                    optional=True,
                    hint=_("Empty: without an end."),
                ),
            ),
        )
    },
    blanks=(("override", _("Add a share")),),
    add_label=_("Add a share"),
)
