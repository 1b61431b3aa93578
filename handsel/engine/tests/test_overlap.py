from datetime import timedelta

from handsel.engine.attribution import OWN_CHANNEL
from handsel.engine.journeys import Journey, Seen, conflicts, overlaps
from handsel.engine.tests.cast import BEN, CLEO, ORDERED

DINA = "par_dina"
HOUR = timedelta(hours=1)


def journey(order, *seen, credited=()):
    """`seen`: who and how many hours before the order."""
    touches = tuple(Seen(who, ORDERED - hours * HOUR) for who, hours in seen)
    return Journey(order, ORDERED, touches, frozenset(credited))


def test_a_pair_has_the_orders_both_touched():
    [pair] = overlaps(
        [
            journey("1", (BEN, 50), (CLEO, 2), credited=[CLEO]),
            journey("2", (BEN, 40), (CLEO, 30), (CLEO, 4), credited=[CLEO]),
            journey("3", (CLEO, 9), (BEN, 1), credited=[BEN]),
            journey("4", (CLEO, 9), (BEN, 1), credited=[BEN, CLEO]),
            journey("5", (CLEO, 9), (BEN, 1)),
            journey("6", (BEN, 1), credited=[BEN]),
        ]
    )
    assert (pair.one, pair.other, pair.orders) == (BEN, CLEO, 5)
    assert (pair.one_first, pair.one_won, pair.other_won) == (2, 1, 2)
    assert (pair.shared, pair.neither_won) == (1, 1)
    assert (pair.one_before, pair.other_before) == (HOUR, 3 * HOUR)


def test_who_never_won_came_at_no_time():
    [pair] = overlaps([journey("1", (BEN, 50), (CLEO, 2), credited=[CLEO])])
    assert pair.one_before is None


def test_three_on_one_order_are_three_pairs_and_the_busiest_comes_first():
    found = overlaps(
        [
            journey("1", (BEN, 3), (CLEO, 2), (DINA, 1), credited=[DINA]),
            journey("2", (CLEO, 2), (DINA, 1), credited=[DINA]),
        ]
    )
    assert [(pair.one, pair.other, pair.orders) for pair in found] == [
        (CLEO, DINA, 2),
        (BEN, CLEO, 1),
        (BEN, DINA, 1),
    ]
    assert (found[1].one_won, found[1].other_won, found[1].neither_won) == (0, 0, 1)


def test_against_the_brands_own_advertising_the_brand_is_the_one():
    late = "zoe"
    found = conflicts(
        overlaps(
            [
                journey("1", (BEN, 50), (OWN_CHANNEL, 2), credited=[BEN]),
                journey("2", (OWN_CHANNEL, 5), (late, 2), credited=[late]),
                journey("3", (BEN, 50), (CLEO, 2), credited=[CLEO]),
            ]
        )
    )
    assert {(pair.one, pair.other) for pair in found} == {(OWN_CHANNEL, "zoe"), (OWN_CHANNEL, BEN)}
    ben = next(pair for pair in found if pair.other == BEN)
    assert (ben.one_first, ben.other_won, ben.other_before) == (0, 1, 50 * HOUR)


def test_turning_a_pair_keeps_its_orders():
    """A partner whose name sorts before the brand's own: the pair is turned, nothing else."""
    partner = "aaa"
    [pair] = conflicts(
        overlaps(
            [
                journey("1", (partner, 50), (OWN_CHANNEL, 2), credited=[partner]),
                journey("2", (OWN_CHANNEL, 5), (partner, 2)),
                journey("3", (OWN_CHANNEL, 9), (partner, 2)),
            ]
        )
    )
    assert (pair.one, pair.other, pair.orders, pair.one_first) == (OWN_CHANNEL, partner, 3, 2)
    assert (pair.other_won, pair.one_won, pair.neither_won) == (1, 0, 2)
    assert pair.other_before == 50 * HOUR
