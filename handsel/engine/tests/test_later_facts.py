"""What facts say since orders may be leads and renewals, and what of it others may see."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from pydantic import ValidationError

from handsel.engine.commission import Inputs, Standing, judge
from handsel.engine.orders import BoughtFact, ChannelVisit, GivenMetadata, fold
from handsel.engine.proof import disclose
from handsel.engine.terms import AttributionTerms, Cap, Metadata, Percent, Recurring, Terms, When
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    DAY,
    ORDERED,
    SECRET,
    agreement,
    click,
    percent,
    sale,
)
from handsel.engine.tests.sealed import COMMISSION
from handsel.engine.values import canonical, parse

MAIL = ChannelVisit(channel="newsletter", at=ORDERED - DAY)
ADS = ChannelVisit(channel="ads", at=ORDERED - 2 * DAY)


def field(name, value):
    return GivenMetadata(name=name, value=value)


def test_each_free_field_is_what_its_strongest_source_says_in_any_order():
    pixel = sale(
        100,
        event_id="pixel",
        trust="browser",
        country="NO",
        channels=(MAIL,),
        metadata=(field("plan", "forged"),),
    )
    postback = sale(
        100, event_id="postback", trust="postback", country="SE", metadata=(field("plan", "max"),)
    )
    shop = sale(100, metadata=(field("tier", "gold"), field("size", "L")))
    postback = postback.model_copy(update={"metadata": (*postback.metadata, field("size", "M"))})
    for facts in permutations([pixel, postback, shop]):
        state = fold(facts)
        assert state.country == "SE"
        assert state.metadata == (
            field("plan", "max"),
            field("size", "L"),
            field("tier", "gold"),
        )
        assert state.channels == (MAIL,)
    assert fold([pixel, shop.model_copy(update={"channels": (ADS,)})]).channels == (ADS,)


def test_the_first_purchase_of_a_leads_customer_is_the_one_that_counts():
    lead = sale(0, event="lead")
    names = ("order", "source", "trust", "occurred_at", "updated_at", "recorded_at")
    told: dict[str, Any] = {name: getattr(lead, name) for name in names}
    bought = [
        BoughtFact(
            **told | {"fact_id": f"fct_{n}", "event_id": f"b{n}", "occurred_at": ORDERED + n * DAY}
        )
        for n in (3, 1, 2)
    ]
    assert fold([lead, *bought]).bought_at == ORDERED + DAY
    assert fold([lead]).bought_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"renews": "L-1"},
        {"renewal": 2},
        {"renews_at": ORDERED - timedelta(days=30), "event": "lead"},
        {"country": "Sweden"},
        {"metadata": (field("plan", "a"), field("plan", "b"))},
        {"event": "donation"},
    ],
)
def test_facts_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        sale(100, **wrong)


def test_what_a_fact_does_not_say_leaves_no_trace_in_what_is_signed():
    plain = sale(100)
    assert b"metadata" not in canonical(plain)
    told = sale(100, event="renewal", renews="L-1", renewal=2)
    assert b'"renewal":2' in canonical(told)
    assert b"channels" not in canonical(told)
    assert parse(type(told), canonical(told)) == told


def test_only_free_fields_that_the_partners_own_terms_ask_about_are_disclosed():
    asks = percent(100_000, any_of=(When(metadata=(Metadata(name="plan", values=("max",)),)),))
    rivals = percent(100_000, metadata=(Metadata(name="margin", values=("high",)),))
    inputs = Inputs(
        facts=(sale(1000, metadata=(field("plan", "max"), field("margin", "high"))),),
        touches=(click(2), click(5, CLEO)),
        agreements=(agreement(terms=asks), agreement(CLEO, terms=rivals)),
        standings=(
            Standing(agreement="agr_par_ben_1", clause=2, counted_before=5),
            Standing(agreement="agr_par_cleo_1", clause=2, counted_before=7),
        ),
    )
    shown = disclose(inputs, BEN, COMMISSION, SECRET)

    assert [getattr(fact, "metadata", ()) for fact in shown.facts] == [(field("plan", "max"),)]
    assert [one.agreement for one in shown.standings] == ["agr_par_ben_1"]
    assert judge(shown, BEN) == judge(
        inputs.model_copy(update={"touches": shown.touches, "agreements": shown.agreements}), BEN
    )
    assert judge(shown, BEN).amount_minor == 100


def test_better_at_once_compares_what_is_left_after_every_bound():
    older = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),))
    newer = Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=200_000),),
        caps=(Cap(per="order", amount_minor=900, currency="EUR"),),
        attribution=AttributionTerms(better_at_once=True),
    )
    versions = agreement(terms=older, until=10), agreement(terms=newer, number=2, since=10)

    def paid(minor):
        inputs = Inputs(facts=(sale(minor),), touches=(click(11),), agreements=versions)
        found = judge(inputs, BEN)
        return found.amount_minor, found.agreement

    assert paid(8000) == (900, "agr_par_ben_2")
    assert paid(9000) == (900, "agr_par_ben_1")
    assert paid(9500) == (950, "agr_par_ben_1")


def test_nobody_is_paid_where_the_brands_own_mail_led_to_the_order():
    channel = click(
        1, partnership="own_channel", kind="channel", reference="newsletter", touch_id="tch_mail"
    )
    first = AttributionTerms(precedence=("channel", "code", "click"))
    terms = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),), attribution=first)
    inputs = Inputs(
        facts=(sale(1000, channels=(MAIL,)),),
        touches=(click(2), channel),
        agreements=(agreement(terms=terms),),
    )
    found = judge(inputs, BEN)
    assert found.amount_minor == 0
    assert found.steps[-1].params == {"reason": "own_channel"}


def test_a_renewal_is_paid_by_the_version_of_the_first_order_and_as_that_says():
    older = Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        recurring=Recurring(payments_max=2),
    )
    versions = (
        agreement(terms=older, until=10),
        agreement(terms=percent(50_000), number=2, since=10),
    )
    bound = click(90, kind="renewal", touch_id="tch_first", reference="L-1", binds="agr_par_ben_1")

    def paid(number):
        fact = sale(1000, event="renewal", renews="L-1", renewal=number)
        inputs = Inputs(facts=(fact,), touches=(bound, click(2)), agreements=versions)
        found = judge(inputs, BEN)
        return found.amount_minor, found.agreement

    assert paid(2) == (100, "agr_par_ben_1")
    assert paid(3) == (0, "agr_par_ben_1")
