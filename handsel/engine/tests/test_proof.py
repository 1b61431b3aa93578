"""A proof file fails as soon as anything in it is not what was sealed."""

import json
from copy import deepcopy

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.engine.proof import ProofFile, check, file_bytes, sign_checkpoint, verify_checkpoint
from handsel.engine.proof.check import FILE_BYTES_MAX
from handsel.engine.proof.sign import sealed_bytes
from handsel.engine.tests import tampering
from handsel.engine.tests.cast import BEN, ORDERED
from handsel.engine.tests.golden.make import PROOF
from handsel.engine.tests.sealed import (
    EXPENSE,
    KEY,
    PAYABLE,
    PENDING,
    SALE,
    TRUSTED,
    entry,
    file,
    record,
)
from handsel.engine.tests.tampering import at, leaves, mutations
from handsel.engine.values import parse
from handsel.errors import DomainError

GOLDEN = json.loads(PROOF.read_bytes())
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


MUTATIONS = mutations(GOLDEN)


def changed(path, value):
    return tampering.changed(GOLDEN, path, value)


def failed(report):
    return {found.code for found in report.checks if not found.ok}


def resealed(text):
    """The file as a dishonest keeper of the ledger would sign it; None when it has no shape."""
    try:
        proof = parse(ProofFile, text)
    except (DomainError, ArithmeticError):
        return None
    signature = KEY.sign(sealed_bytes(proof)).hex()
    return file_bytes(proof.model_copy(update={"seal": signature}))


def test_every_changed_value_fails():
    assert len(MUTATIONS) > 800
    held = [
        (path, value)
        for path, value in MUTATIONS
        if check(changed(path, value).encode(), TRUSTED).ok
    ]
    assert held == []


# Only these rest on the seal alone: they describe the file, and no entry depends on them.
ON_THE_SEAL_ALONE = {("made_at",), ("installation", "name")}


def test_whoever_holds_the_key_cannot_give_sealed_entries_another_reason():
    forged = [
        (path, resealed(changed(path, value))) for path, value in MUTATIONS if path != ("seal",)
    ]
    well_formed = [(path, data) for path, data in forged if data is not None]

    assert len(well_formed) > 400
    assert {path for path, data in well_formed if check(data, TRUSTED).ok} == ON_THE_SEAL_ALONE


def test_every_removed_value_fails():
    for path in leaves(GOLDEN):
        data = deepcopy(GOLDEN)
        del at(data, path[:-1])[path[-1]]
        assert not check(json.dumps(data).encode(), TRUSTED).ok, path


def test_spaces_are_free_and_spelling_is_not():
    compact = json.dumps(GOLDEN).encode()
    assert check(compact, TRUSTED).ok
    assert not check(compact.replace(b"31:08Z", b"31:08+00:00"), TRUSTED).ok
    assert not check(compact.replace(b"15890", b"15890.0"), TRUSTED).ok


def test_a_name_that_stands_twice_is_refused():
    twice = PROOF.read_bytes().replace(
        b'"kind": "commission"', b'"kind": "x", "kind": "commission"'
    )
    assert failed(check(twice, TRUSTED)) == {"format"}


def test_another_installation_is_not_the_trusted_one():
    stranger = STRANGER.public_key().public_bytes_raw()

    assert failed(check(PROOF.read_bytes(), stranger)) == {"trusted_key"}
    assert check(PROOF.read_bytes()).ok
    assert "trusted_key" not in {found.code for found in check(PROOF.read_bytes()).checks}


def test_the_report_says_which_check_does_not_hold():
    def failures(*path, to):
        return failed(check(resealed(changed(path, to)), TRUSTED))

    evaluation = "evaluations", 0, "evaluation"
    posting = "entries", 0, "entry", "postings", 0
    assert failures("subject", "amount_minor", to=872) == {"amount"}
    assert failures("subject", "order", to="L-1") == {"subject"}
    assert failures("subject", "commission", to="com_x") == {"entry_belongs", "evidence", "posted"}
    assert failures(*evaluation, "lines", 0, "amount_minor", to=1) == {
        "evaluation",
        "evidence",
        "posted",
    }
    assert failures(*evaluation, "evaluation_version", to=2) >= {"evaluation"}
    assert failures(*posting, "amount_minor", to=1443) == {"entry_balances", "leaf_hash"}
    assert failures("entries", 0, "leaf_hash", to="0" * 64) == {"leaf_hash", "inclusion"}
    assert failures("entries", 0, "number", to=2) == {"inclusion"}
    assert failures("entries", 0, "entry", "key", to="other:key") == {"entry_belongs", "leaf_hash"}
    assert failures("checkpoint", "root", to="0" * 64) == {"checkpoint_signature", "inclusion"}
    assert failures("evaluations", 0, "number", to=3) >= {"evaluations_complete"}


