"""Which kind of touch comes first, under whose rules."""

from datetime import timedelta

import pytest

from handsel.engine.attribution import OWN_CHANNEL, CreditRules, Touch, attribute
from handsel.engine.terms import AttributionTerms, Percent, Terms
from handsel.engine.tests.cast import BEN, CLEO, DAY, ORDERED, agreement, click, code

DINA = "par_dina"
CHANNEL_FIRST = ("code", "channel", "click")


def terms(**attribution):
    return Terms(
        currency="EUR",
        attribution=AttributionTerms(**attribution),
        pay=(Percent(rate_ppm=100_000),),
    )


def all_under(**attribution):
    return [agreement(who, terms=terms(**attribution)) for who in (BEN, CLEO, DINA)]


def touch(kind, partnership=CLEO, days_before=0.0, **fields):
    base = {
        "touch_id": f"tch_{partnership}_{kind}",
        "kind": kind,
        "occurred_at": ORDERED - timedelta(days=days_before),
        "partnership": partnership,
    }
    return Touch(**base | fields)


def ad(days_before=1.0, **fields):
    return touch("channel", OWN_CHANNEL, days_before, reference="google-ads", **fields)


def verdicts(found):
    return [verdict.code for verdict in found.verdicts]


def credited(found):
    return [credit.partnership for credit in found.credits]


def test_an_article_of_ones_own_comes_before_any_code_and_click():
    agreements = all_under(owned_skus=("MUG",))
    found = attribute([click(1), code(), touch("sku", reference="MUG")], ORDERED, agreements)

    assert credited(found) == [CLEO]
    assert found.decided_by == "sku"
    assert verdicts(found) == ["sku_wins", "sku_wins", "credited"]


def test_an_article_is_only_ones_own_if_the_agreement_says_so():
    found = attribute(
        [click(1), touch("sku", reference="MUG")], ORDERED, all_under(owned_skus=("CUP",))
    )
    assert verdicts(found) == ["credited", "sku_not_owned"]


def test_an_assigned_customer_comes_before_a_code_and_is_no_promise_for_the_past():
    assigned = touch("customer", days_before=90)
    later = touch("customer", days_before=-1)

    assert credited(attribute([code(), assigned], ORDERED, all_under())) == [CLEO]
    found = attribute([code(), later], ORDERED, all_under())
    assert verdicts(found) == ["credited", "after_order"]


@pytest.mark.parametrize(
    ("days", "age", "expected"),
    [
        (0, 1, "lifetime_over"),
        (60, 60, "credited"),
        (60, 60.001, "lifetime_over"),
        (None, 190, "credited"),
    ],
)
def test_a_customer_stays_bound_as_long_as_was_agreed(days, age, expected):
    found = attribute([touch("lifetime", days_before=age)], ORDERED, all_under(lifetime_days=days))
    assert verdicts(found) == [expected]


def test_a_bound_customer_keeps_what_was_agreed_at_the_first_order_and_earns_todays_terms():
    long, short = terms(lifetime_days=None), terms(lifetime_days=0)
    versions = [agreement(CLEO, long, until=10), agreement(CLEO, short, number=2, since=10)]
    found = attribute([touch("lifetime", days_before=50)], ORDERED, versions)

    [credit] = found.credits
    assert (credit.agreement, credit.because) == ("agr_par_cleo_2", "in_force_at_order")


def test_any_click_comes_before_a_bound_customer():
    found = attribute(
        [click(3), touch("lifetime", days_before=50)], ORDERED, all_under(lifetime_days=None)
    )
    assert verdicts(found) == ["click_wins", "credited"]
    assert credited(found) == [BEN]


def test_clicks_may_come_before_codes():
    rules = {"code_precedence": "click_before_code", "precedence": ("click", "code")}
    found = attribute([click(3, CLEO), code()], ORDERED, all_under(**rules))

    assert verdicts(found) == ["credited", "click_wins"]


def test_a_rank_that_is_not_named_earns_nothing():
    only_codes = all_under(precedence=("code",))

    found = attribute([click(3)], ORDERED, only_codes)
    assert (verdicts(found), found.decided_by) == (["not_in_precedence"], None)
    found = attribute([click(3, CLEO), code()], ORDERED, only_codes)
    assert verdicts(found) == ["not_in_precedence", "credited"]


def test_the_brands_own_channel_earns_nobody_a_commission_where_it_comes_first():
    found = attribute([click(3), ad()], ORDERED, all_under(precedence=CHANNEL_FIRST))

    assert found.credits == ()
    assert (found.decided_by, verdicts(found)) == ("channel", ["channel_wins", "own_channel"])
    assert found.runner_up == "tch_par_ben_3"


@pytest.mark.parametrize(
    ("precedence", "days_before", "expected"),
    [
        (("code", "click"), 1, ["credited", "own_channel"]),
        (("code", "click", "channel"), 1, ["credited", "own_channel"]),
        (CHANNEL_FIRST, 31, ["outside_window", "credited"]),
        (CHANNEL_FIRST, -1, ["credited", "after_order"]),
    ],
)
def test_elsewhere_it_is_only_told(precedence, days_before, expected):
    found = attribute([click(3), ad(days_before)], ORDERED, all_under(precedence=precedence))
    assert verdicts(found) == expected
    assert credited(found) == [BEN]


def test_the_brands_channels_are_judged_by_the_window_of_the_agreement_that_decides():
    agreements = all_under(precedence=CHANNEL_FIRST, window_days=60)
    assert attribute([click(3), ad(50)], ORDERED, agreements).decided_by == "channel"


