"""What a check of terms found, in words: what is wrong, and what to do."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from handsel.engine.terms import Problem
from handsel.ui.wording.refusals import Refusal
from handsel.ui.wording.shown import shown

PROBLEMS: Mapping[str, Refusal] = {
    "tiers_unordered": Refusal(
        _("§%(clause)s: step %(second)s of the tiers does not start above step %(first)s."),
        _("Order the steps by where they start, each start once."),
    ),
    "tiers_rolling_retroactive": Refusal(
        _("§%(clause)s: with a rolling period there is no whole period that a rate could pay."),
        _("Use a calendar period, or let each rate pay only its own step."),
    ),
    "tier_changes_nothing": Refusal(
        _("§%(clause)s: a step of the tiers has the same rate as the one before it."),
        _("Remove the step, or give it another rate."),
    ),
    "tiers_fall": Refusal(
        _("§%(clause)s: more volume leads to a lower rate, %(rate)s after %(before)s."),
        _("Check the rates; partners rarely agree to earn less for selling more."),
    ),
    "pays_nothing": Refusal(
        _("These terms pay for nothing: all rules are exclusions."),
        _("Add a rule that pays."),
    ),
    "period_past": Refusal(
        _("§%(clause)s is over before these terms begin."),
        _("Choose a time that is still to come, or remove it."),
    ),
    "asks_clicks_of_orders": Refusal(
        _("§%(clause)s pays for clicks or impressions, but asks for something of an order."),
        _("Ask only for link, country, device or source."),
    ),
    "conditions_contradict": Refusal(
        _("§%(clause)s can never be met: its conditions contradict each other."),
        _("Remove one of the conditions."),
    ),
    "event_other": Refusal(
        _("§%(clause)s can never be met: it pays for one event and asks for another."),
        _("Leave the events out, or name the one that it pays for."),
    ),
    "renewals_not_paid": Refusal(
        _("§%(clause)s is for renewals after the last one that is paid, number %(payments_max)s."),
        _("Pay more renewals, or remove the rule."),
    ),
    "rule_excluded": Refusal(
        _("§%(clause)s never pays: §%(other)s excludes everything that it asks for."),
        _("Remove one of the two, or let the exclusion ask for more."),
    ),
    "rule_covered": Refusal(
        _("§%(clause)s never pays: §%(other)s is more specific and takes all that it asks for."),
        _("Remove it, or let the other rule ask for more."),
    ),
    "rule_covered_together": Refusal(
        _(
            "§%(clause)s never pays: these are more specific and take all that it asks for: "
            "%(clauses)s."
        ),
        _("Remove it, or let one of the others ask for more."),
    ),
    "fixed_twice": Refusal(
        _("§%(clause)s and §%(other)s are the same amount for the same thing, and add up."),
        _("Remove one of the two, unless both are meant."),
    ),
    "cap_under_floor": Refusal(
        _("§%(clause)s pays at most %(amount)s, §%(other)s at least %(floor)s of the same."),
        _("Raise the one or lower the other."),
    ),
    "limit_twice": Refusal(
        _("§%(clause)s and §%(other)s limit the same; only one of them can matter."),
        _("Remove one of the two."),
    ),
    "cap_under_amount": Refusal(
        _("§%(clause)s never lets the amount of §%(other)s through whole."),
        _("Raise the limit, or lower the amount."),
    ),
    "level_twice": Refusal(
        _("Two shares of what brought partners earn are of the same level."),
        _("Keep one for each level."),
    ),
    "level_without_first": Refusal(
        _("§%(clause)s pays for partners of partners, but nothing pays for those in between."),
        _("Add a share of what partners earn whom this one brought."),
    ),
    "overrides_above_whole": Refusal(
        _("The shares of what brought partners earn come to %(rate)s, more than they earn."),
        _("Lower the shares to 100%% together or less."),
    ),
    "costs_above_whole": Refusal(
        _("A sale can cost %(cost)s of its price: commission, shares and discount together."),
        _("Lower the highest rate, the shares or the discount."),
    ),
    "costs_above_margin": Refusal(
        _("A sale can cost %(cost)s of its price, more than the margin of %(margin)s."),
        _("Lower the highest rate, the shares or the discount, unless a loss is meant."),
    ),
    "views_most_below_one": Refusal(
        _("§%(clause)s: the most it pays is less than what it pays once."),
        _("Raise the most, or lower the amount."),
    ),
    "milestone_without_leads": Refusal(
        _("§%(clause)s counts leads, but no rule pays for leads."),
        _("Check that leads are reported, or count orders."),
    ),
    "clicks_not_timed": Refusal(
        _("§%(clause)s counts clicks within a time; clicks are counted by period only."),
        _("Remove the time, or count orders."),
    ),
    "bonus_twice": Refusal(
        _("§%(clause)s and §%(other)s are the same bonus or have the same name."),
        _("Remove one of the two, or give it a name of its own."),
    ),
    "first_sale_twice": Refusal(
        _("The first sale earns both §%(other)s and §%(clause)s."),
        _("Keep one of the two, unless both are meant."),
    ),
    "nobody_credited": Refusal(
        _("§%(clause)s: nothing that comes first could credit a partner."),
        _("Name codes or clicks among what earns credit."),
    ),
    "lifetime_without_rank": Refusal(
        _("§%(clause)s binds customers to a partner, but does not let that earn credit."),
        _("Name bound customers among what earns credit, or bind nobody."),
    ),
    "articles_without_rank": Refusal(
        _("§%(clause)s gives articles to a partner, but does not let them earn credit."),
        _("Name articles among what earns credit, or give none."),
    ),
    "half_life_unused": Refusal(
        _("§%(clause)s names a half-life, but does not weigh clicks by age."),
        _("Choose credit that weighs later clicks more, or leave the half-life out."),
    ),
    "tail_beyond_window": Refusal(
        _(
            "§%(clause)s lets clicks count for %(tail_days)s days after the end; no click counts "
            "longer than %(window_days)s."
        ),
        _("Shorten it, or lengthen the window."),
    ),
    "months_unused": Refusal(
        _("§%(clause)s says for how long renewals are paid, and that none is."),
        _("Pay some renewals, or leave the months out."),
    ),
    "lifetime_before_renewals": Refusal(
        _("§%(clause)s: renewals are paid for longer than a customer stays bound to a partner."),
        _("Check that both are meant: a renewal follows its first order, whatever comes later."),
    ),
    "discount_unclear": Refusal(
        _("§%(clause)s: the buyer’s discount is neither a rate nor an amount, or both."),
        _("Give one of the two."),
    ),
    "discount_currency": Refusal(
        _("§%(clause)s: the buyer’s discount needs a currency if it is an amount, and only then."),
        _("Name the currency with the amount."),
    ),
    "skus_unknown": Refusal(
        _("§%(clause)s names articles that the program does not have: %(names)s."),
        _("Check the spelling, or say that these names are new."),
    ),
    "categories_unknown": Refusal(
        _("§%(clause)s names categories that the program does not have: %(names)s."),
        _("Check the spelling, or say that these names are new."),
    ),
    "links_unknown": Refusal(
        _("§%(clause)s names links that the program does not have: %(names)s."),
        _("Check the spelling, or say that these names are new."),
    ),
    "codes_unknown": Refusal(
        _("§%(clause)s names codes that the program does not have: %(names)s."),
        _("Check the spelling, or say that these names are new."),
    ),
}


def problem_words(problem: Problem, currency: str = "") -> Refusal:
    """What is wrong, and what to do, in the active language."""
    words = PROBLEMS[problem.code]
    blanks = shown({"currency": currency, **problem.params})
    return Refusal(str(words.message % blanks), str(words.remedy % blanks))