def test_an_evaluation_without_facts_is_a_finding_and_no_crash():
    report = check(resealed(changed(("evaluations", 0, "inputs", "facts"), [])), TRUSTED)
    found = next(c for c in report.checks if c.code == "evaluation")
    assert found.params["reason"] == "order-unknown"


def test_an_evaluation_of_a_version_to_come_is_named():
    text = changed(("evaluations", 0, "evaluation", "evaluation_version"), 2)
    found = next(c for c in check(text.encode(), TRUSTED).checks if c.code == "evaluation")
    assert (found.ok, found.params["reason"]) == (False, "unknown-evaluation-version")


def test_an_entry_left_out_is_missed():
    data = deepcopy(GOLDEN)
    del data["entries"][2]
    assert failed(check(resealed(json.dumps(data)), TRUSTED)) == {"posted", "amount"}


def test_an_entry_given_twice_is_noticed():
    data = deepcopy(GOLDEN)
    data["entries"].append(data["entries"][1])
    assert failed(check(resealed(json.dumps(data)), TRUSTED)) == {"entries_distinct"}


def test_a_checkpoint_of_another_key_is_noticed():
    data = deepcopy(GOLDEN)
    size, root = data["checkpoint"]["size"], bytes.fromhex(data["checkpoint"]["root"])
    other = sign_checkpoint(STRANGER, size, root, ORDERED)
    data["checkpoint"] = json.loads(other.model_dump_json())

    assert verify_checkpoint(other)
    assert failed(check(resealed(json.dumps(data)), TRUSTED)) == {"one_key"}


def test_a_declined_commission_amounts_to_nothing():
    first = record(1, SALE)
    why = json.loads(PROOF.read_bytes())["entries"][0]["entry"]["evidence"]
    entries = [
        entry("earned", EXPENSE, PENDING, 1442, ORDERED, why),
        entry("declined", PENDING, EXPENSE, 1442, ORDERED),
    ]
    assert check(file_bytes(file(entries, [first], 0)), TRUSTED).ok
    assert failed(check(file_bytes(file(entries, [first], 1442)), TRUSTED)) == {"amount"}


def test_an_entry_of_other_currencies_does_not_belong():
    first = record(1, SALE)
    why = json.loads(PROOF.read_bytes())["entries"][0]["entry"]["evidence"]
    paid = entry("earned", EXPENSE, PENDING, 1442, ORDERED, why)
    crowns = [p.model_copy(update={"currency": "SEK"}) for p in paid.postings]
    both = paid.model_copy(update={"postings": (*paid.postings, *crowns)})
    assert "entry_belongs" in failed(check(file_bytes(file([both], [first], 1442)), TRUSTED))


def test_a_bribe_to_another_partner_is_not_counted():
    first = record(1, SALE)
    why = json.loads(PROOF.read_bytes())["entries"][0]["entry"]["evidence"]
    astray = entry("earned", EXPENSE, PENDING.replace(BEN, "par_mallory"), 1442, ORDERED, why)
    paid = entry("approved", PENDING, PAYABLE, 1442, ORDERED)
    report = check(file_bytes(file([astray, paid], [first], 1442)), TRUSTED)
    assert failed(report) == {"entry_belongs", "posted", "amount"}


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"\xff", b'"\\ud800"', b"NaN", b"[" * 100_000, b"9" * 10_000, b"{}"],
)
def test_what_is_no_proof_is_reported_and_does_not_raise(data):
    report = check(data, TRUSTED)
    assert (report.ok, failed(report), report.proof) == (False, {"format"}, None)


def test_a_file_too_large_to_be_a_proof_is_not_read():
    padding = b" " * (FILE_BYTES_MAX - len(PROOF.read_bytes()))
    assert check(PROOF.read_bytes() + padding, TRUSTED).ok
    assert not check(PROOF.read_bytes() + padding + b" ", TRUSTED).ok


def test_impossible_moments_are_reported_and_do_not_raise():
    for moment in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        data = changed(("evaluations", 0, "inputs", "facts", 0, "occurred_at"), moment)
        assert not check(data.encode(), TRUSTED).ok


@settings(max_examples=300)
@given(st.integers(0, len(PROOF.read_bytes()) - 1), st.integers(1, 255))
def test_a_flipped_byte_fails_unless_it_is_only_space(place, mask):
    data = bytearray(PROOF.read_bytes())
    data[place] ^= mask
    try:
        same = json.loads(bytes(data)) == GOLDEN
    except ValueError:
        same = False
    assert check(bytes(data), TRUSTED).ok == same
