"""Items, leads, exclusions, bounds, shares and renewals, each with its line."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.commission import Inputs, Standing, judge
from handsel.engine.earning import Circumstances, earn
from handsel.engine.orders import BoughtFact, OrderLine, RefundLine, fold
from handsel.engine.terms import (
    Basis,
    Cap,
    Excluded,
    Fixed,
    Floor,
    Lead,
    Percent,
    PerClick,
    Recurring,
    Rolling,
    Terms,
    Tiers,
    TierStep,
    When,
)
from handsel.engine.tests.cast import (
    BEN,
    HAT,
    ORDERED,
    SHIRT,
    SOCKS,
    agreement,
    cancellation,
    click,
    refund,
    sale,
)


def terms(*pay, **sections):
    return Terms(currency="EUR", pay=pay, **sections)


def lines(earning):
    return [(line.clause, line.kind, line.amount_minor) for line in earning.lines]


def reasons(earning):
    return [s.params["reason"] for s in earning.steps if "reason" in s.params]


TENTH = Percent(rate_ppm=100_000)
PIECES = OrderLine(line_id="p", sku="HAT", category="hats", quantity=3, gross_minor=3000)
PER_HAT = Fixed(amount_minor=40, currency="EUR", per="item", when=When(skus=("HAT",)))


@pytest.mark.parametrize(
    ("back_minor", "pieces"), [(0, 3), (999, 3), (1000, 2), (2000, 1), (2999, 1)]
)
def test_an_item_is_paid_until_it_is_refunded_whole(back_minor, pieces):
    facts = (
        sale(PIECES, SHIRT),
        refund(back_minor, lines=(RefundLine(line_id="p", amount_minor=back_minor),)),
    )
    earning = earn(fold(facts), terms(PER_HAT))
    assert lines(earning) == [(2, "item", pieces * 40)]
    assert earning.lines[0].quantity == pieces


def test_items_that_all_went_back_are_paid_no_more():
    back = refund(3000, lines=(RefundLine(line_id="p", amount_minor=3000),))
    assert reasons(earn(fold([sale(PIECES, SHIRT), back]), terms(PER_HAT))) == ["nothing_left"]
    assert reasons(earn(fold([sale(PIECES), cancellation()]), terms(PER_HAT))) == ["nothing_left"]


def test_what_is_excluded_earns_nothing_by_percent_or_per_item():
    agreed = terms(
        TENTH,
        PER_HAT,
        Fixed(amount_minor=300, currency="EUR", when=When(skus=("HAT",))),
        Excluded(when=When(skus=("HAT",))),
    )
    earning = earn(fold([sale(PIECES, SHIRT)]), agreed)

    assert lines(earning) == [(2, "percent", 940), (4, "fixed", 300)]
    assert reasons(earning) == ["all_excluded"]
    [excluded] = [step.params for step in earning.steps if step.code == "excluded"]
    assert excluded == {"clause": 5, "counts_minor": 3000}


def test_an_order_that_is_excluded_as_a_whole_earns_nothing_for_shipping():
    agreed = terms(
        TENTH, Excluded(when=When(customer="returning")), basis=Basis(with_shipping=True)
    )
    state = fold([sale(SHIRT, shipping_minor=500, customer_is_new=False)])
    assert reasons(earn(state, agreed)) == ["all_excluded"]
    assert earn(state.model_copy(update={"customer_is_new": True}), agreed).amount_minor == 990


LEAD = Lead(amount_minor=700, currency="EUR")
SIGN_UP = Lead(amount_minor=200, currency="EUR", event="sign_up")


def test_a_lead_is_paid_by_its_most_specific_rule_and_by_no_percentage():
    by_link = Lead(amount_minor=900, currency="EUR", when=When(links=("spring",)))
    agreed = terms(TENTH, LEAD, SIGN_UP, by_link)
    lead = fold([sale(0, event="lead")])

    assert lines(earn(lead, agreed)) == [(3, "lead", 700)]
    assert lines(earn(lead, agreed, Circumstances(link="spring"))) == [(5, "lead", 900)]
    assert lines(earn(fold([sale(0, event="sign_up")]), agreed)) == [(4, "lead", 200)]
    assert reasons(earn(fold([sale(0, event="lead"), cancellation()]), agreed)) == [
        "event_other", "nothing_left", "event_other", "link_unknown",
    ]  # fmt: skip


def test_a_lead_that_pays_after_a_sale_waits_for_one():
    agreed = terms(Lead(amount_minor=700, currency="EUR", pays="after_sale"))
    lead = sale(0, event="lead")
    names = ("order", "source", "trust", "occurred_at", "updated_at", "recorded_at")
    bought = BoughtFact(
        fact_id="fct_bought",
        event_id="bought",
        **{name: getattr(lead, name) for name in names},
    )
    assert reasons(earn(fold([lead]), agreed)) == ["not_bought_yet"]
    assert earn(fold([lead, bought]), agreed).amount_minor == 700


def test_clicks_are_not_paid_with_orders():
    earning = earn(fold([sale(SHIRT)]), terms(TENTH, PerClick(amount_minor=5, currency="EUR")))
    assert reasons(earning) == ["paid_by_day"]


FLOOR = Floor(per="order", amount_minor=500, currency="EUR")
CAP = Cap(per="order", amount_minor=2000, currency="EUR")


@pytest.mark.parametrize(
    ("order_minor", "found"),
    [
        (1000, [(2, "percent", 100), (8, "floor", 400)]),
        (5000, [(2, "percent", 500)]),
        (20_000, [(2, "percent", 2000)]),
        (20_010, [(2, "percent", 2001), (7, "cap", -1)]),
        (0, []),
    ],
)
def test_floors_raise_and_caps_lower_an_order(order_minor, found):
    earning = earn(fold([sale(order_minor)]), terms(TENTH, floors=(FLOOR,), caps=(CAP,)))
    assert lines(earning) == found


def test_of_several_floors_the_highest_and_of_several_caps_the_lowest_binds():
    low = Floor(per="order", amount_minor=100, currency="EUR")
    high = Cap(per="order", amount_minor=9000, currency="EUR")
    monthly = Cap(per="partner", period="month", amount_minor=1, currency="EUR")
    agreed = terms(TENTH, floors=(low, FLOOR), caps=(high, CAP, monthly))
    assert lines(earn(fold([sale(1000)]), agreed))[1:] == [(11, "floor", 400)]
    assert lines(earn(fold([sale(99_000)]), agreed))[1:] == [(8, "cap", -7900)]


def test_a_lead_is_bounded_as_an_order_is():
    agreed = terms(LEAD, SIGN_UP, floors=(FLOOR,), caps=(CAP,))
    assert lines(earn(fold([sale(0, event="lead")]), agreed)) == [(2, "lead", 700)]
    assert lines(earn(fold([sale(0, event="sign_up")]), agreed)) == [
        (3, "lead", 200), (9, "floor", 300),
    ]  # fmt: skip


def test_where_both_cannot_hold_the_cap_has_the_last_word():
    low = CAP.model_copy(update={"amount_minor": 450})
    earning = earn(fold([sale(1000)]), terms(TENTH, floors=(FLOOR,), caps=(low,)))
    assert lines(earning) == [(2, "percent", 100), (8, "floor", 400), (7, "cap", -50)]


def test_a_share_is_taken_of_the_whole_and_says_so():
    given = Circumstances(weights=(1, 1, 1), place=1)
    earning = earn(fold([sale(1000)]), terms(TENTH), given)
    assert lines(earning) == [(2, "percent", 100), (1, "share", -67)]
    assert (earning.lines[1].basis_minor, earning.lines[1].denominator) == (100, 3)


amounts = st.integers(0, 10**6)
weights = st.lists(st.integers(1, 1000), min_size=1, max_size=6)


@given(amounts, weights, st.integers(1, 10**6), st.integers(0, 3000), st.integers(0, 3000))
def test_with_equal_terms_the_parts_of_an_order_add_up(minor, shares, rate, least, most):
    agreed = terms(
        Percent(rate_ppm=rate),
        floors=(FLOOR.model_copy(update={"amount_minor": least + 1}),),
        caps=(CAP.model_copy(update={"amount_minor": least + most + 1}),),
    )
    state = fold([sale(minor)])
    parts = [
        earn(state, agreed, Circumstances(weights=tuple(shares), place=place))
        for place in range(len(shares))
    ]
    assert sum(part.amount_minor for part in parts) == earn(state, agreed).amount_minor
    for part in parts:
        assert part.amount_minor == sum(line.amount_minor for line in part.lines)


@given(amounts, st.integers(0, 100_000), st.integers(1, 100_000), st.integers(0, 100_000))
def test_floors_are_held_and_caps_never_exceeded(minor, least, more, back):
    agreed = terms(
        TENTH,
        floors=(FLOOR.model_copy(update={"amount_minor": least + 1}),),
        caps=(CAP.model_copy(update={"amount_minor": least + more}),),
    )
    amount_minor = earn(fold([sale(minor), refund(min(minor, back))]), agreed).amount_minor
    assert amount_minor == 0 or least + 1 <= amount_minor <= least + more


# ---- Rolling tiers -------------------------------------------------------------------------------


def rolling(measure="basis"):
    steps = TierStep(start=1000, rate_ppm=200_000), TierStep(start=3000, rate_ppm=300_000)
    tiers = Tiers(measure=measure, period=Rolling(days=30), mode="marginal", steps=steps)
    return terms(Percent(rate_ppm=100_000, tiers=tiers))


@pytest.mark.parametrize(
    ("before", "order_minor", "earned_minor"),
    [(0, 999, 100), (0, 1000, 100), (999, 2, 0), (500, 3000, 50 + 400 + 150), (5000, 100, 30)],
)
def test_an_order_is_paid_by_the_part_of_the_table_that_it_fills(before, order_minor, earned_minor):
    given = Circumstances(standings={2: before})
    assert earn(fold([sale(order_minor)]), rolling(), given).amount_minor == earned_minor


def test_by_number_of_orders_the_next_one_reaches_its_step():
    agreed = terms(
        Percent(
            rate_ppm=100_000,
            tiers=Tiers(
                measure="orders",
                period=Rolling(days=30),
                mode="marginal",
                steps=(TierStep(start=3, rate_ppm=200_000),),
            ),
        )
    )
    earned = [
        earn(fold([sale(1000)]), agreed, Circumstances(standings={2: before})).amount_minor
        for before in range(4)
    ]
    assert earned == [100, 100, 200, 200]


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=8))
def test_orders_one_after_the_other_fill_the_table_as_one_order_does(orders):
    exact = before = 0
    for minor in orders:
        given = Circumstances(standings={2: before})
        exact += earn(fold([sale(minor)]), rolling(), given).lines[0].numerator
        before += minor
    whole = earn(fold([sale(before)]), rolling(), Circumstances(standings={2: 0}))
    assert exact == whole.lines[0].numerator


def test_a_standing_belongs_to_its_version():
    inputs = Inputs(
        facts=(sale(1000),),
        touches=(click(2),),
        agreements=(agreement(terms=rolling()),),
        standings=(
            Standing(agreement="agr_par_ben_1", clause=2, counted_before=1000),
            Standing(agreement="agr_other", clause=2, counted_before=9000),
        ),
    )
    assert judge(inputs, BEN).amount_minor == 200


# ---- Renewals ------------------------------------------------------------------------------------


def renewal(number, at=ORDERED, **fields):
    started = datetime(2026, 1, 31, 12, tzinfo=UTC)
    base = {"event": "renewal", "renews": "L-1", "renews_at": started, "renewal": number, "at": at}
    return fold([sale(1000, **(base | fields))])


@pytest.mark.parametrize(
    ("number", "recurring", "found"),
    [
        (99, Recurring(), []),
        (3, Recurring(payments_max=3), []),
        (4, Recurring(payments_max=3), ["payments_max"]),
        (1, Recurring(payments_max=0), ["payments_max"]),
        (0, Recurring(payments_max=0), ["payments_max"]),
        (0, Recurring(payments_max=3), ["number_unknown"]),
        (0, Recurring(months_max=8), []),
        (9, Recurring(months_max=7), ["months_max"]),
    ],
)
def test_renewals_are_paid_as_often_and_as_long_as_agreed(number, recurring, found):
    earning = earn(renewal(number), terms(TENTH, recurring=recurring))
    assert reasons(earning) == found
    assert earning.amount_minor == (0 if found else 100)


def test_the_months_of_renewals_end_with_the_last_day_of_a_short_month():
    agreed = terms(TENTH, recurring=Recurring(months_max=1))
    end = datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert reasons(earn(renewal(1, end.replace(hour=11)), agreed)) == []
    assert reasons(earn(renewal(1, end), agreed)) == ["months_max"]
    assert reasons(earn(renewal(1, renews_at=None), agreed)) == ["start_unknown"]


def test_a_first_order_is_no_renewal():
    earning = earn(
        fold([sale(SHIRT, SOCKS, HAT)]), terms(TENTH, recurring=Recurring(payments_max=0))
    )
    assert earning.amount_minor == 1589
