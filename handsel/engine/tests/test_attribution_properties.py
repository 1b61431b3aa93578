"""What holds of every journey."""

from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.attribution import OWN_CHANNEL, attribute
from handsel.engine.commission import Inputs, judge
from handsel.engine.money import split
from handsel.engine.proof import disclose
from handsel.engine.terms.sections import DEFAULT_PRECEDENCE
from handsel.engine.tests import first_edition
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    ORDERED,
    SECRET,
    agreement,
    click,
    code,
    refund,
    sale,
)
from handsel.engine.tests.test_precedence import DINA, terms, touch

WHO = st.sampled_from([BEN, CLEO, DINA])
PLACES = st.integers(0, 2**31)


def named(made):
    """Touches with ids and places of their own, as the real ones have."""
    return [
        one.model_copy(update={"touch_id": f"tch_{place}", "sequence": place})
        for place, one in enumerate(made)
    ]


clicks = st.builds(click, st.integers(-1, 40) | st.just(0.0001), WHO, forged=st.booleans())
codes = st.builds(code, WHO)
fixed = st.builds(
    lambda who, kind, days, weight: touch(
        kind, who, days, reference="MUG", binds=f"agr_{who}_1", weight=weight
    ),
    WHO,
    st.sampled_from(["renewal", "manual"]),
    st.integers(0, 2),
    st.integers(1, 3),
)
bound = st.builds(
    lambda who, kind, days: touch(kind, who, days, reference="MUG"),
    WHO,
    st.sampled_from(["sku", "customer", "lifetime"]),
    st.integers(0, 60),
)
ads = st.builds(
    lambda days: touch("channel", OWN_CHANNEL, days, reference="ads"), st.integers(-1, 60)
)
usual = st.lists(clicks | codes, max_size=8).map(named)
journeys = st.lists(clicks | clicks | clicks | codes | bound | ads | fixed, max_size=9).map(named)


@st.composite
def rules(draw):
    ranks = draw(st.permutations([*DEFAULT_PRECEDENCE, "channel"]))
    precedence = tuple(ranks[: draw(st.integers(3, 6))])
    asked = [rank for rank in precedence if rank in ("code", "click")]
    return {
        "precedence": precedence,
        "code_precedence": "click_before_code"
        if asked == ["click", "code"]
        else "code_before_click",
        "model": draw(
            st.sampled_from(["last_click", "first_click", "linear", "position", "time_decay"])
        ),
        "introducer_floor_ppm": draw(st.sampled_from([0, 150_000, 500_000])),
        "stand_down_s": draw(st.sampled_from([0, 60])),
        "lifetime_days": draw(st.sampled_from([0, 30, None])),
        "owned_skus": draw(st.sampled_from([(), ("MUG",)])),
        "window_days": draw(st.sampled_from([7, 30])),
    }


agreements = st.tuples(rules(), rules(), rules()).map(
    lambda three: [
        agreement(who, terms=terms(**own))
        for who, own in zip((BEN, CLEO, DINA), three, strict=True)
    ]
)


@given(usual)
def test_under_the_usual_terms_an_order_is_credited_as_in_the_first_edition(touches):
    versions = [agreement(BEN), agreement(CLEO, until=5), agreement(CLEO, number=2, since=5)]
    found = attribute(touches, ORDERED, versions)
    before = first_edition.attribute(touches, ORDERED, versions)

    assert (found.credits, found.verdicts) == (before.credits, before.verdicts)
    assert found.steps == ()


@given(journeys, agreements, st.randoms(use_true_random=False))
def test_the_order_of_arrival_decides_nothing(touches, versions, random):
    found = attribute(touches, ORDERED, versions)
    random.shuffle(touches)
    random.shuffle(versions)
    assert attribute(touches, ORDERED, versions) == found


