"""Models of credit, for reports only: nobody is paid by them.

First, last and linear are what the terms could say. Shapley in the form used here (Zhao, Mahboobi
and Bagheri, arXiv 1804.05327) gives each *distinct* channel of an order the same part: it is linear
over distinct touches. The Markov chain (Anderl et al. 2016) asks how many orders would be missing
if nobody ever came through a channel, by the transitions that were seen. None of them says what an
advertisement has caused; only an experiment does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from handsel.engine.journeys.paths import Path, channels_of

Model = Literal["first", "last", "linear", "markov", "shapley"]
MODELS: tuple[Model, ...] = ("first", "last", "linear", "markov", "shapley")
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Paths as columns. Of each step of each path: the path, from which state, to which state.

    States: 0 the start, then the channels in `channels`, then the order, then nothing. The steps
    to the last two are told apart by `conversions` and `nulls` of the path. `parts` are those of a
    single order of each path under the models that add up order by order.
    """

    channels: tuple[str, ...]
    conversions: Floats
    nulls: Floats
    step_path: Ints
    step_from: Ints
    step_to: Ints
    last: Ints
    parts: dict[Model, Floats]


def encoded(paths: Sequence[Path]) -> Encoded:
    channels = channels_of(paths)
    number = {channel: place for place, channel in enumerate(channels, start=1)}
    ways = [[number[channel] for channel in path.channels] for path in paths]
    steps = [
        (place, source, target)
        for place, way in enumerate(ways)
        for source, target in pairwise([0, *way])
    ]
    columns = np.array(steps, dtype=np.int64).reshape(-1, 3).T
    return Encoded(
        channels=tuple(channels),
        conversions=np.array([path.conversions for path in paths], dtype=np.float64),
        nulls=np.array([path.nulls for path in paths], dtype=np.float64),
        step_path=columns[0],
        step_from=columns[1],
        step_to=columns[2],
        last=np.array([way[-1] for way in ways], dtype=np.int64),
        parts=_parts(ways, len(channels)),
    )


def credit(data: Encoded, model: Model) -> Floats:
    """Orders credited to each channel; they add up to all orders."""
    if model == "markov":
        return markov(data).credit
    return data.conversions @ data.parts[model]


def _parts(ways: Sequence[Sequence[int]], size: int) -> dict[Model, Floats]:
    """A row for each path, a column for each channel; rows add up to one."""
    parts: dict[Model, Floats] = {
        model: np.zeros((len(ways), size)) for model in MODELS if model != "markov"
    }
    for place, way in enumerate(ways):
        parts["first"][place, way[0] - 1] = 1
        parts["last"][place, way[-1] - 1] = 1
        distinct = set(way)
        for channel in way:
            parts["linear"][place, channel - 1] += 1 / len(way)
        for channel in distinct:
            parts["shapley"][place, channel - 1] = 1 / len(distinct)
    return parts


@dataclass(frozen=True, slots=True)
class Markov:
    """`conversion_rate` of a journey that begins; `removal_effects`: which share of the orders
    would be missing without the channel."""

    conversion_rate: float
    removal_effects: Floats
    credit: Floats


def markov(data: Encoded) -> Markov:
    """The removal effect of every channel from one inverse, exactly.

    With N = (I − Q)⁻¹ the expected visits, b = N r the chance of an order from each state:
    effect = N[start, i] / N[i, i] x b[i] / b[start]. To remove a channel means that whoever would
    come to it buys nothing. A channel that follows itself changes nothing.
    """
    size = len(data.channels)
    conversions = float(data.conversions.sum())
    if not size or not conversions:
        return Markov(0.0, np.zeros(size), np.zeros(size))
    counts = _transitions(data)
    leaving = counts.sum(axis=1, keepdims=True)
    chances = np.divide(counts, leaving, out=np.zeros_like(counts), where=leaving > 0)
    transient = chances[: size + 1, : size + 1]
    visits = np.linalg.inv(np.eye(size + 1) - transient)
    orders = visits @ chances[: size + 1, size + 1]
    effects = visits[0, 1:] / np.diag(visits)[1:] * orders[1:] / orders[0]
    return Markov(
        conversion_rate=float(orders[0]),
        removal_effects=effects,
        credit=conversions * effects / effects.sum(),
    )


def _transitions(data: Encoded) -> Floats:
    """How often each state followed each: a square of start, channels, order and nothing."""
    states = len(data.channels) + 3
    weight = data.conversions + data.nulls
    where = [
        data.step_from * states + data.step_to,
        data.last * states + states - 2,
        data.last * states + states - 1,
    ]
    often = [weight[data.step_path], data.conversions, data.nulls]
    counts: Floats = np.bincount(
        np.concatenate(where), weights=np.concatenate(often), minlength=states * states
    ).astype(np.float64)
    return counts.reshape(states, states)


def ordered_shapley(paths: Sequence[Path]) -> dict[str, list[float]]:
    """Shapley, told apart by the place at which a channel first came: what it earned as first,
    second, third … of the distinct channels. The places of a channel add up to its credit.

    >>> ordered_shapley([Path(("a", "b", "a"), 4), Path(("b",), 1)])
    {'a': [2.0, 0.0], 'b': [1.0, 2.0]}
    """
    distinct = [tuple(dict.fromkeys(path.channels)) for path in paths]
    places = max(map(len, distinct), default=0)
    found = {channel: [0.0] * places for channel in channels_of(paths)}
    for path, way in zip(paths, distinct, strict=True):
        for place, channel in enumerate(way):
            found[channel][place] += path.conversions / len(way)
    return found
