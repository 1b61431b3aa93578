from datetime import timedelta

import pytest

from handsel.cast import TERMS
from handsel.clock import now
from handsel.conversions.tests.shop import Shop
from handsel.links.joining import add_partner


@pytest.fixture
def shop(program):
    return Shop(program)


@pytest.fixture
def bens(program, ada):
    """Ben's partnership with Acme, a year old."""
    long_ago = now() - timedelta(days=365)
    return add_partner(
        program, name="Ben's Blog", slug="ben", code="BEN10", actor=ada, valid_from=long_ago
    )


@pytest.fixture
def terms():
    return TERMS
