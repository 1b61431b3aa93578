"""The controls of the sections besides pay."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from handsel.drafts.form.branches import Group, Items
from handsel.drafts.form.leaves import (
    Amount,
    Choice,
    ChoiceOrNumber,
    Flag,
    Line,
    Lines,
    Names,
    Ranks,
    Rate,
    Whole,
)

RANKS = (
    ("sku", _("Articles that are the partner’s own")),
    ("customer", _("Customers assigned by hand")),
    ("code", _("Codes")),
    ("click", _("Clicks")),
    ("lifetime", _("Customers bound by their first order")),
    ("channel", _("Our own advertising and mail")),
)
ALLOWED = (
    ("allowed", _("allowed")),
    ("on_approval", _("only when we approve")),
    ("forbidden", _("forbidden")),
)


def _lifetime_to(chosen: str, number: int | None) -> Any:
    return {"none": 0, "ever": None}.get(chosen, number)


def _lifetime_from(value: Any) -> tuple[str, int | None]:
    if value is None:
        return "ever", None
    return ("days", value) if value else ("none", None)


ATTRIBUTION = Group(
    name="attribution",
    members=(
        Choice(
            name="model",
            label=_("Between several clicks"),
            options=(
                ("last_click", _("the last one is credited")),
                ("first_click", _("the first one is credited")),
                ("linear", _("all share alike")),
                ("position", _("first and last get 40 % each, the others the rest")),
                ("time_decay", _("later ones get more")),
            ),
        ),
        Whole(name="window_days", label=_("A click counts for"), unit=_("days")),
        Whole(
            name="half_life_days",
            label=_("A share halves every"),
            unit=_("days"),
            hint=_("Asked only where later clicks get more."),
        ),
        Ranks(
            name="precedence",
            label=_("What comes first"),
            options=RANKS,
            hint=_("The first of these that an order has decides. What is left out earns nobody."),
        ),
        Rate(
            name="introducer_floor_ppm",
            label=_("Whoever came first gets at least"),
            hint=_("Of the order’s commission, up to 50 %. 0: no such share."),
        ),
        Whole(
            name="stand_down_s",
            label=_("Takes nothing so shortly before the order"),
            unit=_("seconds"),
            hint=_("From another partner’s earlier click. 0: no such rule."),
        ),
        ChoiceOrNumber(
            name="lifetime_days",
            label=_("Customers stay bound to who brought them"),
            options=(
                ("none", _("not at all")),
                ("days", _("for so many days")),
                ("ever", _("for ever")),
            ),
            counted="days",
            to_data=_lifetime_to,
            from_data=_lifetime_from,
            unit=_("days"),
        ),
        Names(
            name="owned_skus",
            label=_("Articles of the partner’s own (SKU)"),
            hint=_("Orders with one of them are the partner’s without a click."),
            optional=True,
            empty=[],
        ),
        Flag(
            name="better_at_once",
            label=_("What gets better also counts for clicks from before"),
        ),
    ),
)
BASIS = Group(
    name="basis",
    hint=_("By default goods, after discounts, without tax and shipping."),
    members=(
        Flag(name="with_tax", label=_("Tax counts too")),
        Flag(name="with_shipping", label=_("Shipping counts too")),
        Flag(name="before_discounts", label=_("Before discounts")),
    ),
)
HOLD = Group(
    name="hold",
    members=(
        Whole(name="days", label=_("Commissions wait"), unit=_("days")),
        Choice(
            name="starts",
            label=_("Counted from"),
            options=(("order", _("the order")), ("delivery", _("the delivery"))),
        ),
    ),
)
PAYOUT = Group(
    name="payout",
    members=(
        Amount(
            name="threshold_minor",
            label=_("Payouts wait until this much is payable"),
            hint=_("0: no waiting."),
        ),
    ),
)
RECURRING = Group(
    name="recurring",
    hint=_("Renewals of a subscription."),
    members=(
        Whole(
            name="payments_max",
            label=_("Renewals that are paid"),
            optional=True,
            hint=_("Empty: all of them. 0: none."),
        ),
        Whole(
            name="months_max",
            label=_("For"),
            unit=_("months"),
            optional=True,
            hint=_("Empty: without an end."),
        ),
        Choice(
            name="terms",
            label=_("Under the terms"),
            options=(
                ("first_order", _("of the first order")),
                ("in_force", _("in force at the renewal")),
            ),
        ),
    ),
)
DISCOUNT = Group(
    name="customer_discount",
    label=_("A discount for the buyer"),
    hint=_("With the partner’s code: a rate or an amount, not both."),
    optional=True,
    add_label=_("Give buyers a discount"),
    template="optional",
    members=(
        Rate(name="rate_ppm", label=_("Rate"), optional=True),
        Amount(name="amount_minor", label=_("Amount"), optional=True),
        Flag(name="new_customers_only", label=_("Only for new customers")),
    ),
)
PERKS = Items(
    name="perks",
    kinds={
        "": Group(
            name="perk",
            label=_("A perk"),
            members=(
                Line(name="name", label=_("What it is")),
                Choice(
                    name="due",
                    label=_("Due"),
                    options=(
                        ("on_joining", _("on joining")),
                        ("after_first_sale", _("after the first sale")),
                        ("each_month", _("each month")),
                        ("each_quarter", _("each quarter")),
                    ),
                ),
                Lines(name="description", label=_("More about it"), optional=True, empty=""),
            ),
        )
    },
    blanks=(("perk", _("Add a perk")),),
    add_label=_("Add a perk"),
)


def _permission(name: str, label: Any) -> Choice:
    return Choice(name=name, label=label, options=ALLOWED, optional=True)


PROMOTION = Group(
    name="promotion",
    hint=_("Where nothing is chosen, nothing is said."),
    members=(
        _permission("email", _("E-mail to readers")),
        _permission("paid_search", _("Search advertising")),
        _permission("brand_bidding", _("Bidding on our name")),
        _permission("trademark_in_domain", _("Our name in an address")),
        _permission("coupon_sites", _("Coupon sites")),
        _permission("social_ads", _("Advertising on social media")),
        Lines(name="note", label=_("In your own words"), optional=True, empty=""),
    ),
)
ENDING = Group(
    name="ending",
    members=(
        Whole(name="notice_days", label=_("Notice before terms get worse or end"), unit=_("days")),
        Whole(
            name="tail_days",
            label=_("After the end, earlier clicks count for"),
            unit=_("days"),
            optional=True,
            hint=_("Empty: as long as any click."),
        ),
    ),
)
