from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handsel.engine.agreements import in_force
from handsel.engine.attribution import attribute, sequence_of
from handsel.engine.terms import AttributionTerms, Percent, Terms
from handsel.engine.tests.cast import BEN, CLEO, ORDERED, WOOL, agreement, click, code

BOTH = agreement(BEN), agreement(CLEO)
BETTER = Terms(
    currency="EUR",
    attribution=AttributionTerms(better_at_once=True),
    pay=(Percent(rate_ppm=120_000),),
)


def verdicts(*touches, agreements=BOTH):
    found = attribute(touches, ORDERED, agreements)
    return [verdict.code for verdict in found.verdicts]


def credit(*touches, agreements=BOTH):
    found = attribute(touches, ORDERED, agreements).credits
    return found[0] if found else None


@pytest.mark.parametrize(
    ("touches", "codes"),
    [
        ([], []),
        ([click(6)], ["credited"]),
        ([click(6), click(5, CLEO)], ["earlier_than_last", "credited"]),
        ([click(6), click(5)], ["earlier_than_last", "credited"]),
        ([click(30)], ["credited"]),
        ([click(30.0001)], ["outside_window"]),
        ([click(0)], ["credited"]),
        ([click(-1)], ["after_order"]),
        ([click(6, forged=True)], ["click_forged"]),
        ([click(6, forged=True), click(9, CLEO)], ["credited", "click_forged"]),
        ([click(6, "par_unknown")], ["partnership_not_active"]),
        ([click(201)], ["partnership_not_active"]),
        ([click(1, CLEO), code()], ["code_wins", "credited"]),
        ([click(1), code()], ["binds_terms", "credited"]),
        ([click(2), click(1), code()], ["code_wins", "binds_terms", "credited"]),
        ([click(1), code("par_unknown")], ["credited", "partnership_not_active"]),
        ([code(), code(CLEO, sequence=1)], ["earlier_than_last", "credited"]),
        ([code(sequence=1), code(CLEO)], ["earlier_than_last", "credited"]),
        ([code(occurred_at=ORDERED + timedelta(seconds=5))], ["credited"]),
        ([code(occurred_at=ORDERED - timedelta(days=300))], ["credited"]),
        (
            [code(occurred_at=ORDERED - timedelta(days=2)), click(1, CLEO)],
            ["credited", "code_wins"],
        ),
        ([click(6, standing="outside_window")], ["outside_window"]),
        ([click(99, "other", standing="eligible"), click(100)], ["outside_window", "credited"]),
    ],
)
def test_every_touch_gets_its_reason(touches, codes):
    assert verdicts(*touches) == codes


def test_the_window_is_that_of_the_agreement_at_the_click():
    short = WOOL.model_copy(update={"attribution": AttributionTerms(window_days=7)})
    versions = agreement(until=10), agreement(terms=short, number=2, since=10)

    assert verdicts(click(11), agreements=versions) == ["credited"]
    assert verdicts(click(9), agreements=versions) == ["outside_window"]
    params = attribute([click(9)], ORDERED, versions).verdicts[0].params
    assert params == {"window_days": 7}


def test_a_click_takes_the_terms_in_force_at_the_click():
    versions = agreement(until=10), agreement(number=2, since=10)

    found = credit(click(11), agreements=versions)

    assert (found.agreement, found.because) == ("agr_par_ben_1", "in_force_at_click")
    assert found.also is None


def test_a_code_takes_the_terms_in_force_at_the_order():
    versions = agreement(until=10), agreement(number=2, since=10)

    found = credit(code(), click(11, CLEO), agreements=(*versions, agreement(CLEO)))

    assert (found.agreement, found.because) == ("agr_par_ben_2", "in_force_at_order")


def test_a_code_with_a_click_takes_the_terms_in_force_at_the_click():
    versions = agreement(until=10), agreement(number=2, since=10)

    found = credit(code(), click(11), agreements=versions)

    assert (found.touch_id, found.agreement) == ("tch_par_ben_code", "agr_par_ben_1")
    assert found.because == "in_force_at_click"


def test_a_click_counts_after_the_partnership_has_ended():
    found = credit(click(11), agreements=[agreement(until=10)])
    assert found.agreement == "agr_par_ben_1"


def test_better_at_once_names_both_versions():
    versions = agreement(until=10), agreement(terms=BETTER, number=2, since=10)

    assert credit(click(11), agreements=versions).also == "agr_par_ben_2"
    assert credit(click(9), agreements=versions).also is None


def test_a_version_is_in_force_from_its_start_up_to_its_end():
    first, second = agreement(since=20, until=10), agreement(number=2, since=10)
    end = second.valid_from

    assert in_force([first, second], BEN, end) == second
    assert in_force([first, second], BEN, end - timedelta(microseconds=1)) == first
    assert in_force([first, second], BEN, first.valid_from) == first
    assert in_force([first, second], CLEO, end) is None
    assert in_force([first], BEN, end) is None


def test_a_period_ends_after_its_start():
    with pytest.raises(ValidationError, match="valid_until"):
        agreement(since=1, until=2)


def test_an_offer_that_waits_for_its_signature_is_in_force():
    offer = agreement().model_copy(update={"accepted_at": None})
    assert verdicts(click(6), agreements=[offer]) == ["credited"]


def test_touches_have_ids_of_their_own():
    with pytest.raises(ValueError, match="same touch_id"):
        attribute([click(1), click(1)], ORDERED, BOTH)


def test_a_sequence_fits_and_depends_on_the_click_alone():
    assert click(1, sequence=sequence_of("a")).sequence == sequence_of("a") != sequence_of("b")


partnerships = st.sampled_from([BEN, CLEO, "par_unknown"])
clicks = st.builds(
    lambda days, who, forged, place: click(
        days, who, forged=forged, sequence=place, touch_id=f"tch_{place}"
    ),
    st.integers(-2, 40),
    partnerships,
    st.booleans(),
    st.integers(0, 2**31),
)
codes = st.builds(
    lambda who, place: code(who, sequence=place, touch_id=f"tch_code_{place}"),
    partnerships,
    st.integers(0, 9),
)
journeys = st.lists(clicks | codes, max_size=8, unique_by=lambda t: t.touch_id)


@given(journeys, st.randoms(use_true_random=False))
def test_arrival_does_not_matter_and_at_most_one_touch_is_credited(touches, random):
    found = attribute(touches, ORDERED, BOTH)
    random.shuffle(touches)

    assert attribute(touches, ORDERED, BOTH) == found
    assert len(found.verdicts) == len(touches)
    credited = [v.touch_id for v in found.verdicts if v.code == "credited"]
    assert credited == [c.touch_id for c in found.credits]


@given(journeys)
def test_someone_is_credited_whenever_a_touch_was_eligible(touches):
    found = attribute(touches, ORDERED, BOTH)
    lost = {"credited", "binds_terms", "code_wins", "earlier_than_last"}
    assert bool(found.credits) == any(v.code in lost for v in found.verdicts)
