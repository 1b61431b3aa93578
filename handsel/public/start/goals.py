"""What a program can be for, and what we would begin with then.

Suggestions, not rules: the next page lets everything be changed. We give the reason for each
figure, and a source where there is one. No rate here is "the usual one": published averages mix
trades whose margins differ tenfold. They are set low on purpose, because better terms can start
at once and worse ones only after notice (docs: "Which terms").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Directive 2011/83/EU: a buyer may withdraw within 14 days of delivery (article 9) and has
# 14 more to send the goods back (article 14); two days are left for the parcel.
HOLD_DAYS = 30


# What one euro of bonus becomes elsewhere: a round figure of similar weight, not a rate of
# exchange. A currency that is not here starts without a suggestion.
BONUS_FACTORS = {
    "EUR": 1, "USD": 1, "GBP": 1, "CHF": 1,
    "SEK": 10, "NOK": 10, "DKK": 8, "PLN": 4, "CZK": 25,
}  # fmt: skip


@dataclass(frozen=True)
class Reasoned:
    """Something we suggest, and why."""

    what: str | Promise
    why: str | Promise


@dataclass(frozen=True)
class Goal:
    """`key` is one of `Program.Goal`; `bonus_eur` is whole euros per new customer."""

    key: str
    icon: str
    title: str | Promise
    text: str | Promise
    kinds: tuple[Reasoned, ...]
    rate_percent: Decimal
    bonus_eur: int
    window_days: int
    hold_days: int
    first_terms: str | Promise
    terms_why: tuple[str | Promise, ...]
    figures: tuple[Reasoned, ...]

    def terms_in(self, currency: str) -> dict[str, Decimal | int | None]:
        """First terms as people write them: per cent, whole units, days."""
        return {
            "rate": self.rate_percent,
            "bonus": Decimal(self.bonus_eur * BONUS_FACTORS.get(currency, 0)) or None,
            "window_days": self.window_days,
            "hold_days": self.hold_days,
        }


_HOLD_WHY = _("30 days of hold: within the EU a buyer has 14 days to withdraw and 14 to return.")

GOALS: Mapping[str, Goal] = {
    "awareness": Goal(
        key="awareness",
        icon="megaphone",
        title=_("Become known"),
        text=_("People who have never heard of you read, watch or hear about you."),
        kinds=(
            Reasoned(_("Content"), _("a good article is found for years")),
            Reasoned(_("Influencers"), _("their audience trusts what they show")),
        ),
        rate_percent=Decimal(8),
        bonus_eur=0,
        window_days=60,
        hold_days=HOLD_DAYS,
        first_terms=_("8% of each order; a click counts for 60 days"),
        terms_why=(
            _("60 days: who discovers something new rarely buys it the same week."),
            _("8% and no bonus: simple enough to say in one sentence to somebody you ask."),
            _HOLD_WHY,
        ),
        figures=(
            Reasoned(_("Clicks from new visitors"), _("the reach you pay for")),
            Reasoned(_("Partners with a first sale"), _("whether a wide circle really begins")),
            Reasoned(_("Days from click to order"), _("whether 60 days are too many or too few")),
        ),
    ),
    "new_customers": Goal(
        key="new_customers",
        icon="user-plus",
        title=_("New customers"),
        text=_("People who have never bought from you place their first order."),
        kinds=(
            Reasoned(_("Content"), _("readers compare before they buy for the first time")),
            Reasoned(_("Influencers"), _("a code of their own shows whom they brought")),
            Reasoned(_("Businesses"), _("a neighbour’s word for you is worth an introduction")),
        ),
        rate_percent=Decimal(6),
        bonus_eur=5,
        window_days=30,
        hold_days=HOLD_DAYS,
        first_terms=_("6% of each order and a bonus per new customer; a click counts for 30 days"),
        terms_why=(
            _("A bonus per new customer pays for what you want, rather than for orders you had."),
            _("30 days: long enough to think it over, short enough to be their doing."),
            _HOLD_WHY,
        ),
        figures=(
            Reasoned(_("Share of new customers"), _("by partner: this is what the bonus buys")),
            Reasoned(_("Cost per new customer"), _("commission and bonus, beside your other ways")),
            Reasoned(_("Second orders"), _("whether those who came stay")),
        ),
    ),
    "order_value": Goal(
        key="order_value",
        icon="shopping-bag",
        title=_("Larger orders"),
        text=_("Those who buy find more that suits them, and fill the basket."),
        kinds=(
            Reasoned(_("Content"), _("guides and sets show what belongs together")),
            Reasoned(_("Loyalty"), _("members come back and buy more at once")),
        ),
        rate_percent=Decimal(10),
        bonus_eur=0,
        window_days=30,
        hold_days=HOLD_DAYS,
        first_terms=_("10% of each order; a click counts for 30 days"),
        terms_why=(
            _("A percentage and nothing fixed: a partner earns more only when the basket grows."),
            _("10%: a larger basket carries it, since parcel and handling stay the same."),
            _HOLD_WHY,
        ),
        figures=(
            Reasoned(_("Average order"), _("by partner, beside orders without one")),
            Reasoned(_("Articles per order"), _("whether sets and guides work")),
            Reasoned(_("Share sent back"), _("a full basket that returns is no gain")),
        ),
    ),
}
