"""Models of credit against published and independent values."""

from collections.abc import Iterable
from itertools import chain, combinations, pairwise
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.engine.journeys import (
    MODELS,
    Path,
    conversions_through,
    credit,
    encoded,
    gathered,
    lumped,
    markov,
    ordered_shapley,
    shares_of,
)

# Bryl, "Attribution model with R", analyzecore.com, 3 August 2016: also the test of
# JesseCastro/markovattribution.
PUBLISHED = [
    Path(("C1", "C2", "C3"), 1),
    Path(("C1",), 0, 1),
    Path(("C2", "C3"), 0, 1),
]
CHANNELS = ("a", "b", "c", "d")
paths = st.lists(
    st.builds(
        Path,
        st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=5).map(tuple),
        st.integers(1, 9),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=8,
)


def by_channel(found, model):
    data = encoded(gathered(found))
    return dict(zip(data.channels, credit(data, model).tolist(), strict=True))


def test_markov_gives_the_published_removal_effects():
    found = markov(encoded(PUBLISHED))

    assert found.conversion_rate == pytest.approx(1 / 3)
    assert found.removal_effects == pytest.approx([0.5, 1, 1])
    assert found.credit == pytest.approx([0.2, 0.4, 0.4])


def test_markov_without_a_channel_is_what_is_left_of_the_chain():
    """The effect is one minus the rate of the chain whose channel leads to nothing."""
    assert 1 / 3 * (1 - markov(encoded(PUBLISHED)).removal_effects[0]) == pytest.approx(1 / 6)


@given(paths)
def test_the_chain_buys_as_often_as_was_seen(found):
    conversions = sum(path.conversions for path in found)
    journeys = conversions + sum(path.nulls for path in found)
    assert markov(encoded(gathered(found))).conversion_rate == pytest.approx(conversions / journeys)


@settings(max_examples=40, deadline=None)
@given(paths)
def test_markov_equals_chains_from_which_each_channel_was_taken_out(found):
    data = encoded(gathered(found))
    whole = _rate(found)
    effects = [1 - _rate(found, without=channel) / whole for channel in data.channels]

    assert markov(data).removal_effects == pytest.approx(effects)


def _rate(found: Iterable[Path], without: str = "") -> float:
    """The chance of an order by walking the chain until nothing moves: no inverse."""
    steps: dict[str, dict[str, float]] = {}
    for path in found:
        way = ["start", *path.channels]
        for source, target in pairwise(way):
            _add(steps, source, target, path.conversions + path.nulls)
        _add(steps, way[-1], "order", path.conversions)
        _add(steps, way[-1], "nothing", path.nulls)
    chance = dict.fromkeys(steps, 0.0) | {"order": 1.0, "nothing": 0.0}
    for _ in range(2000):
        for state, targets in steps.items():
            total = sum(targets.values())
            chance[state] = (
                0.0
                if state == without
                else sum(often / total * chance[target] for target, often in targets.items())
            )
    return chance["start"]


def _add(steps: dict[str, dict[str, float]], source: str, target: str, often: int) -> None:
    targets = steps.setdefault(source, {})
    targets[target] = targets.get(target, 0.0) + often


@given(paths)
def test_a_channel_that_follows_itself_changes_no_effect(found):
    twice = [
        Path(
            tuple(chain.from_iterable((channel, channel) for channel in p.channels)),
            p.conversions,
            p.nulls,
        )
        for p in found
    ]
    assert markov(encoded(twice)).removal_effects == pytest.approx(
        markov(encoded(found)).removal_effects
    )


@given(paths)
def test_shapley_equals_the_formula_over_all_coalitions(found):
    channels = sorted({channel for path in found for channel in path.channels})

    def worth(coalition: set[str]) -> int:
        return sum(path.conversions for path in found if set(path.channels) <= coalition)

    for channel, said in by_channel(found, "shapley").items():
        others = [other for other in channels if other != channel]
        exact = 0.0
        for size in range(len(others) + 1):
            weight = factorial(size) * factorial(len(others) - size) / factorial(len(channels))
            for some in combinations(others, size):
                exact += weight * (worth({*some, channel}) - worth(set(some)))
        assert said == pytest.approx(exact)


@given(paths)
def test_every_model_gives_away_all_orders_and_no_more(found):
    for model in MODELS:
        given_away = by_channel(found, model)
        assert sum(given_away.values()) == pytest.approx(sum(p.conversions for p in found))
        assert min(given_away.values()) >= -1e-9


@given(paths)
def test_the_places_of_a_channel_add_up_to_its_shapley_credit(found):
    placed = ordered_shapley(found)
    assert {channel: sum(parts) for channel, parts in placed.items()} == pytest.approx(
        by_channel(found, "shapley")
    )


def test_first_last_and_linear_are_what_they_say():
    found = [Path(("a", "b", "a", "c"), 4), Path(("b",), 1)]

    assert by_channel(found, "first") == {"a": 4, "b": 1, "c": 0}
    assert by_channel(found, "last") == {"a": 0, "b": 1, "c": 4}
    assert by_channel(found, "linear") == pytest.approx({"a": 2, "b": 2, "c": 1})
    assert by_channel(found, "shapley") == pytest.approx({"a": 4 / 3, "b": 7 / 3, "c": 4 / 3})


def test_intervals_hold_the_share_repeat_and_narrow_with_the_orders():
    few = [Path(("a", "b"), 6, 30), Path(("b",), 4, 10), Path(("a",), 5, 10)]
    many = [Path(path.channels, 100 * path.conversions, 100 * path.nulls) for path in few]

    assert shares_of(few) == shares_of(few)
    for model in MODELS:
        for share, surer in zip(shares_of(few)[model], shares_of(many)[model], strict=True):
            assert 0 <= share.low <= share.share <= share.high <= 1
            assert surer.high - surer.low < (share.high - share.low) / 3
            assert surer.share == pytest.approx(share.share)


def test_nine_of_ten_intervals_hold_the_truth():
    """Journeys drawn from known chances; last-click shares are binomial, so the truth is known."""
    random = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        orders = int(random.binomial(400, 0.3))
        [first, _] = shares_of([Path(("a",), orders), Path(("b",), 400 - orders)], draws=200)[
            "last"
        ]
        held += first.low <= 0.3 <= first.high
    assert 165 <= held <= 195


def test_without_orders_there_are_no_shares():
    assert shares_of([Path(("a",), 0, 9)])["markov"] == []
    assert shares_of([]) == {model: [] for model in MODELS}


def test_what_is_rare_goes_by_its_kind_and_no_order_is_lost():
    found = [
        Path(("big",), 60),
        Path(("big", "small"), 3),
        Path(("small", "tiny"), 2, 5),
        Path(("tiny",), 1),
    ]
    by_kind = lumped(found, lambda channel: "blogs", least=50)
    assert by_kind == [
        Path(("big",), 60),
        Path(("big", "blogs"), 3),
        Path(("blogs",), 1),
        Path(("blogs", "blogs"), 2, 5),
    ]
    assert conversions_through(by_kind) == {"big": 63, "blogs": 6}
    assert "big" not in conversions_through(lumped(found, lambda channel: "blogs", least=64))
