"""The examples of docs/agreements.md."""

import doctest
from pathlib import Path

import handsel

PAGE = Path(handsel.__file__).parents[1] / "docs" / "agreements.md"


def test_its_examples_are_true():
    tested = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)

    assert tested.attempted > 10
    assert tested.failed == 0
