"""Titles and descriptions of the templates of terms, and where figures of the field come from."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Titled(NamedTuple):
    title: Promise
    description: Promise


TEMPLATES: Mapping[str, Titled] = {
    "cosmetics": Titled(
        _("Cosmetics at a margin of 40 per cent"),
        _(
            "A share of every order, more for new customers, who also get a discount. Gift cards "
            "earn nothing. A new customer costs less than a quarter of the price."
        ),
    ),
    "content": Titled(
        _("Blogs and magazines, with steps"),
        _(
            "The rate rises with what a partner brings in a month; each rate pays only its own "
            "part. Clicks count for longer, as readers take their time."
        ),
    ),
    "influencers": Titled(
        _("Influencers, with a bounty"),
        _(
            "A share of each order with a code that gives buyers a discount, an amount for the "
            "first video, something for its views, and a parcel to show."
        ),
    ),
    "subscriptions": Titled(
        _("Software by subscription"),
        _(
            "Most for the first payment, less for the renewals of a year. Renewals keep the terms "
            "under which the customer came."
        ),
    ),
    "leads": Titled(
        _("Leads between businesses"),
        _("An amount for each lead, and a share when it becomes a customer."),
    ),
    "coupons": Titled(
        _("Coupon sites"),
        _(
            "Little for customers who would have come anyway, more for new ones, never more than "
            "a limit. A click in the last minutes takes nothing from who came before."
        ),
    ),
    "loyalty": Titled(
        _("Loyalty and cashback"),
        _(
            "A share that the partner can pass on. It is approved only after delivery and the "
            "time for returns, so that nothing has to be taken back from members."
        ),
    ),
    "marketplace": Titled(
        _("Marketplace, an amount per order"),
        _("An amount for each order above a size, more for new customers, within a budget."),
    ),
    "ambassadors": Titled(
        _("Ambassadors and friends"),
        _(
            "Customers stay bound to who brought them. A welcome for the first sale, and thanks "
            "after a year."
        ),
    ),
    "season": Titled(
        _("Bonuses for milestones"),
        _("A plain share, and amounts on top once orders or new customers reach a number."),
    ),
    "banners": Titled(
        _("Banners and placements"),
        _("Clicks and impressions are paid, up to a limit in a month, beside a small share."),
    ),
    "sub_network": Titled(
        _("Sub-networks"),
        _("A share of each order, and a share of what partners earn whom the network brings."),
    ),
}
SOURCES: Mapping[str, Promise] = {
    "windows": _(
        "Elsewhere %(least)s to %(most)s days: Amazon Associates counted 24 hours, Dub counts 90 "
        "days unless told otherwise."
    ),
    "holds": _("Elsewhere %(least)s to %(most)s days, by the choices that Dub offers."),
}


def range_words(source: str, least: int, most: int) -> str:
    """What is usual elsewhere, with its source."""
    return str(SOURCES[source] % {"least": least, "most": most})