def test_the_rules_are_those_of_the_last_partner_whose_touch_counts():
    mine = agreement(BEN, terms=terms(model="first_click"))
    yours = agreement(CLEO, terms=terms(model="last_click"))

    assert credited(attribute([click(5), click(3, CLEO)], ORDERED, [mine, yours])) == [CLEO]
    found = attribute([click(5, CLEO), click(3)], ORDERED, [mine, yours])
    assert credited(found) == [CLEO]
    assert verdicts(found) == ["credited", "later_than_first"]
    [step] = found.steps
    assert (step.code, step.params) == (
        "credit_rules",
        {"touch": "tch_par_ben_3", "rank": "click", "model": "first_click"},
    )


def test_the_usual_rules_need_no_step():
    assert attribute([click(5), click(3, CLEO)], ORDERED, all_under(window_days=7)).steps == ()


def test_a_binding_does_not_decide_whose_rules_hold_while_somebody_clicked():
    mine = agreement(BEN, terms=terms())
    yours = agreement(CLEO, terms=terms(model="first_click", lifetime_days=None))
    bound = touch("lifetime", days_before=1)

    found = attribute([click(5), click(3), bound], ORDERED, [mine, yours])
    assert found.steps == ()
    assert [credit.touch_id for credit in found.credits] == ["tch_par_ben_3"]


@pytest.mark.parametrize(
    ("tail_days_ago", "expected"), [(None, "credited"), (1, "after_tail"), (-1, "credited")]
)
def test_earlier_clicks_count_after_an_ending_until_the_tail_is_over(tail_days_ago, expected):
    tail = None if tail_days_ago is None else ORDERED - tail_days_ago * DAY
    ended = agreement(until=5).model_copy(update={"tail_until": tail})

    assert verdicts(attribute([click(7)], ORDERED, [ended])) == [expected]


def test_the_instant_the_tail_ends_is_after_it():
    ended = agreement(until=5).model_copy(update={"tail_until": ORDERED})
    assert verdicts(attribute([click(7)], ORDERED, [ended])) == ["after_tail"]


def test_a_renewal_is_bound_to_the_credit_of_the_first_order():
    versions = [agreement(until=10), agreement(number=2, since=10), agreement(CLEO)]
    bound = touch("renewal", BEN, days_before=90, binds="agr_par_ben_1")
    found = attribute([bound, code(CLEO), click(1)], ORDERED, versions)

    [credit] = found.credits
    assert (credit.partnership, credit.agreement, credit.because) == (
        BEN,
        "agr_par_ben_1",
        "first_order",
    )
    assert sorted(verdicts(found)) == ["credited", "renewal_wins", "renewal_wins"]


def test_a_renewal_of_a_shared_order_is_shared_alike():
    bound = [
        touch("renewal", BEN, 90, binds="agr_par_ben_1", weight=2),
        touch("renewal", CLEO, 90, binds="agr_par_cleo_1", weight=4),
    ]
    found = attribute(bound, ORDERED, all_under())
    assert {c.partnership: c.weight for c in found.credits} == {BEN: 1, CLEO: 2}


def test_a_persons_word_wins_over_everything_and_the_latest_of_several_stands():
    agreements = all_under(owned_skus=("MUG",))
    journey = [
        touch("renewal", BEN, 90, binds="agr_par_ben_1"),
        touch("sku", BEN, reference="MUG"),
        code(),
        click(1),
        touch("manual", DINA, -3, binds="agr_par_dina_1", touch_id="first word"),
        touch("manual", CLEO, -4, binds="agr_par_cleo_1", touch_id="last word"),
    ]
    found = attribute(journey, ORDERED, agreements)

    [credit] = found.credits
    assert (credit.touch_id, credit.agreement, credit.because) == (
        "last word",
        "agr_par_cleo_1",
        "chosen",
    )
    assert set(verdicts(found)) == {"credited", "earlier_than_last", "manual_wins"}


def test_a_click_in_the_last_seconds_takes_nothing_from_anothers_earlier_one():
    late = click(20 / 86_400, CLEO)
    found = attribute([click(3), late], ORDERED, all_under(stand_down_s=30))

    assert verdicts(found) == ["credited", "stood_down"]
    assert credited(attribute([late], ORDERED, all_under(stand_down_s=30))) == [CLEO]
    own_before = [click(3, CLEO), late]
    assert verdicts(attribute(own_before, ORDERED, all_under(stand_down_s=30)))[-1] == "credited"
    assert credited(attribute([click(3), late], ORDERED, all_under(stand_down_s=19))) == [CLEO]


def test_the_runner_up_is_who_would_have_been_credited_otherwise():
    journey = [click(9, DINA), click(5), click(3, CLEO), click(2, CLEO)]
    assert attribute(journey, ORDERED, all_under()).runner_up == "tch_par_ben_5"
    assert attribute([*journey, code(CLEO)], ORDERED, all_under()).runner_up == "tch_par_ben_5"
    assert attribute([click(5), click(3)], ORDERED, all_under()).runner_up is None
    assert attribute(journey, ORDERED, all_under(model="linear")).runner_up is None


def test_of_a_click_that_stood_down_the_partner_runs_up():
    late = click(20 / 86_400, CLEO)
    found = attribute([click(3), late], ORDERED, all_under(stand_down_s=30))
    assert found.runner_up == late.touch_id


def test_rules_that_a_touch_brings_along_hold():
    veiled = click(1, "other_1", standing="eligible", rules=CreditRules(model="linear"))
    found = attribute([click(3), veiled], ORDERED, all_under())

    assert {c.partnership: c.weight for c in found.credits} == {BEN: 1, "other_1": 1}
