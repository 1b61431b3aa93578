"""Receipts that were once given: they must evaluate the same for ever."""

import pytest

from handsel.engine.commission import judge
from handsel.engine.proof import check, file_bytes
from handsel.engine.settling import settle
from handsel.engine.tests.golden.make import (
    MONTH,
    PROOF,
    RECEIPTS,
    SETTLEMENTS,
    STATEMENT,
    Receipt,
    receipts,
    second_receipts,
)
from handsel.engine.tests.golden.settlements import (
    SettlementReceipt,
    a_month,
    settlement_receipts,
)
from handsel.engine.tests.sealed import TRUSTED, refunded_sale
from handsel.engine.tests.sealed_statement import a_statement
from handsel.engine.values import parse

FILES = sorted(RECEIPTS.glob("*.json"))
SETTLED = sorted(SETTLEMENTS.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_receipt_evaluates_the_same(path):
    golden = parse(Receipt, path.read_bytes())
    assert judge(golden.inputs, golden.partnership) == golden.evaluation


@pytest.mark.parametrize("path", SETTLED, ids=lambda path: path.stem)
def test_a_golden_settlement_comes_out_the_same(path):
    golden = parse(SettlementReceipt, path.read_bytes())
    assert settle(golden.inputs) == golden.settlement


def test_every_case_has_its_receipt():
    made = receipts().keys() | second_receipts().keys()
    missing = made - {path.stem for path in FILES}
    missing |= settlement_receipts().keys() - {path.stem for path in SETTLED}
    assert missing == set(), "Write them: python -m handsel.engine.tests.golden.make"


def test_a_golden_proof_holds():
    assert check(PROOF.read_bytes(), TRUSTED).ok
    assert check(STATEMENT.read_bytes(), TRUSTED).ok
    assert check(MONTH.read_bytes(), TRUSTED).ok


def test_the_same_commission_gives_the_same_file():
    assert file_bytes(refunded_sale()) == PROOF.read_bytes()


def test_the_same_statement_gives_the_same_file():
    assert file_bytes(a_statement()) == STATEMENT.read_bytes()


def test_the_same_month_gives_the_same_file():
    assert file_bytes(a_month()) == MONTH.read_bytes()