@given(journeys, agreements)
def test_each_partnership_has_one_credit_with_a_weight_and_a_credited_touch(touches, versions):
    found = attribute(touches, ORDERED, versions)

    partnerships = [credit.partnership for credit in found.credits]
    assert len(set(partnerships)) == len(partnerships)
    assert all(credit.weight > 0 for credit in found.credits)
    assert {v.touch_id for v in found.verdicts if v.code == "credited"} == {
        credit.touch_id for credit in found.credits
    }
    assert len(found.verdicts) == len(touches)
    assert bool(found.credits) is (found.decided_by not in (None, "channel"))


@given(journeys, agreements, st.integers(0, 10**9))
def test_the_parts_of_a_shared_amount_add_up(touches, versions, amount_minor):
    weights = [credit.weight for credit in attribute(touches, ORDERED, versions).credits]
    if weights:
        assert sum(split(amount_minor, weights)) == amount_minor
        assert sum(weights) < 2**53


@given(journeys, agreements)
def test_the_runner_up_is_another_partner(touches, versions):
    found = attribute(touches, ORDERED, versions)
    whose = {one.touch_id: one.partnership for one in touches}
    assert whose.get(found.runner_up) not in [credit.partnership for credit in found.credits]


@given(journeys, agreements, WHO)
def test_a_partner_recomputes_its_own_share_from_what_it_may_see(touches, versions, who):
    inputs = Inputs(facts=(sale(9400),), touches=tuple(touches), agreements=tuple(versions))
    seen = disclose(inputs, who, "com_1", SECRET)
    full = attribute(inputs.touches, ORDERED, inputs.agreements)
    own = attribute(seen.touches, ORDERED, seen.agreements)

    assert own.credit_of(who) == full.credit_of(who)
    assert [credit.weight for credit in own.credits] == [credit.weight for credit in full.credits]
    assert [verdict.code for verdict in own.verdicts] == [v.code for v in full.verdicts]
    assert [step.code for step in own.steps] == [step.code for step in full.steps]
    assert all(v.partnership == who for v in seen.agreements)


def test_the_version_a_renewal_is_bound_to_is_shown_though_it_is_long_over():
    versions = (agreement(until=90), agreement(number=2, since=90))
    bound = touch("renewal", BEN, 30, binds="agr_par_ben_1")
    inputs = Inputs(facts=(sale(9400),), touches=(bound,), agreements=versions)

    seen = disclose(inputs, BEN, "com_1", SECRET)
    [credit] = attribute(seen.touches, ORDERED, seen.agreements).credits
    assert credit.agreement in [version.agreement for version in seen.agreements]


@given(journeys, agreements, WHO)
def test_a_partner_recomputes_what_it_earns_from_what_it_may_see(touches, versions, who):
    facts = (sale(9400, customer_is_new=True), refund(1201))
    inputs = Inputs(facts=facts, touches=tuple(touches), agreements=tuple(versions))
    full = judge(inputs, who)
    own = judge(disclose(inputs, who, "com_1", SECRET), who)

    assert (own.amount_minor, own.lines, own.hold_until) == (
        full.amount_minor,
        full.lines,
        full.hold_until,
    )
    assert [step.code for step in own.steps] == [step.code for step in full.steps]


@given(journeys, rules(), st.integers(1, 10**7))
def test_under_equal_terms_the_partners_together_earn_what_one_would(touches, shared, paid_minor):
    versions = [agreement(who, terms=terms(**shared)) for who in (BEN, CLEO, DINA)]
    inputs = Inputs(facts=(sale(paid_minor),), touches=tuple(touches), agreements=tuple(versions))
    earned = [judge(inputs, who).amount_minor for who in (BEN, CLEO, DINA)]
    alone = inputs.model_copy(update={"touches": (code(touch_id="alone"),)})
    found = attribute(inputs.touches, ORDERED, inputs.agreements)

    if found.credits:
        named = terms(**shared | {"precedence": ("code",), "code_precedence": "code_before_click"})
        whole = alone.model_copy(update={"agreements": (agreement(BEN, terms=named),)})
        assert sum(earned) == judge(whole, BEN).amount_minor
    else:
        assert earned == [0, 0, 0]
