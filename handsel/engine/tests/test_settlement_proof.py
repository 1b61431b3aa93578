"""The proof file of a settlement: computed again offline, and refused as soon as it lies."""

import json

import pytest

from handsel.engine.proof import check, evidence, file_bytes
from handsel.engine.proof.sign import sealed_bytes
from handsel.engine.tests.golden.make import MONTH, SETTLEMENTS
from handsel.engine.tests.golden.settlements import a_month, settlement_inputs
from handsel.engine.tests.sealed import COMMISSION, KEY, TRUSTED
from handsel.engine.tests.tampering import changed, mutations
from handsel.engine.values import parse

AGREED = "evaluations", 0, "inputs", "agreements", 0, "terms"
GOLDEN = json.loads(MONTH.read_bytes())


def failed(report):
    return {found.code for found in report.checks if not found.ok}


def found(report, code):
    return [one.params for one in report.checks if one.code == code]


def test_a_month_that_was_adjusted_is_computed_again():
    report = check(MONTH.read_bytes(), TRUSTED)

    assert report.ok
    assert [one["computed_minor"] for one in found(report, "evaluation")] == [12_500, 8500]
    assert [one["difference_minor"] for one in found(report, "posted")] == [12_500, -4000]


def resealed(text):
    """The file as a dishonest keeper of the ledger would sign it."""
    proof = parse(type(a_month()), text)
    signature = KEY.sign(sealed_bytes(proof)).hex()
    return file_bytes(proof.model_copy(update={"seal": signature}))


@pytest.mark.parametrize(
    ("path", "value", "codes"),
    [
        ((*AGREED, "pay", 0, "tiers", "steps", 0, "rate_ppm"), 80_000, {"evaluation", "evidence"}),
        (("evaluations", 0, "inputs", "clicks"), 9, {"evidence"}),
        (("evaluations", 1, "evaluation", "amount_minor"), 9000, {"evaluation", "posted"}),
        (("evaluations", 1, "evaluation", "steps", 0, "params", "orders"), 9, {"evaluation"}),
        (("evaluations", 0, "evaluation", "subject"), "month:2026-08-01", {"subject"}),
        (("evaluations", 0, "evaluation", "settlement_version"), 2, {"evaluation"}),
        (("evaluations", 0, "inputs", "end"), "2026-10-02T00:00:00Z", {"evaluation"}),
    ],
)
def test_whoever_holds_the_key_cannot_change_a_settlement(path, value, codes):
    report = check(resealed(changed(GOLDEN, path, value)), TRUSTED)
    assert codes <= failed(report)


def test_every_changed_value_fails():
    kept = [
        (path, value)
        for path, value in mutations(GOLDEN)[::7]
        if check(changed(GOLDEN, path, value), TRUSTED).ok
    ]
    assert kept == []


def test_the_evidence_of_every_kind_of_settlement_names_its_inputs():
    record = a_month().evaluations[0]
    names = {evidence(COMMISSION, record)}
    for inputs in settlement_inputs().values():
        names.add(evidence(COMMISSION, record.model_copy(update={"inputs": inputs})))
    # The first inputs are those of the record itself.
    assert len(names) == len(settlement_inputs())
    assert len(list(SETTLEMENTS.glob("*.json"))) >= len(names)
