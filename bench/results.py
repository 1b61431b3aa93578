"""What a run found: one object per figure in `results.json`, and the page made from them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Literal

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"
README = FOLDER / "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure. `value` and `ratio` are null where `note` says why there is none.

    `ratio` is the median of value ÷ yardstick over the rounds. `goal` is of the ratio, or of the
    value where there is no yardstick; null where none has been set.
    """

    name: str
    value: float | None
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    goal: float | None = None
    better: Literal["higher", "lower"] = "higher"
    measured_at: str = ""
    machine: str = ""
    note: str = ""

    @property
    def is_reached(self) -> bool | None:
        """None where there is no goal, or nothing was measured."""
        reached = self.ratio if self.yardstick else self.value
        if self.goal is None or reached is None:
            return None
        return reached >= self.goal if self.better == "higher" else reached <= self.goal


def compared(
    name: str,
    values: Sequence[float],
    yardstick_values: Sequence[float],
    *,
    unit: str,
    yardstick: str,
    goal: float | None = None,
    note: str = "",
) -> Result:
    """A figure beside its yardstick, each round's value beside that of the same round.

    >>> compared("a", [10, 30, 20], [20, 40, 80], unit="req/s", yardstick="b").ratio
    0.5
    """
    ratios = [ours / theirs for ours, theirs in zip(values, yardstick_values, strict=True)]
    return Result(
        name=name,
        value=rounded(median(values)),
        unit=unit,
        yardstick=f"{yardstick}: {median(yardstick_values):,.0f} {unit}",
        ratio=rounded(median(ratios)),
        goal=goal,
        note=note,
    )


def rounded(value: float) -> float:
    """Three significant digits: more would claim too much."""
    return float(f"{value:.3g}")


def stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def write(results: Sequence[Result], path: Path = RESULTS) -> None:
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")


def merged(before: Sequence[Result], now: Sequence[Result]) -> list[Result]:
    """What was measured now, and what only an earlier run has measured."""
    measured = {(result.name, _what(result.yardstick)) for result in now}
    rest = [one for one in before if (one.name, _what(one.yardstick)) not in measured]
    return [*now, *rest]


def _what(yardstick: str) -> str:
    """A yardstick without its figure."""
    return yardstick.rpartition(":")[0]


def read(path: Path = RESULTS) -> list[Result]:
    return [Result(**fields) for fields in json.loads(path.read_text())]
