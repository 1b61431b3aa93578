"""How far rates by volume have come, at the edges of their steps."""

import pytest

from handsel.commissions.receipt.tiers import rolling_tiers
from handsel.engine.terms import Percent, Rolling, Terms, Tiers, TierStep
from handsel.engine.values import Step

TERMS = Terms(
    currency="EUR",
    pay=(
        Percent(
            rate_ppm=50_000,
            tiers=Tiers(
                period=Rolling(days=30),
                mode="marginal",
                steps=(TierStep(start=10_000, rate_ppm=70_000),),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("before", "basis", "rate_ppm", "missing", "fills"),
    [
        (0, 9_999, 50_000, 1, [9_999, 0]),
        (0, 10_000, 70_000, 0, [10_000, 0]),
        (9_000, 3_000, 70_000, 0, [10_000, 2_000]),
    ],
)
def test_an_order_adds_itself_to_what_had_counted(before, basis, rate_ppm, missing, fills):
    steps = (
        Step(code="standing", params={"clause": 2, "days": 30, "before_minor": before}),
        Step(code="tiers", params={"clause": 2, "basis_minor": basis}),
    )
    [tiers] = rolling_tiers(TERMS, steps)

    assert (tiers.volume, tiers.before) == (before + basis, before)
    assert (tiers.reached.rate_ppm, tiers.missing) == (rate_ppm, missing)
    assert [band.fills for band in tiers.bands] == fills


def test_an_order_that_no_rolling_rule_paid_has_none():
    assert rolling_tiers(TERMS, (Step(code="rule_not_met", params={"clause": 2}),)) == ()
