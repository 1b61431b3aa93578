"""How sure the models are: the same report of journeys drawn again from those that were seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from handsel.engine.journeys.models import MODELS, Encoded, Floats, Model, credit, encoded
from handsel.engine.journeys.paths import Path, gathered

DRAWS = 200
# The middle nine tenths of what the draws give.
LOW, HIGH = 5.0, 95.0
# Draws repeat from run to run, so that a report does not flicker.
SEED = 20_260_912


@dataclass(frozen=True, slots=True)
class Share:
    """Of all orders: the share a model gives a channel, and the range it may as well have had."""

    channel: str
    share: float
    low: float
    high: float


def shares_of(paths: Sequence[Path], *, draws: int = DRAWS) -> dict[Model, list[Share]]:
    """The shares of each model, the channels by name. Without orders there are none."""
    data = encoded(gathered(paths))
    if not data.conversions.sum():
        return {model: [] for model in MODELS}
    drawn = _drawn(data, draws)
    found: dict[Model, list[Share]] = {}
    for model in MODELS:
        said = _normal(credit(data, model))
        again = np.array([_normal(credit(one, model)) for one in drawn])
        low, high = np.percentile(again, [LOW, HIGH], axis=0)
        found[model] = [
            Share(channel, float(said[place]), float(low[place]), float(high[place]))
            for place, channel in enumerate(data.channels)
        ]
    return found


def _drawn(data: Encoded, draws: int) -> list[Encoded]:
    """As many journeys as there were, each drawn from those; a draw without orders is left out."""
    random = np.random.default_rng(SEED)
    counts = np.concatenate([data.conversions, data.nulls])
    total = round(counts.sum())
    size = len(data.conversions)
    samples = random.multinomial(total, counts / counts.sum(), size=draws).astype(np.float64)
    return [
        replace(data, conversions=sample[:size], nulls=sample[size:])
        for sample in samples
        if sample[:size].any()
    ]


def _normal(values: Floats) -> Floats:
    total: Floats = values / values.sum()
    return total
