from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.config.worker import usual_jobs
from handsel.engine.statement import StatementDisagrees, fingerprint, totals
from handsel.mail.models import Letter
from handsel.papers.models import Statement, StatementNames
from handsel.papers.names import erase_names, names_on
from handsel.papers.queries import content_of, statements_of
from handsel.papers.services import (
    StatementNotIssuable,
    StatementsMissing,
    issue_due,
    issue_statement,
)
from handsel.papers.tests.conftest import IBAN, PROPOSED
from handsel.payouts.models import PayoutLine
from handsel.payouts.services import mark_failed, mark_paid, propose_batch
from handsel.rows.scope import seen_by

MONTH = timedelta(days=31)


def test_a_statement_says_what_the_payout_is_made_of(statement, payout, bens):
    said = content_of(statement)
    first, second = said.lines

    assert (said.number, said.month) == ("ST-2026-09-0001", "2026-09")
    assert said.amount_minor == payout.amount_minor == 2_050
    assert {(line.order, line.via, line.name) for line in said.lines} == {
        ("L-1", "link", "ben"),
        ("L-2", "code", "BEN10"),
    }
    assert [part.amount_minor for part in (*first.parts, *second.parts)] == [1_250, 500, 300]
    assert [one.number for one in said.agreements] == [1]
    assert (said.reference, said.left_minor) == (payout.reference, 0)
    assert statement.fingerprint == fingerprint(said)


def test_names_and_accounts_are_kept_apart_and_can_be_erased(statement):
    names = names_on(statement)
    assert names is not None

    assert (names.holder_name, names.account) == ("Ben Berg", "NO93 •••• 7947")
    assert (names.sender.name, names.receiver.name) == ("Acme", "Ben's Blog")
    for secret in ("Ben Berg", IBAN, "7947", "Ben's Blog"):
        assert secret not in str(statement.content)

    erase_names(statement)

    assert names_on(statement) is None
    assert Statement.objects.get().fingerprint == fingerprint(content_of(statement))


def test_a_statement_is_issued_once(statement, payout):
    assert issue_statement(payout) == statement
    assert issue_due() == 0
    assert Statement.objects.count() == 1


def test_there_is_none_before_the_approval(two_orders, program, fay, travel):
    travel(PROPOSED)
    batch = propose_batch(program, actor=fay)

    assert issue_due() == 0
    with pytest.raises(StatementNotIssuable):
        issue_statement(batch.payouts.get())


def test_numbers_of_a_month_have_no_gaps(shop, cleos, two_orders, pays, fay):
    from handsel.commissions.services import approve_held
    from handsel.payouts.services import set_payee

    set_payee(cleos.partner, holder_name="Cleo", iban=IBAN, actor=None)
    shop.order("L-3", paid_minor=5_000, codes=["CLEO5"])
    evaluate_due()
    approve_held()
    pays()

    assert issue_due() == 2
    numbers = Statement.objects.order_by("sequence").values_list("number", flat=True)
    assert list(numbers) == ["ST-2026-09-0001", "ST-2026-09-0002"]


def test_what_came_back_after_it_was_paid_is_taken_back(shop, statement, payout, pays, bens_click):
    from handsel.commissions.services import approve_held

    mark_paid(payout.pk, actor=None)
    shop.refund("L-1", amount_minor=2_500)
    shop.order("L-4", paid_minor=9_000, click_ids=[bens_click])
    evaluate_due()
    approve_held()
    pays(PROPOSED + MONTH)
    issue_due()

    said = content_of(Statement.objects.get(month="2026-10"))
    found = totals(said)
    taken = next(line for line in said.lines if line.amount_minor < 0)
    assert (taken.earned_minor, taken.paid_before_minor, taken.amount_minor) == (1_000, 1_250, -250)
    assert (found.earned_minor, found.taken_back_minor, said.amount_minor) == (900, -250, 650)


def test_what_a_bank_refused_is_carried_into_the_next_statement(statement, payout, pays, travel):
    mark_failed(payout.pk, reason="Account closed", actor=None)
    pays(PROPOSED + MONTH)
    issue_due()

    said = content_of(Statement.objects.get(month="2026-10"))
    found = totals(said)
    assert (found.carried_minor, found.earned_minor, said.amount_minor) == (2_050, 0, 2_050)
    assert all(line.paid_before_minor == 0 for line in said.lines)


def test_what_is_withheld_is_said_to_stay(two_orders, pays, ada):
    from handsel.commissions.services import withhold_commission

    kept = Commission.objects.get(amount_minor=800)
    withhold_commission(kept.pk, reason="We look at it.", actor=ada)
    pays()
    issue_due()

    said = content_of(Statement.objects.get())
    assert (said.amount_minor, said.left_minor) == (1_250, 800)


def test_no_statement_is_issued_that_the_ledger_does_not_bear_out(payout, monkeypatch):
    monkeypatch.setattr("handsel.papers.content._approved_minor", lambda *_: {})

    with pytest.raises(StatementsMissing) as caught:
        issue_due()
    assert isinstance(caught.value.__cause__, StatementDisagrees)
    assert not Statement.objects.exists()


def test_one_that_fails_does_not_hold_up_the_others(shop, cleos, two_orders, pays, monkeypatch):
    from handsel.commissions.services import approve_held
    from handsel.papers import content
    from handsel.payouts.services import set_payee

    set_payee(cleos.partner, holder_name="Cleo", iban=IBAN, actor=None)
    shop.order("L-3", paid_minor=5_000, codes=["CLEO5"])
    evaluate_due()
    approve_held()
    batch = pays()
    bad = batch.payouts.exclude(partner=cleos.partner).get()
    whole = content._approved_minor
    monkeypatch.setattr(
        content, "_approved_minor", lambda p, *rest: {} if p == bad else whole(p, *rest)
    )

    with pytest.raises(StatementsMissing, match=bad.pk):
        issue_due()
    assert Statement.objects.get().partner_id == cleos.partner_id


def test_a_statement_is_never_changed(statement):
    for wrong in (
        "UPDATE papers_statement SET number = 'X'",
        "DELETE FROM papers_statement",
        "UPDATE papers_statementnames SET parties = '{}'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(wrong)


def test_both_sides_see_it_and_nobody_else(statement, ada, ben, mallory):
    assert [statements_of(one).count() for one in (ada, ben, mallory, None)] == [1, 1, 0, 0]


def test_the_database_hides_it_from_others_by_itself(statement, ben, mallory):
    seen = {}
    for member in (ben, mallory):
        with seen_by([member.organization_id]):
            counts = Statement.objects.count(), StatementNames.objects.count()
            seen[member.pk] = counts
    assert seen == {ben.pk: (1, 1), mallory.pk: (0, 0)}


def test_the_lines_of_a_statement_are_those_of_the_payout(statement, payout):
    lines = {line.commission: line.amount_minor for line in content_of(statement).lines}
    rows = PayoutLine.objects.filter(payout=payout).values_list("commission_id", "amount_minor")
    assert lines == dict(rows)


def test_the_worker_issues_them_and_writes_the_letters(payout, ben, outbox):
    for job in usual_jobs():
        job.run()

    assert Statement.objects.get().payout == payout
    assert Letter.objects.get().to == ben.user.email
