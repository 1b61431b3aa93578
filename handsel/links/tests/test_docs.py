"""docs/links.md against the code."""

import re
from pathlib import Path

import pytest

from handsel import links
from handsel.engine.splits import CONVERSIONS_MIN, DAYS_MIN, Seen, decide
from handsel.insights.subs import DAYS
from handsel.tracking.routing import PLACEHOLDER, word_of
from handsel.tracking.subs import SUB_MAX, subs_of

PAGE = (Path(links.__file__).parents[2] / "docs" / "links.md").read_text(encoding="utf-8")


def test_every_placeholder_of_the_table_is_filled():
    said = set(re.findall(r"`(\{\w+\})`", PAGE))

    assert all(PLACEHOLDER.fullmatch(one) for one in said)
    assert {"{partner}", "{program}", "{slug}", "{sub1}", "{sub5}"} == said
    assert word_of("Ben's Blog") == "ben-s-blog"


@pytest.mark.parametrize("spelling", ["s1", "sub1", "subid"])
def test_the_spellings_of_sub_ids_are_read(spelling):
    assert f"`{spelling}`" in PAGE
    assert subs_of({spelling: "newsletter"}, {}) == {"s1": "newsletter"}


def test_the_worked_example_of_a_split():
    assert "120 successes in 4,000 clicks, page b has 190 in 4,000" in PAGE
    a, b = Seen("a", 4_000, 120), Seen("b", 4_000, 190)

    assert decide([a, b], days=14).winner == "b"
    assert decide([a, Seen("b", 4_000, 130)], days=14).winner is None


def test_the_figures_are_those_of_the_code():
    assert f"{CONVERSIONS_MIN} successes" in PAGE
    assert (DAYS_MIN, "not before a week" in PAGE) == (7, True)
    assert f"last {DAYS} days" in PAGE
    assert f"{SUB_MAX} characters" in PAGE
