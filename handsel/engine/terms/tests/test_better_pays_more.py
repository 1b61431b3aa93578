"""What a comparison calls better never pays less, whatever is sold; what is worse, never more.

Lines are rounded once each, so that articles that move to a rule of their own may shift an amount
by less than a unit for each rule.
"""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from handsel.engine.earning import earn
from handsel.engine.orders import fold
from handsel.engine.terms import (
    Basis,
    Between,
    Cap,
    Excluded,
    Fixed,
    Floor,
    Percent,
    Terms,
    TermsAmbiguous,
    When,
    differences,
    effect_of,
)
from handsel.engine.tests.cast import HAT, SHIRT, SOCKS, sale

EUR: Any = {"currency": "EUR"}
LINES = [
    line.model_copy(update={"discount_minor": 100, "tax_minor": 200})
    for line in (HAT, SHIRT, SOCKS)
]


def limit(kind, amount_minor):
    return kind(per="order", amount_minor=amount_minor, **EUR)


few_skus = st.sampled_from([(), ("HAT",), ("SHIRT",), ("HAT", "SHIRT")])
whens = st.builds(
    When,
    customer=st.sampled_from([None, "new", "returning"]),
    skus=few_skus,
    categories=st.sampled_from([(), ("socks",), ("hats", "socks")]),
    order_minor=st.sampled_from([None, Between(least=5_000), Between(most=4_999)]),
    none_of=st.sampled_from([(), (When(skus=("HAT",)),)]),
)
amounts = st.integers(1, 4_000)
rules = st.one_of(
    st.builds(Percent, rate_ppm=st.integers(1, 500_000), when=whens),
    st.builds(
        Fixed,
        amount_minor=amounts,
        currency=st.just("EUR"),
        per=st.sampled_from(["order", "item"]),
        when=whens,
    ),
    whens.filter(lambda when: when != When()).map(lambda when: Excluded(when=when)),
)
pays = st.lists(rules, min_size=1, max_size=4).map(tuple)
sections = st.fixed_dictionaries(
    {
        "basis": st.builds(Basis, with_tax=st.booleans(), before_discounts=st.booleans()),
        "caps": st.one_of(st.just(()), amounts.map(lambda most: (limit(Cap, most),))),
        "floors": st.one_of(st.just(()), amounts.map(lambda least: (limit(Floor, least),))),
    }
)
orders = st.builds(
    lambda lines, is_new, shipping: fold(
        [sale(*lines, customer_is_new=is_new, shipping_minor=shipping)]
    ),
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True),
    st.sampled_from([None, True, False]),
    st.sampled_from([0, 500]),
)


def made(pay, given_sections):
    try:
        return Terms(currency="EUR", pay=pay, **given_sections)
    except TermsAmbiguous:
        return None


@st.composite
def versions(draw):
    """Terms, and terms that differ in little: a rule more, less or otherwise, or a section."""
    pay, given_sections = draw(pays), draw(sections)
    turn = draw(st.sampled_from(["add", "remove", "rate", "section"]))
    place = draw(st.integers(0, len(pay) - 1))
    changed, new_sections = pay, given_sections
    if turn == "add":
        changed = (*pay, draw(rules))
    elif turn == "remove":
        changed = pay[:place] + pay[place + 1 :]
    elif turn == "rate" and isinstance(pay[place], Percent):
        rate = pay[place].model_copy(update={"rate_ppm": draw(st.integers(1, 500_000))})
        changed = (*pay[:place], rate, *pay[place + 1 :])
    else:
        new_sections = draw(sections)
    old, new = made(pay, given_sections), made(changed, new_sections) if changed else None
    assume(old is not None and new is not None and old != new)
    return old, new


def lost_minor(old, new, order, effect):
    """How much less the better of two versions pays."""
    better, worse = (new, old) if effect == "better" else (old, new)
    return earn(order, worse).amount_minor - earn(order, better).amount_minor


@given(versions(), orders)
def test_better_never_pays_less_and_worse_never_more(pair, order):
    old, new = pair
    effect = effect_of(differences(old, new))
    assume(effect != "depends")

    assert lost_minor(old, new, order, effect) < max(len(old.pay), len(new.pay))


def test_the_comparison_would_be_caught_if_it_were_careless():
    """A rule for hats that pays less is no gain, though it is one more: the control."""
    old = made((Percent(rate_ppm=100_000),), {})
    new = made((Percent(rate_ppm=100_000), Percent(rate_ppm=1_000, when=When(skus=("HAT",)))), {})

    assert lost_minor(old, new, fold([sale(HAT)]), "better") > 1
    assert effect_of(differences(old, new)) == "depends"
