"""The page that checks a proof file, for people without the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import handsel
from handsel.engine.proof import FILE_BYTES_MAX
from handsel.ledger.keys import public_key
from handsel.public.views import check as views

FOLDER = Path(handsel.__file__).parent / "engine" / "tests" / "golden"
STATEMENT = (FOLDER / "statement.json").read_bytes()
PROOF = (FOLDER / "proof.json").read_bytes()
MONTH = (FOLDER / "proof-month.json").read_bytes()

pytestmark = pytest.mark.django_db


def upload(client, data, **said):
    answer = client.post("/check/", {"file": SimpleUploadedFile("p.json", data), **said})
    return " ".join(answer.content.decode().split())


@pytest.fixture
def ours(monkeypatch):
    """The golden files, as if this installation had sealed them."""
    key = json.loads(STATEMENT)["installation"]["public_key"]
    monkeypatch.setattr("handsel.public.checking.public_key", lambda: key)


def test_a_statement_of_ours_holds(client, ours):
    page = upload(client, STATEMENT)

    assert "The proof holds." in page
    assert "The money was paid: €15.42." in page
    assert "ST-2026-09-0001" in page


def test_a_receipt_of_ours_holds_too(client, ours):
    assert "The proof holds." in upload(client, PROOF)


def test_a_settlement_says_what_it_is_for(client, ours):
    page = upload(client, MONTH)

    assert "The proof holds." in page
    assert "<dt>Period</dt><dd>month:2026-09-01</dd>" in page
    assert "<dt>Order</dt><dd>L-20418</dd>" in upload(client, PROOF)


def test_another_installations_file_only_agrees_with_itself(client):
    page = upload(client, STATEMENT)

    assert "The file agrees with itself." in page
    assert "The proof holds." not in page
    assert json.loads(STATEMENT)["installation"]["public_key"] in page


def test_a_changed_amount_does_not_hold(client, ours):
    page = upload(client, STATEMENT.replace(b'"amount_minor":1442', b'"amount_minor":1642'))

    assert "The proof does not hold." in page
    assert "The payout was made of other lines." in page


@pytest.mark.parametrize("data", [b"x", b"{}", b"\x00\xff", b"[" * 10_000])
def test_any_other_file_is_no_proof(client, data):
    assert "This is not a proof file." in upload(client, data)


def test_the_fingerprint_of_the_paper_is_compared(client, ours):
    page = client.get("/check/?statement=ST-2026-09-0001&print=abcd1234").content.decode()
    assert "abcd 1234" in page

    said = {"statement": "ST-2026-09-0001", "print": "abcd1234"}
    assert "This is not the file of your paper." in upload(client, STATEMENT, **said)

    begins = upload(client, STATEMENT).partition('<dd class="mono">')[2][:9].replace(" ", "")
    right = upload(client, STATEMENT, statement="ST-2026-09-0001", print=begins)
    assert "The proof holds." in right
    assert "as on the paper" in right


def test_a_receipts_file_is_not_that_of_a_paper(client, ours):
    said = {"statement": "ST-2026-09-0001", "print": "abcd1234"}
    page = upload(client, PROOF, **said)

    assert "This is not the file of your paper." in page
    assert "The proof holds." not in page


def test_what_a_stranger_writes_into_the_address_is_only_text(client):
    page = client.get("/check/?statement=<script>&print=<b>").content.decode()
    assert "<script>" not in page.replace('<script src="', "").replace('<script type="', "")


def test_no_file_is_asked_for_again(client):
    answer = client.post("/check/", {})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_file_too_large_is_refused_unread(client):
    answer = client.post("/check/", {"file": SimpleUploadedFile("p", b" " * (FILE_BYTES_MAX + 1))})
    assert "This is not a proof file." in answer.content.decode()

    huge = SimpleUploadedFile("p", b" " * (FILE_BYTES_MAX + 100_000))
    assert client.post("/check/", {"file": huge}).status_code == 413


def test_nothing_of_the_file_touches_the_disk(client, ours, monkeypatch):
    def refused(*_args, **_kwargs):
        raise AssertionError("a file was made")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refused)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refused)
    padded = STATEMENT + b" " * 3_000_000

    assert "The proof holds." in upload(client, padded)


def test_who_asks_while_others_files_are_checked_is_told_to_wait(client, monkeypatch):
    monkeypatch.setattr(views, "WAIT_S", 0.01)
    with views.AT_ONCE:
        answer = client.post("/check/", {"file": SimpleUploadedFile("p.json", STATEMENT)})
    assert answer.status_code == 503


def test_the_token_is_demanded_although_the_file_is_read_late(client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/check/", {"file": io.BytesIO(STATEMENT)})
    assert answer.status_code == 403


def test_the_page_names_the_key_to_check_with_elsewhere(client):
    assert f"--key {public_key()}" in client.get("/check/").content.decode()
