import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.terms import (
    AttributionTerms,
    Fixed,
    Hold,
    Percent,
    Terms,
    TermsAmbiguous,
    TermsCurrencyMixed,
    When,
    differences,
    digest,
    read,
    sentences,
)
from handsel.engine.terms.schema import PATH, schema_text
from handsel.engine.tests.cast import WOOL
from handsel.engine.values import Malformed, canonical

TEN = Percent(rate_ppm=100_000)


def pay(*rules):
    return Terms(currency="EUR", pay=rules)


def leaves(data):
    if isinstance(data, dict):
        return [leaf for member in data.values() for leaf in leaves(member)]
    return [data]


def test_the_published_schema_is_made_from_the_models():
    assert PATH.read_text(encoding="utf-8") == schema_text(), (
        "Write it again: python -m handsel.engine.terms.schema"
    )


def test_what_is_not_said_has_a_documented_default():
    terms = read(b'{"currency":"EUR","pay":[{"kind":"percent","rate_ppm":100000}]}')

    assert terms.attribution.window_days == 30
    assert not any(terms.basis.model_dump().values())
    assert terms.hold.days == 30


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bonus": 1}, "bonus"),
        ({"currency": "XXX"}, "currency"),
        ({"schema_version": 2}, "schema_version"),
        ({"pay": []}, "pay"),
        ({"pay": [{"kind": "percent", "rate_ppm": 0}]}, "pay.0.rate_ppm"),
        ({"pay": [{"kind": "percent", "rate_ppm": 1_000_001}]}, "pay.0.rate_ppm"),
        ({"hold": {"days": -1}}, "hold.days"),
        ({"attribution": {"window_days": 0}}, "attribution.window_days"),
    ],
)
def test_nonsense_is_refused_with_its_field(change, field):
    data = json.loads(canonical(WOOL)) | change
    with pytest.raises(Malformed) as refusal:
        read(json.dumps(data))
    assert refusal.value.field == field


def test_a_bonus_in_another_currency_is_refused():
    with pytest.raises(TermsCurrencyMixed) as refusal:
        pay(TEN, Fixed(amount_minor=300, currency="SEK"))
    assert refusal.value.field == "pay.1.currency"
    assert refusal.value.message == "§3 is in SEK, the terms are in EUR."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (When(), When()),
        (When(customer="new"), When(customer="new")),
        (When(skus=("A", "B")), When(skus=("B", "C"))),
        (When(skus=("A",), customer="new"), When(skus=("A",), customer="new")),
    ],
)
def test_two_rules_for_the_same_article_are_refused_by_name(one, other):
    with pytest.raises(TermsAmbiguous) as refusal:
        pay(Percent(rate_ppm=1, when=one), Percent(rate_ppm=2, when=other))
    assert refusal.value.params == {"first": 2, "second": 3}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (When(), When(customer="new")),
        (When(customer="new"), When(customer="returning")),
        (When(skus=("A",)), When(skus=("B",))),
        (When(skus=("A",)), When(categories=("shirts",))),
    ],
)
def test_rules_that_differ_in_rank_or_never_meet_stand_together(one, other):
    assert pay(Percent(rate_ppm=1, when=one), Percent(rate_ppm=2, when=other))


def test_fixed_amounts_may_add_up():
    bonus = Fixed(amount_minor=100, currency="EUR")
    assert pay(bonus, bonus)


def test_every_field_is_said_by_a_clause():
    terms = Terms(
        currency="EUR",
        attribution=AttributionTerms(window_days=41, better_at_once=True),
        pay=(
            Percent(rate_ppm=77_777, when=When(skus=("S",), categories=("C",), customer="new")),
            Fixed(amount_minor=333, currency="EUR"),
        ),
        hold=Hold(days=17, starts="delivery"),
    )
    said = [value for clause in sentences(terms) for value in clause.params.values()]
    missing = [
        value
        for value in leaves(json.loads(canonical(terms)))
        if value not in said and value not in ([["S"], ["C"]], 1) and not isinstance(value, list)
    ]
    assert missing == []
    assert [clause.number for clause in sentences(terms)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_one_changed_value_changes_the_digest():
    other = WOOL.model_copy(update={"hold": Hold(days=31)})
    assert digest(other) != digest(WOOL)
    assert digest(read(canonical(WOOL))) == digest(WOOL)


def test_differences_name_what_changed_and_nothing_else():
    new = Terms(
        currency="EUR",
        attribution=AttributionTerms(window_days=45),
        pay=(Percent(rate_ppm=120_000), Percent(rate_ppm=130_000, when=When(skus=("A",)))),
    )
    found = [(d.code, d.params.get("old"), d.params.get("new")) for d in differences(WOOL, new)]
    assert found == [
        ("changed", 30, 45),
        ("rate_changed", 95_000, 120_000),
        ("rule_added", None, 130_000),
        ("rule_removed", 300, None),
    ]
    assert differences(new, new) == []


rules = st.one_of(
    st.builds(Percent, rate_ppm=st.integers(1, 500_000)),
    st.builds(Fixed, amount_minor=st.integers(1, 999), currency=st.just("EUR")),
)


@given(rules, rules, st.integers(1, 90), st.integers(1, 90))
def test_terms_differ_exactly_when_their_digests_do(one, other, one_days, other_days):
    a = Terms(currency="EUR", pay=(one,), hold=Hold(days=one_days))
    b = Terms(currency="EUR", pay=(other,), hold=Hold(days=other_days))
    assert (differences(a, b) == []) == (digest(a) == digest(b))
