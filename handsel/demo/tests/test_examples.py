"""The examples in the demo's docstrings are run."""

import doctest
import importlib
import pkgutil

import pytest

from handsel import demo

MODULES = [
    found.name
    for found in pkgutil.walk_packages(demo.__path__, "handsel.demo.")
    if ".tests" not in found.name
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_right(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
