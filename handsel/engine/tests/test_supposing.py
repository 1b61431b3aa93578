"""What if? The engine's own answer, on inputs that differ in one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine import supposing
from handsel.engine.commission import Inputs, Standing, judge
from handsel.engine.orders import RefundLine
from handsel.engine.terms import Fixed, Percent, Rolling, Terms, Tiers, TierStep, When
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    HAT,
    NEW,
    SHIRT,
    WOOL,
    agreement,
    click,
    code,
    known_customer,
    percent,
    refund,
    sale,
)


def inputs(*facts, touches=(), agreements=(), standings=()):
    return Inputs(
        facts=facts or (sale(SHIRT, HAT, customer_is_new=True),),
        touches=touches or (click(6),),
        agreements=agreements or (agreement(),),
        standings=standings,
    )


def earned(supposed):
    return judge(supposed, BEN).amount_minor


def test_without_the_code_the_click_is_credited_and_its_version_applies():
    clicked_under = agreement(terms=percent(50_000), until=1)
    later = agreement(terms=percent(80_000), number=2, since=1)
    given_ = inputs(touches=(code(),), agreements=(clicked_under, later))
    with_click = inputs(touches=(click(6), code()), agreements=(clicked_under, later))

    assert earned(given_) == 1072
    assert earned(supposing.without_touch(given_, code().touch_id)) == 0
    assert earned(supposing.without_touch(with_click, code().touch_id)) == 670


def test_without_the_winning_click_somebody_else_is_credited():
    given_ = inputs(touches=(click(2), click(6, CLEO, standing="eligible")))
    without = judge(supposing.without_touch(given_, click(2).touch_id), BEN)

    assert without.amount_minor == 0
    assert without.steps[-1].params["reason"] == "another_touch"


@pytest.mark.parametrize(
    "facts",
    [
        (sale(SHIRT, customer_is_new=True),),
        (sale(SHIRT), known_customer(True)),
        (sale(SHIRT, customer_is_new=False), known_customer(True)),
    ],
)
def test_a_returning_customer_whoever_said_that_it_is_new(facts):
    assert earned(inputs(*facts)) == 893 + 300
    assert earned(supposing.with_customer(inputs(*facts), is_new=False)) == 893
    assert earned(supposing.with_customer(inputs(*facts), is_new=True)) == 893 + 300


def test_a_day_later_the_click_is_too_old():
    on_the_last_day = inputs(touches=(click(30),))

    assert earned(on_the_last_day) > 0
    assert earned(supposing.later(on_the_last_day, 1)) == 0


def test_a_day_later_a_code_is_under_the_next_version():
    now = agreement(terms=percent(50_000), until=-0.5)
    then = agreement(terms=percent(80_000), number=2, since=-0.5)
    known = inputs(touches=(code(),), agreements=(now,))

    assert earned(known) == 670
    assert earned(supposing.later(known, 1, [now, then])) == 1072


def test_a_day_later_what_had_gone_back_has_gone_back():
    given_ = inputs(
        sale(SHIRT, HAT), refund(4000, lines=(RefundLine(line_id="hat", amount_minor=4000),))
    )

    assert earned(supposing.later(given_, 1)) == earned(given_) == 893


def test_another_country():
    terms = Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=50_000),
            Percent(rate_ppm=100_000, when=When(countries=("SE",))),
        ),
    )
    given_ = inputs(sale(SHIRT, country="NO"), agreements=(agreement(terms=terms),))

    assert earned(given_) == 470
    assert earned(supposing.in_country(given_, "SE")) == 940


def test_an_article_sent_back_takes_what_is_left_of_it():
    partly = refund(1000, lines=(RefundLine(line_id="hat", amount_minor=1000),))
    given_ = inputs(sale(SHIRT, HAT), partly)

    assert earned(given_) == 1178
    assert earned(supposing.sent_back(given_, "hat")) == 893


def test_under_other_terms_and_their_window():
    short = percent(100_000).model_copy(
        update={"attribution": WOOL.attribution.model_copy(update={"window_days": 5})}
    )

    assert earned(supposing.under(inputs(), BEN, percent(100_000))) == 1340
    assert earned(supposing.under(inputs(), BEN, short)) == 0


def rolling(days, rate_ppm=50_000):
    tiers = Tiers(
        period=Rolling(days=days),
        mode="marginal",
        steps=(TierStep(start=10_000, rate_ppm=100_000),),
    )
    return Percent(rate_ppm=rate_ppm, tiers=tiers)


def test_rolling_tiers_begin_where_they_began_only_if_the_other_terms_measure_the_same():
    terms = Terms(currency="EUR", pay=(rolling(30),))
    known = agreement(terms=terms)
    standing = Standing(agreement=known.agreement, clause=2, counted_before=10_000)
    given_ = inputs(sale(SHIRT), agreements=(known,), standings=(standing,))
    fixed = Fixed(amount_minor=1, currency="EUR", when=NEW)
    same = Terms(currency="EUR", pay=(fixed, rolling(30, 60_000)))
    other = Terms(currency="EUR", pay=(rolling(60, 60_000),))

    assert earned(given_) == 940
    assert earned(supposing.under(given_, BEN, same)) == 940
    assert earned(supposing.under(given_, BEN, other)) == 564


@given(st.integers(0, 400), st.booleans(), st.integers(1, 60))
def test_what_does_not_differ_earns_the_same(days, is_new, back):
    """The control of all these: to suppose what is the case changes nothing."""
    given_ = inputs(sale(SHIRT, HAT, customer_is_new=is_new), touches=(click(back),))

    assert earned(supposing.with_customer(given_, is_new=is_new)) == earned(given_)
    assert earned(supposing.in_country(given_, "")) == earned(given_)
    assert earned(supposing.under(given_, BEN, WOOL)) == earned(given_)
    assert (earned(supposing.later(given_, days)) == 0) is (days + back > 30)
