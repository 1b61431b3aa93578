"""What a rule asks for: met, unmet, and not known."""

from datetime import timedelta

import pytest

from handsel.engine.commission import Inputs, judge
from handsel.engine.orders import GivenMetadata
from handsel.engine.terms import (
    AttributionTerms,
    Between,
    Fixed,
    Metadata,
    Percent,
    Terms,
    TimeBox,
    When,
)
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    HAT,
    ORDERED,
    SHIRT,
    SOCKS,
    agreement,
    cancellation,
    click,
    code,
    percent,
    refund,
    sale,
)

PHONE = {"country": "SE", "device": "phone", "source": "blog.trails.example", "link": "spring"}


def judged(terms, *facts, touches=()):
    touches = touches or (click(2, **PHONE),)
    inputs = Inputs(facts=facts, touches=touches, agreements=(agreement(terms=terms),))
    return judge(inputs, BEN)


def reasons(evaluation):
    return [s.params["reason"] for s in evaluation.steps if s.code == "rule_not_met"]


def outcome(when, *facts, touches=()):
    """What the conditions come to: "met", or the reason why they are not."""
    evaluation = judged(percent(100_000, **when), *facts, touches=touches)
    return next(iter(reasons(evaluation)), "met")


PLUS = (GivenMetadata(name="plan", value="plus"),)
RENEWAL = {"event": "renewal", "renews": "L-1", "renewal": 3}


@pytest.mark.parametrize(
    ("when", "order", "found"),
    [
        ({"countries": ("SE",)}, {}, "met"),
        ({"countries": ("SE",)}, {"country": "NO"}, "country_other"),
        ({"countries": ("NO",)}, {"country": "NO"}, "met"),
        ({"devices": ("phone", "tablet")}, {}, "met"),
        ({"devices": ("computer",)}, {}, "device_other"),
        ({"sources": ("trails.example",)}, {}, "met"),
        ({"sources": ("ails.example",)}, {}, "source_other"),
        ({"links": ("spring",)}, {}, "met"),
        ({"links": ("autumn",)}, {}, "link_other"),
        ({"codes": ("BEN10",)}, {}, "code_other"),
        ({"events": ("sale",)}, {}, "met"),
        ({"events": ("lead",)}, {}, "event_other"),
        ({"events": ("lead",)}, {"event": "lead"}, "met"),
        ({}, {"event": "lead"}, "event_other"),
        ({}, {"event": "sign_up"}, "event_other"),
        ({}, RENEWAL, "met"),
        ({"renewals": Between(least=1, most=3)}, RENEWAL, "met"),
        ({"renewals": Between(least=4)}, RENEWAL, "renewal_other"),
        ({"renewals": Between(most=0)}, {}, "met"),
        ({"renewals": Between(least=1)}, {"event": "renewal"}, "renewal_unknown"),
        ({"order_minor": Between(least=10_000)}, {}, "met"),
        ({"order_minor": Between(most=9_999)}, {}, "order_size"),
        ({"metadata": (Metadata(name="plan", values=("plus", "max")),)}, {"metadata": PLUS}, "met"),
        (
            {"metadata": (Metadata(name="plan", values=("max",)),)},
            {"metadata": PLUS},
            "metadata_other",
        ),
        ({"metadata": (Metadata(name="plan", values=("plus",)),)}, {}, "metadata_unknown"),
        ({"any_of": (When(countries=("NO",)), When(devices=("phone",)))}, {}, "met"),
        (
            {"any_of": (When(countries=("NO",)), When(devices=("computer",)))},
            {},
            "no_alternative",
        ),
        ({"none_of": (When(countries=("NO",)),)}, {}, "met"),
        ({"none_of": (When(countries=("SE",)),)}, {}, "ruled_out"),
        # All members of a nested condition must hold, too.
        ({"none_of": (When(countries=("SE",), devices=("computer",)),)}, {}, "met"),
        ({"none_of": (When(none_of=(When(countries=("SE",)),)),)}, {}, "met"),
        ({"any_of": (When(events=("lead",)), When(customer="new"))}, {"event": "lead"}, "met"),
    ],
)
def test_conditions_are_met_or_say_why_not(when, order, found):
    assert outcome(when, sale(10_000, **order)) == found


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ({"countries": ("SE",)}, "country_unknown"),
        ({"devices": ("phone",)}, "device_unknown"),
        ({"sources": ("trails.example",)}, "source_unknown"),
        ({"links": ("spring",)}, "link_unknown"),
    ],
)
def test_what_is_not_known_meets_no_condition(when, reason):
    assert outcome(when, sale(10_000), touches=(click(2),)) == reason
    assert outcome({"none_of": (When(**when),)}, sale(10_000), touches=(click(2),)) == "met"


def test_a_code_of_the_partner_on_the_order_meets_a_condition_whatever_its_letters():
    touches = click(2, CLEO), code(reference="Ben10")
    assert outcome({"codes": ("BEN10",)}, sale(10_000), touches=touches) == "met"


def test_with_a_code_the_partners_last_click_is_asked_for_the_rest():
    touches = code(), click(3, **PHONE), click(5, link="autumn"), click(1, CLEO, link="cleos")
    assert outcome({"links": ("spring",)}, sale(10_000), touches=touches) == "met"
    assert outcome({"links": ("cleos",)}, sale(10_000), touches=touches) == "link_other"


def test_it_is_the_credited_click_that_is_asked_and_no_later_one():
    first = AttributionTerms(model="first_click")
    terms = percent(100_000, links=("spring",)).model_copy(update={"attribution": first})
    touches = click(5, link="spring"), click(1, link="autumn")
    assert judged(terms, sale(10_000), touches=touches).amount_minor == 1000


def test_a_click_that_does_not_count_tells_nothing():
    touches = code(), click(3, **PHONE, forged=True)
    assert outcome({"links": ("spring",)}, sale(10_000), touches=touches) == "link_unknown"


def test_the_size_of_an_order_is_what_is_left_of_it():
    facts = sale(10_000), refund(1)
    assert outcome({"order_minor": Between(least=10_000)}, *facts) == "order_size"


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("box", "found"),
    [
        (TimeBox(since=ORDERED), []),
        (TimeBox(since=ORDERED + HOUR), ["too_early"]),
        (TimeBox(until=ORDERED), ["too_late"]),
        (TimeBox(since=ORDERED - HOUR, until=ORDERED + HOUR), []),
    ],
)
def test_a_rule_for_some_time_asks_for_the_orders_time(box, found):
    terms = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000, valid=box),))
    assert reasons(judged(terms, sale(10_000))) == found


def test_nested_conditions_are_asked_of_one_article_at_a_time():
    terms = percent(
        100_000, any_of=(When(skus=("HAT",), customer="new"), When(categories=("socks",)))
    )
    evaluation = judged(terms, sale(SHIRT, SOCKS, HAT))
    assert evaluation.amount_minor == 249
    fresh = judged(terms, sale(SHIRT, SOCKS, HAT, customer_is_new=True))
    assert fresh.amount_minor == 649


def test_a_fixed_amount_follows_the_articles_of_its_nested_conditions():
    rule = Fixed(amount_minor=500, currency="EUR", when=When(none_of=(When(skus=("SOCK",)),)))
    terms = Terms(currency="EUR", pay=(rule,))
    assert judged(terms, sale(SHIRT, SOCKS)).amount_minor == 500
    assert reasons(judged(terms, sale(SOCKS))) == ["ruled_out"]
    assert reasons(judged(terms, sale(SHIRT), cancellation())) == ["nothing_left"]
