"""Where clicks, orders and amounts meet the edges of windows, tiers and numbers."""

from datetime import timedelta

import pytest

from handsel.engine.orders import fold
from handsel.engine.replay import HistoryWriter, PastOrder, Replay, as_agreed, as_proposed, compare
from handsel.engine.replay.compared import confidence
from handsel.engine.terms import Percent, Terms, Tiers, TierStep
from handsel.engine.tests.cast import BEN, CLEO, ORDERED, agreement, click, code, percent, sale
from handsel.engine.tests.test_precedence import terms as credited_by

SINCE, UNTIL = ORDERED - timedelta(days=11), ORDERED + timedelta(days=18)
# Of methods: 5, 7, 9 and 12 % from 0, 1,000, 5,000 and 20,000.
STEPS = ((100_000, 70_000), (500_000, 90_000), (2_000_000, 120_000))


def tiered(mode):
    steps = tuple(TierStep(start=start, rate_ppm=rate) for start, rate in STEPS)
    tiers = Tiers(period="month", mode=mode, steps=steps)
    return Terms(currency="EUR", pay=(Percent(rate_ppm=50_000, tiers=tiers),))


def ordered(paid_minor=10_000, touches=(), at=ORDERED, name="L-1"):
    fact = sale(paid_minor, event_id=name, at=at, order=name)
    return PastOrder(fold([fact]), tuple(touches))


def replayed(orders, versions):
    writer = HistoryWriter()
    for order in orders:
        writer.add(order)
    history = writer.history()
    return Replay(history).under(as_agreed(versions, history), SINCE, UNTIL)


def earned(outcome):
    names, paid = outcome.paid.history.partnerships, outcome.paid
    return [
        (names[whose], int(amount))
        for whose, amount in zip(paid.credits.partnership, paid.amount_minor, strict=True)
    ]


@pytest.mark.parametrize(("mode", "total"), [("retroactive", 54_000), ("marginal", 42_000)])
def test_a_month_of_six_thousand_is_paid_as_the_table_says(mode, total):
    orders = [
        ordered(200_000, [code(touch_id=name)], ORDERED + timedelta(days=day), name)
        for day, name in enumerate(("L-1", "L-2", "L-3"))
    ]
    found = replayed(orders, [agreement(terms=tiered(mode))])

    assert [amount for _, amount in earned(found)] == [10_000, 10_000, 10_000]
    [period] = found.settlements.found
    assert sum(amount for _, amount in earned(found)) + period.amount_minor == total


def test_a_click_of_exactly_the_windows_age_counts_and_a_moment_older_does_not():
    versions = [agreement(terms=credited_by(window_days=7))]
    late = click(7, occurred_at=ORDERED - timedelta(days=7, microseconds=1))

    assert earned(replayed([ordered(touches=[click(7)])], versions)) == [(BEN, 1_000)]
    assert earned(replayed([ordered(touches=[late])], versions)) == []


def test_behind_a_click_that_has_run_out_an_older_one_with_a_longer_window_is_found():
    versions = [
        agreement(terms=credited_by(window_days=1)),
        agreement(CLEO, terms=credited_by(window_days=30)),
    ]
    touches = [click(2), click(3, CLEO)]

    assert earned(replayed([ordered(touches=touches)], versions)) == [(CLEO, 1_000)]


def test_of_two_clicks_of_one_moment_the_higher_place_wins():
    versions = [agreement(terms=percent(100_000)), agreement(CLEO, terms=percent(100_000))]
    touches = [click(1, sequence=9), click(1, CLEO, sequence=3)]

    assert earned(replayed([ordered(touches=touches)], versions)) == [(BEN, 1_000)]


def test_a_click_at_the_very_moment_of_the_order_counts():
    versions = [agreement(terms=percent(100_000))]
    assert earned(replayed([ordered(touches=[click(0)])], versions)) == [(BEN, 1_000)]


def test_amounts_beyond_64_bits_are_computed_one_by_one():
    huge = 2**45
    found = replayed([ordered(huge, [click(1)])], [agreement(terms=percent(100_000))])

    assert earned(found) == [(BEN, round(huge / 10))]
    assert found.singly == 1


def test_other_rates_use_the_credits_that_were_decided_already():
    writer = HistoryWriter()
    writer.add(ordered(touches=[click(1)]))
    history = writer.history()
    replay = Replay(history)
    versions = [agreement(terms=percent(100_000))]
    now = replay.under(as_agreed(versions, history), SINCE, UNTIL)
    then = replay.under(as_proposed(versions, history, percent(150_000), {BEN}), SINCE, UNTIL)

    assert then.paid.credits is now.paid.credits
    assert (earned(now), earned(then)) == ([(BEN, 1_000)], [(BEN, 1_500)])


def test_a_comparison_adds_up_by_partner_and_by_month():
    writer = HistoryWriter()
    for name, who, day in (("L-1", BEN, 0), ("L-2", CLEO, 1), ("L-3", CLEO, 2)):
        touch = code(who, touch_id=name)
        writer.add(ordered(touches=[touch], at=ORDERED + timedelta(days=day), name=name))
    history = writer.history()
    versions = [agreement(terms=percent(100_000)), agreement(CLEO, terms=percent(50_000))]
    agreed = as_agreed(versions, history)
    terms = percent(70_000)
    now = Replay(history).under(agreed, SINCE, UNTIL)
    proposed = as_proposed(versions, history, terms, {BEN, CLEO})
    then = Replay(history).under(proposed, SINCE, UNTIL)
    found = compare(now, then, terms, versions=agreed)

    assert (found.now_minor, found.then_minor) == (2_000, 2_100)
    assert sum(one.change_minor for one in found.partners) == found.change_minor == 100
    assert sum(one.then_minor for one in found.months) == found.then_minor
    assert (found.gaining, found.losing) == (1, 1)
    assert "too_few_months" in [step.code for step in found.assumptions]


def test_confidence_is_drawn_in_blocks_and_always_the_same():
    changes = [500, -200, 100, 300, -100, 50, 700, 20]
    first, again = confidence(changes), confidence(changes)

    assert first == again
    assert first is not None
    assert first.low_minor < sum(changes) < first.high_minor
    assert confidence(changes[:5]) is None
