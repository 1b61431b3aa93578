from pathlib import Path
from typing import Literal

import pytest

from bench.readme import page
from bench.results import README, RESULTS, Result, compared, read, write


def test_a_ratio_is_of_the_rounds_not_of_their_medians() -> None:
    result = compared("a", [10, 30, 20], [20, 40, 80], unit="req/s", yardstick="b")

    assert result.value == 20
    assert result.ratio == 0.5
    assert result.yardstick == "b: 40 req/s"


@pytest.mark.parametrize(
    ("better", "value", "yardstick", "ratio", "is_reached"),
    [
        ("higher", 20.0, "", None, True),
        ("higher", 5.0, "", None, False),
        ("lower", 5.0, "", None, True),
        ("higher", 900.0, "b", 0.3, False),
        ("higher", None, "b", None, None),
    ],
)
def test_a_goal_is_of_the_ratio_where_there_is_one(
    better: Literal["higher", "lower"],
    value: float | None,
    yardstick: str,
    ratio: float | None,
    is_reached: bool | None,
) -> None:
    result = Result(
        name="a", value=value, unit="s", yardstick=yardstick, ratio=ratio, goal=10, better=better
    )

    assert result.is_reached is is_reached


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results = [
        compared("a", [1, 2, 3], [2, 2, 2], unit="per s", yardstick="b", goal=0.8, note="c"),
        Result(name="d", value=None, unit="ms", better="lower", note="No nginx."),
    ]
    write(results, tmp_path / "results.json")

    assert read(tmp_path / "results.json") == results


def test_the_page_says_why_something_was_not_measured() -> None:
    said = page([Result(name="d", value=None, unit="ms", note="No nginx here.")])

    assert "| d ([1](#n1)) | not measured |" in said
    assert "No nginx here." in said


def test_the_page_is_that_of_the_results() -> None:
    assert page(read(RESULTS)) == README.read_text()
