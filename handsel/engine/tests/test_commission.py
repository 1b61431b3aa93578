import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.attribution import Attribution, Credit
from handsel.engine.commission import EVALUATION_VERSION, Inputs, evaluate, judge
from handsel.engine.orders import fold
from handsel.engine.terms import AttributionTerms, Fixed, Terms
from handsel.engine.tests.cast import BEN, CLEO, agreement, click, code, percent, refund, sale

ONE_CLICK = (click(6),)
ONE_AGREEMENT = (agreement(),)


def inputs(*facts, touches=ONE_CLICK, agreements=ONE_AGREEMENT):
    return Inputs(facts=facts, touches=touches, agreements=agreements)


def better(terms):
    return terms.model_copy(update={"attribution": AttributionTerms(better_at_once=True)})


def steps(evaluation, code):
    return [step.params for step in evaluation.steps if step.code == code]


def test_a_credited_partner_earns_and_sees_every_step():
    found = judge(inputs(sale(10_000, customer_is_new=True)), BEN)

    assert found.amount_minor == 1250
    assert found.agreement == "agr_par_ben_1"
    assert found.evaluation_version == EVALUATION_VERSION
    assert [step.code for step in found.steps] == [
        "order", "terms", "article", "shipping", "counts", "percent", "fixed", "total", "hold",
    ]  # fmt: skip


def test_the_runner_up_earns_nothing_and_is_told_why():
    evidence = inputs(
        sale(10_000),
        touches=(click(6), click(5, CLEO)),
        agreements=(agreement(), agreement(CLEO)),
    )
    found = judge(evidence, BEN)

    assert (found.amount_minor, found.credit, found.agreement) == (0, None, None)
    assert steps(found, "not_credited") == [{"reason": "another_touch"}]
    assert [verdict.code for verdict in found.verdicts] == ["earlier_than_last", "credited"]


def test_an_order_nobody_brought_is_unattributed():
    found = judge(inputs(sale(10_000), touches=(click(99),)), BEN)
    assert steps(found, "not_credited") == [{"reason": "no_eligible_touch"}]
    assert found.verdicts[0].code == "outside_window"


def test_after_a_refund_the_same_terms_give_what_is_left():
    before = judge(inputs(sale(10_000, customer_is_new=True)), BEN)
    after = judge(inputs(sale(10_000, customer_is_new=True), refund(5000)), BEN)

    assert (before.amount_minor, after.amount_minor) == (1250, 775)


def versions(old, new):
    return agreement(terms=old, until=10), agreement(terms=new, number=2, since=10)


def test_new_terms_never_change_older_clicks():
    agreements = versions(percent(100_000), percent(120_000))
    found = judge(inputs(sale(10_000), touches=(click(11),), agreements=agreements), BEN)
    assert found.amount_minor == 1000


def test_better_at_once_pays_the_higher_of_both_versions():
    agreements = versions(percent(100_000), better(percent(120_000)))
    found = judge(inputs(sale(10_000), touches=(click(11),), agreements=agreements), BEN)

    assert (found.amount_minor, found.agreement) == (1200, "agr_par_ben_2")
    assert steps(found, "better_at_once")[0]["older_minor"] == 1000
    assert steps(found, "terms")[0]["because"] == "better_at_once"


def test_better_at_once_never_pays_less():
    agreements = versions(percent(100_000), better(percent(80_000)))
    found = judge(inputs(sale(10_000), touches=(click(11),), agreements=agreements), BEN)

    assert (found.amount_minor, found.agreement) == (1000, "agr_par_ben_1")
    assert steps(found, "terms")[0]["because"] == "in_force_at_click"


def test_of_equal_amounts_the_version_of_the_click_is_named():
    agreements = versions(percent(100_000), better(percent(100_000)))
    found = judge(inputs(sale(10_000), touches=(click(11),), agreements=agreements), BEN)
    assert found.agreement == "agr_par_ben_1"


def test_a_browser_alone_does_not_verify_an_order():
    found = judge(inputs(sale(10_000, trust="browser")), BEN)
    assert steps(found, "order")[0]["is_verified"] is False


def test_the_credited_agreement_must_be_given():
    credit = Credit(touch_id="t", partnership=BEN, agreement="agr_x", because="in_force_at_click")
    attribution = Attribution(credits=(credit,), verdicts=())
    with pytest.raises(ValueError, match="missing"):
        evaluate(fold([sale(1000)]), attribution, [agreement()], BEN)


rates = st.integers(1, 500_000)


@given(rates, rates, st.integers(0, 10**7), st.integers(0, 10**7), st.booleans())
def test_better_at_once_is_the_maximum_whatever_is_refunded(old, new, sold, back, fixed_old):
    plain = percent(old)
    if fixed_old:
        plain = Terms(currency="EUR", pay=(Fixed(amount_minor=old, currency="EUR"),))
    facts = sale(sold), refund(min(sold, back))
    single = [
        judge(inputs(*facts, agreements=(agreement(terms=terms),)), BEN).amount_minor
        for terms in (plain, percent(new))
    ]
    agreements = versions(plain, better(percent(new)))

    found = judge(inputs(*facts, touches=(click(11), code()), agreements=agreements), BEN)

    assert found.amount_minor == max(single)
