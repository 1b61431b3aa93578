"""The worked numbers of docs/ledger.md are right, and its table is the chart."""

import doctest
import re
from pathlib import Path

import pytest

from handsel import ledger
from handsel.ledger.chart import CHART, DEBIT

PAGE = Path(ledger.__file__).parents[2] / "docs" / "ledger.md"


@pytest.mark.django_db
def test_the_worked_numbers_are_right():
    text = re.sub(r"^```.*$", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, "ledger.md", str(PAGE), 0)
    flags = doctest.IGNORE_EXCEPTION_DETAIL

    assert len(examples.examples) > 10
    assert doctest.DocTestRunner(optionflags=flags).run(examples).failed == 0


def test_the_table_is_the_chart():
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (\w+) \|", PAGE.read_text(), flags=re.MULTILINE)

    assert rows == [
        (kind.value, row.owner, "debit" if row.normal == DEBIT else "credit")
        for kind, row in CHART.items()
    ]
