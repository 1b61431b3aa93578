"""A column that says whom to credit."""

import pytest

from handsel.commissions.models import Commission, Revision
from handsel.commissions.services import evaluate_due
from handsel.connectors.files.models import Import, RefusedRow
from handsel.connectors.files.tests.conftest import Bring
from handsel.conversions.models import ManualCredit
from handsel.partnerships.models import Partnership

HEADER = ["Order", "Total", "Who"]
COLUMNS = {"Order": "order_reference", "Total": "amount", "Who": "partner"}


@pytest.fixture
def credited(bring: Bring, bens: Partnership) -> Bring:
    def bring_rows(*rows: list[str]) -> Import:
        found = bring([list(row) for row in rows], header=HEADER, columns=COLUMNS)
        evaluate_due()
        return found

    return bring_rows


@pytest.mark.parametrize("name", ["ben", "BEN10", "Ben's Blog", "ben's blog"])
def test_a_row_credits_the_partner_it_names(credited: Bring, bens: Partnership, name: str) -> None:
    credited(["1001", "100.00", name])

    commission = Commission.objects.get()
    assert (commission.partnership_id, commission.amount_minor) == (bens.pk, 1_000)
    assert "orders.csv" in str(Revision.objects.get().inputs)


def test_an_unknown_partner_refuses_the_row_and_nothing_else(credited: Bring) -> None:
    credited(["1001", "100.00", "Nobody"], ["1002", "50.00", "ben"])

    assert RefusedRow.objects.get().reason == "partner-unknown"
    assert [row.order.order_reference for row in Commission.objects.all()] == ["1002"]


def test_the_same_file_twice_credits_once(credited: Bring) -> None:
    credited(["1001", "100.00", "ben"])
    credited(["1001", "100.00", "ben"])

    assert ManualCredit.objects.count() == 1


def test_a_check_credits_nobody(bring: Bring, bens: Partnership) -> None:
    bring([["1001", "100.00", "ben"]], header=HEADER, columns=COLUMNS, check_only=True)

    assert not ManualCredit.objects.exists()


def test_without_the_column_being_chosen_a_name_credits_nobody(
    bring: Bring, bens: Partnership
) -> None:
    columns = {name: field for name, field in COLUMNS.items() if field != "partner"}
    bring([["1001", "100.00", "ben"]], header=HEADER, columns=columns)
    evaluate_due()

    assert not Commission.objects.exists()
