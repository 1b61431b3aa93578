"""The statement's pages for both sides, payouts in the portal, and the account they go to."""

import csv
import io

import pytest

from handsel.cast import member_of
from handsel.engine.proof import check
from handsel.ledger.keys import signing_key
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.papers.names import erase_names
from handsel.papers.tests.conftest import IBAN, PROPOSED
from handsel.payouts.models import Payee
from handsel.payouts.services import drop_payout, mark_failed, mark_paid, propose_batch
from handsel.relations.services import ask

LIST = "/portal/earnings/payouts/"
ACCOUNT = f"{LIST}account/"


@pytest.fixture
def as_ben(client, signed_in, ben):
    return signed_in(client, ben)


@pytest.fixture
def path(statement):
    return f"{LIST}{statement.pk}/"


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return " ".join(answer.content.decode().split())


def test_the_paper_says_who_pays_whom_how_much_and_why(as_ben, path):
    page = read(as_ben, path)

    for words in (
        "Statement, September 2026",
        "ST-2026-09-0001",
        "To be paid 16 Oct 2026",
        "to NO93 •••• 7947",
        "2 orders, 175.00 at 10%, rounded per order",
        "1 new customer at 3.00",
        "L-1",
        "BEN10",
    ):
        assert words in page


def test_the_brand_has_the_same_paper(client, signed_in, fay, statement):
    page = read(signed_in(client, fay), f"/console/payouts/statements/{statement.pk}/")

    assert "Statement, September 2026" in page
    assert "/console/commissions/com_" in page


def test_each_line_opens_its_receipt(as_ben, path):
    assert read(as_ben, path).count('href="/portal/earnings/com_') == 2


def test_a_line_that_was_asked_about_is_marked(as_ben, path, payout, ben):
    assert "a question is open" not in read(as_ben, path)

    ask(payout.lines.first().commission, text="Why so little?", actor=ben)

    assert read(as_ben, path).count("a question is open") == 1


def test_what_became_of_the_money_is_said(as_ben, path, payout):
    mark_paid(payout.pk, actor=None)
    assert "Paid 5 Oct 2026" in read(as_ben, path)


def test_a_paper_whose_names_were_erased_can_still_be_read(as_ben, path, statement):
    erase_names(statement)
    page = read(as_ben, path)

    assert "The name was erased" in page
    assert "Ben Berg" not in page


def test_its_lines_can_be_taken_along(as_ben, path):
    answer = as_ben.get(f"{path}lines.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [row["order"] for row in rows] == ["L-1", "L-2"]
    assert [row["amount"] for row in rows] == ["12.50", "8.00"]
    assert [row["fixed"] for row in rows] == ["0.00", "3.00"]


def test_its_proof_file_holds(as_ben, path):
    answer = as_ben.get(f"{path}proof.json")

    assert "ST-2026-09-0001.json" in answer["Content-Disposition"]
    assert check(answer.content, signing_key().public_key().public_bytes_raw()).ok


@pytest.mark.parametrize("end", ["", "lines.csv", "proof.json"])
def test_nobody_else_sees_it(client, signed_in, mallory, statement, ben, ada, end):
    portal = f"{LIST}{statement.pk}/{end}"
    console = f"/console/payouts/statements/{statement.pk}/{end}"
    # Mallory is a stranger; each side has the paper at its own address.
    for member, path in ((mallory, portal), (mallory, console), (ben, console), (ada, portal)):
        assert signed_in(client, member).get(path).status_code == 404


def test_the_list_leads_to_the_paper(as_ben, path, payout):
    page = read(as_ben, LIST)

    assert path in page
    assert "September 2026" in page
    assert "to be paid 16 Oct 2026" in page


def test_a_payout_that_failed_says_why_and_that_it_is_owed_again(as_ben, payout):
    mark_failed(payout.pk, reason="Account closed", actor=None)
    page = read(as_ben, LIST)

    assert "owed again" in page
    assert "Account closed" in page
    assert "Next payout" in page


def test_drafts_of_the_brand_are_not_listed(as_ben, two_orders, program, fay, travel):
    travel(PROPOSED)
    batch = propose_batch(program, actor=fay)
    drop_payout(batch.payouts.get().pk, reason="Later", actor=fay)

    assert "Later" not in read(as_ben, LIST)
    assert "No payout yet" in read(as_ben, LIST)


def test_somebody_without_payouts_is_told_what_comes(as_ben, bens):
    page = read(as_ben, LIST)

    assert "No payout yet" in page
    assert "Add an account" in page


def test_a_new_account_is_saved_and_told(as_ben, ben, outbox):
    said = {"holder_name": "Ben Berg", "iban": "NO93 8601 1117 947", "bic": ""}
    answer = as_ben.post(f"{ACCOUNT}change/", said)

    assert answer.status_code == 302
    assert Payee.objects.get(partner=ben.organization).iban == IBAN
    assert Letter.objects.get().to == ben.user.email
    page = read(as_ben, ACCOUNT)
    assert "NO93 •••• 7947" in page
    assert IBAN not in page
    assert "72 hours" in page


def test_an_account_that_is_none_is_refused_at_its_field(as_ben, ben):
    said = {"holder_name": "Ben", "iban": "NO93 8601 1117 948", "bic": ""}
    answer = as_ben.post(f"{ACCOUNT}change/", said)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Payee.objects.exists()


def test_only_owners_and_finance_change_it(client, signed_in, ben):
    said = {"holder_name": "Ben", "iban": IBAN, "bic": ""}
    statuses = {}
    for role in (Member.Role.MANAGER, Member.Role.VIEWER, Member.Role.FINANCE):
        member = member_of(ben.organization, role.value.title(), role)
        answer = signed_in(client, member).post(f"{ACCOUNT}change/", said)
        statuses[role.value] = answer.status_code

    assert statuses == {"manager": 403, "viewer": 403, "finance": 302}


@pytest.mark.parametrize("route", ["list", "statement"])
def test_a_page_asks_the_database_little(as_ben, path, django_assert_max_num_queries, route):
    with django_assert_max_num_queries(20):
        read(as_ben, LIST if route == "list" else path)
