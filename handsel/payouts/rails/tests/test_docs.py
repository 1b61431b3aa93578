import doctest

import pytest

from handsel.payouts.rails import accounts, bank_days
from handsel.payouts.rails.sepa import text


@pytest.mark.parametrize("module", [accounts, bank_days, text])
def test_the_examples_in_the_docstrings_hold(module):
    found = doctest.testmod(module)

    assert (found.failed, found.attempted > 0) == (0, True)
