import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.attribution import OWN_CHANNEL
from handsel.engine.commission import Inputs, judge
from handsel.engine.orders import ChannelVisit, OrderFact
from handsel.engine.proof import disclose
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    ORDERED,
    SECRET,
    agreement,
    click,
    code,
    percent,
    sale,
)
from handsel.engine.tests.sealed import COMMISSION, SALE, raw
from handsel.engine.values import canonical


def disclosed(inputs, partnership=BEN, commission=COMMISSION):
    return disclose(inputs, partnership, commission, SECRET)


def test_nothing_names_another_partner_or_its_terms():
    text = canonical(disclosed(raw(SALE))).decode().lower()

    assert "ben10" in text
    for secret in ("cleo", "250000", "click-cleo"):
        assert secret in canonical(raw(SALE)).decode().lower()
        assert secret not in text


def test_of_a_rival_the_kind_the_time_and_the_standing_remain():
    rival = next(t for t in disclosed(raw(SALE)).touches if t.partnership != BEN)

    assert rival.model_dump(exclude={"touch_id", "partnership", "occurred_at"}) == {
        "kind": "click",
        "sequence": 0,
        "reference": "",
        "forged": False,
        "standing": "eligible",
    }
    assert rival.occurred_at == raw(SALE).touches[2].occurred_at


def test_a_rival_keeps_one_name_in_a_commission_and_has_another_in_the_next():
    touches = click(1, CLEO), click(2, CLEO), click(3)
    inputs = Inputs(facts=(SALE,), touches=touches, agreements=(agreement(), agreement(CLEO)))

    def names(commission):
        found = disclosed(inputs, commission=commission).touches
        return {t.partnership for t in found if t.partnership != BEN}

    assert len(names(COMMISSION)) == 1
    assert names(COMMISSION).isdisjoint(names("com_another"))


def test_only_the_versions_that_matter_are_shown():
    shown = disclosed(raw(SALE)).agreements
    assert [(version.partnership, version.number) for version in shown] == [(BEN, 2)]


def test_the_codes_and_clicks_of_an_order_are_ours_only():
    (fact,) = disclosed(raw(SALE)).facts
    assert isinstance(fact, OrderFact)
    assert (fact.codes, fact.click_ids) == (("BEN10",), ("click-ben",))


def test_of_the_brands_own_channels_only_the_time_is_told():
    visit = ChannelVisit(channel="search ads, autumn", at=ORDERED)
    seen = click(1, OWN_CHANNEL, kind="channel", reference=visit.channel, touch_id="tch_ads")
    order = sale(9400, channels=(visit,))
    inputs = Inputs(facts=(order,), touches=(click(2), seen), agreements=(agreement(),))
    text = canonical(disclosed(inputs)).decode()

    assert "autumn" in canonical(inputs).decode()
    assert "autumn" not in text
    assert [touch.kind for touch in disclosed(inputs).touches] == ["click", "channel"]
    assert [v.code for v in judge(disclosed(inputs), BEN).verdicts] == ["credited", "own_channel"]


@pytest.mark.parametrize("partnership", [BEN, CLEO])
def test_disclosing_twice_changes_nothing(partnership):
    once = disclosed(raw(SALE), partnership)
    assert disclosed(raw(SALE), partnership) == once


partnerships = st.sampled_from([BEN, CLEO, "par_dina"])
clicks = st.builds(
    lambda days, who, forged, place: click(
        days, who, forged=forged, sequence=place, touch_id=f"tch_{place}"
    ),
    st.integers(-1, 40),
    partnerships,
    st.booleans(),
    st.integers(0, 2**31),
)
codes = st.builds(
    lambda who, place: code(who, sequence=place, touch_id=f"tch_code_{place}"),
    partnerships,
    st.integers(0, 9),
)
journeys = st.lists(
    clicks | codes,
    max_size=7,
    unique_by=(lambda t: t.touch_id, lambda t: (t.occurred_at, t.sequence)),
)


@given(journeys, partnerships)
def test_disclosed_inputs_give_the_same_amount_and_the_same_reasons(touches, partnership):
    agreements = (
        agreement(BEN, until=9),
        agreement(BEN, percent(70_000), number=2, since=9),
        agreement(CLEO, percent(30_000)),
    )
    inputs = Inputs(facts=(sale(9999),), touches=tuple(touches), agreements=agreements)

    full = judge(inputs, partnership)
    shown = judge(disclosed(inputs, partnership), partnership)

    assert (shown.amount_minor, shown.credit) == (full.amount_minor, full.credit)
    assert (shown.lines, shown.steps) == (full.lines, full.steps)
    assert [v.code for v in shown.verdicts] == [v.code for v in full.verdicts]
