"""The proof file of a statement, from real rows, sealed by the real sealer."""

import json
from datetime import timedelta

import pytest

from handsel.commissions.services import approve_held, evaluate_due
from handsel.engine.proof import check
from handsel.ledger.keys import signing_key
from handsel.papers.models import Statement
from handsel.papers.names import erase_names
from handsel.papers.proof import StatementTooLong, statement_proof
from handsel.papers.services import issue_due
from handsel.papers.tests.conftest import PROPOSED
from handsel.payouts.services import mark_failed, mark_paid, mark_returned
from handsel.rows.scope import seen_by

MONTH = timedelta(days=31)


def report_on(file):
    return check(file, signing_key().public_key().public_bytes_raw())


def problems(file):
    return [(c.code, dict(c.params)) for c in report_on(file).checks if not c.ok]


def state(file):
    return next(c.params["state"] for c in report_on(file).checks if c.code == "payout_moved")


def test_a_statement_is_proven_while_the_money_is_on_its_way(statement):
    file = statement_proof(statement)

    assert (problems(file), state(file)) == ([], "sent")
    assert json.loads(file)["subject"]["amount_minor"] == 2_050


def test_and_once_it_is_paid_and_once_it_came_back(statement, payout):
    mark_paid(payout.pk, actor=None)
    paid = statement_proof(statement)
    mark_returned(payout.pk, reason="Account closed", actor=None)
    returned = statement_proof(statement)

    assert (problems(paid), state(paid)) == ([], "paid")
    assert (problems(returned), state(returned)) == ([], "back")


def test_what_happened_since_does_not_change_what_was_paid(shop, statement, payout):
    shop.refund("L-1", amount_minor=12_500)
    evaluate_due()

    assert problems(statement_proof(statement)) == []


@pytest.fixture
def taken_back(shop, statement, payout, pays, bens_click):
    """The statement after one whose order came back in part."""
    mark_paid(payout.pk, actor=None)
    shop.refund("L-1", amount_minor=2_500)
    shop.order("L-4", paid_minor=9_000, click_ids=[bens_click])
    evaluate_due()
    approve_held()
    pays(PROPOSED + MONTH)
    issue_due()
    return Statement.objects.get(month="2026-10")


def test_what_an_earlier_payout_held_is_proven_by_its_one_line(taken_back):
    file = statement_proof(taken_back)
    said = json.loads(file)

    assert problems(file) == []
    assert [line["amount_minor"] for line in said["earlier"]] == [1_250]


def test_a_payout_that_failed_counts_for_nothing_before(statement, payout, pays):
    mark_failed(payout.pk, reason="Account closed", actor=None)
    pays(PROPOSED + MONTH)
    issue_due()
    again = Statement.objects.get(month="2026-10")

    assert problems(statement_proof(again)) == []
    assert json.loads(statement_proof(again))["earlier"] == []
    assert (problems(statement_proof(statement)), state(statement_proof(statement))) == (
        [],
        "back",
    )


def test_a_changed_amount_is_found(statement):
    file = statement_proof(statement)
    assert problems(file.replace(b'"amount_minor":1250', b'"amount_minor":1350'))


def test_the_partner_makes_the_same_file_without_seeing_more(taken_back, ben, cleos):
    with seen_by([ben.organization_id]):
        file = statement_proof(Statement.objects.visible_to(ben).get(pk=taken_back.pk))

    assert problems(file) == []
    assert cleos.pk.encode() not in file


def test_without_the_names_it_still_holds(statement):
    erase_names(statement)
    file = statement_proof(statement)

    assert problems(file) == []
    assert json.loads(file)["parties"] is None


def test_a_file_that_no_checker_would_read_is_not_handed_out(statement, monkeypatch):
    monkeypatch.setattr("handsel.engine.proof.FILE_BYTES_MAX", 1_000)

    with pytest.raises(StatementTooLong):
        statement_proof(statement)
