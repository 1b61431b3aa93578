"""Which entry of the navigation is the page's own."""

import pytest

from handsel.ui.navigation import mark_current
from handsel.ui.tests.sheet import NAVIGATION


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/partners/", "Partners"),
        ("/partners/par_1/links/", "Partners"),
        ("/commissions/", "Commissions"),
        ("/", "Overview"),
        ("/elsewhere/", "Overview"),
        ("elsewhere", None),
    ],
)
def test_the_longest_address_that_fits_is_current(path, label):
    marked = [
        entry.label
        for section in mark_current(NAVIGATION, path)
        for entry in section.entries
        if entry.current
    ]

    assert marked == ([label] if label else [])
