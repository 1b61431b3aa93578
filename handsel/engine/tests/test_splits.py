from collections.abc import Callable
from math import sqrt
from random import Random

import pytest

from handsel.engine.splits import ALPHA, Seen, decide, interval

Judge = Callable[[list[Seen], int], bool]

DAYS = 60
CLICKS_A_DAY = 150


def ours(seen: list[Seen], day: int) -> bool:
    return decide(seen, days=day).winner is not None


def read_daily(seen: list[Seen], day: int) -> bool:
    """The control: the usual test for one look (z above 1.96), read every day."""
    a, b = seen
    pooled = (a.conversions + b.conversions) / (a.clicks + b.clicks)
    spread = sqrt(pooled * (1 - pooled) * (1 / a.clicks + 1 / b.clicks))
    return day >= 7 and spread > 0 and abs(a.rate - b.rate) / spread > 1.96


def decided(judge: Judge, rates: tuple[float, ...], *, seed: int) -> list[int | None]:
    """In each of 1,000 splits, the day on which it was decided."""
    random = Random(seed)
    return [_one(judge, rates, random) for _ in range(1_000)]


def _one(judge: Judge, rates: tuple[float, ...], random: Random) -> int | None:
    conversions = [0] * len(rates)
    for day in range(1, DAYS + 1):
        for n, rate in enumerate(rates):
            # A day's conversions, as the normal law has them: quick, and near enough.
            mean = CLICKS_A_DAY * rate
            conversions[n] += max(0, round(random.gauss(mean, sqrt(mean * (1 - rate)))))
        seen = [
            Seen(name, day * CLICKS_A_DAY, k) for name, k in zip("abcd", conversions, strict=False)
        ]
        if judge(seen, day):
            return day
    return None


def share(days: list[int | None]) -> float:
    return sum(day is not None for day in days) / len(days)


@pytest.mark.parametrize("rates", [(0.03, 0.03), (0.1, 0.1), (0.03,) * 4])
def test_looking_daily_finds_a_winner_among_equals_at_most_as_often_as_promised(
    rates: tuple[float, ...],
) -> None:
    assert share(decided(ours, rates, seed=1)) <= ALPHA


def test_the_control_finds_winners_among_equals_all_the_time() -> None:
    assert share(decided(read_daily, (0.03, 0.03), seed=1)) > 3 * ALPHA


@pytest.mark.parametrize(("rates", "found"), [((0.03, 0.045), 0.9), ((0.03, 0.03, 0.05), 0.9)])
def test_a_real_difference_is_found(rates: tuple[float, ...], found: float) -> None:
    assert share(decided(ours, rates, seed=2)) >= found


def test_what_wins_is_the_better_one() -> None:
    assert decide([Seen("a", 4000, 190), Seen("b", 4000, 120)], days=14).winner == "a"
    assert decide([Seen("a", 4000, 120), Seen("b", 4000, 190)], days=14).winner == "b"


@pytest.mark.parametrize(
    ("seen", "days", "reason"),
    [
        ([Seen("a", 4000, 120), Seen("b", 4000, 190)], 6, "too_early"),
        ([Seen("a", 40, 1), Seen("b", 40, 12)], 30, "too_few"),
        ([Seen("a", 0, 0), Seen("b", 900, 60)], 30, "too_few"),
        ([Seen("a", 900, 30), Seen("b", 900, 33)], 30, "undecided"),
        ([Seen("a", 900, 30), Seen("b", 900, 33)], 90, "no_difference"),
        ([Seen("a", 0, 0), Seen("b", 0, 0)], 1, "too_early"),
    ],
)
def test_it_says_why_there_is_no_winner(seen: list[Seen], days: int, reason: str) -> None:
    decision = decide(seen, days=days)

    assert (decision.reason, decision.winner) == (reason, None)


def test_equals_have_no_leader() -> None:
    assert decide([Seen("a", 900, 30), Seen("b", 900, 30)], days=30).leader is None


def test_two_good_ones_of_three_are_not_decided_between() -> None:
    seen = [Seen("a", 9000, 100), Seen("b", 9000, 400), Seen("c", 9000, 405)]

    assert decide(seen, days=30).reason == "undecided"


def test_the_interval_holds_the_rate_and_narrows() -> None:
    low, high = interval(Seen("a", 100, 3))
    narrow_low, narrow_high = interval(Seen("a", 10_000, 300))

    assert low < narrow_low < 0.03 < narrow_high < high
    assert interval(Seen("a", 0, 0)) == (0.0, 1.0)
