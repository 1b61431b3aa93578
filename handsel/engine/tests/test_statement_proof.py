"""A statement's proof file fails as soon as anything in it is not what was sealed."""

import json
from copy import deepcopy

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.engine.proof import StatementFile, check, file_bytes
from handsel.engine.proof.sign import sealed_bytes
from handsel.engine.tests import tampering
from handsel.engine.tests.cast import BEN, DAY, ORDERED
from handsel.engine.tests.golden.make import STATEMENT
from handsel.engine.tests.sealed import KEY, TRUSTED
from handsel.engine.tests.sealed_statement import (
    CASH,
    PAYABLE,
    RECEIVABLE,
    TRANSIT,
    a_statement,
    entry,
    line,
    paid,
    part,
)
from handsel.engine.tests.tampering import at, leaves, mutations
from handsel.engine.values import parse
from handsel.errors import DomainError

GOLDEN = json.loads(STATEMENT.read_bytes())
MUTATIONS = mutations(GOLDEN)

# What no ledger entry tells: of these the seal and the fingerprint on the paper are the witnesses.
ON_THE_SEAL_ALONE = {
    "made_at",
    "installation.name",
    *(f"statement.{name}" for name in ("issued_at", "left_minor", "pays_on", "reference")),
    *(f"statement.{name}" for name in ("period_from", "period_until")),
    *(f"statement.agreements.{name}" for name in ("agreement", "number", "terms_digest")),
    *(f"statement.agreements.{name}" for name in ("valid_from", "signed_at")),
    *(f"statement.lines.{name}" for name in ("agreement", "order", "ordered_at", "approved_at")),
    *(f"statement.lines.{name}" for name in ("via", "name", "counts_minor")),
    *(f"statement.lines.parts.{name}" for name in ("clause", "customer")),
    # As far as the amount is rounded to the same.
    *(f"statement.lines.parts.{name}" for name in ("basis_minor", "rate_ppm")),
}


def failed(report):
    return {found.code for found in report.checks if not found.ok}


def changed(path, value):
    return tampering.changed(GOLDEN, path, value)


def resealed(text):
    """The file as a dishonest keeper of the ledger would sign it; None when it has no shape."""
    try:
        proof = parse(StatementFile, text)
    except (DomainError, ArithmeticError):
        return None
    return signed(proof)


def signed(proof):
    signature = KEY.sign(sealed_bytes(proof)).hex()
    return file_bytes(proof.model_copy(update={"seal": signature}))


def named(path):
    return ".".join(name for name in path if isinstance(name, str))


def failures(*path, to):
    return failed(check(resealed(changed(path, to)), TRUSTED))


def test_what_nobody_touched_holds():
    report = check(STATEMENT.read_bytes(), TRUSTED)

    assert (report.ok, failed(report)) == (True, set())
    assert isinstance(report.proof, StatementFile)
    assert report.proof.subject.amount_minor == 1542


def test_every_changed_value_fails():
    assert len(MUTATIONS) > 700
    held = [
        (path, value)
        for path, value in MUTATIONS
        if check(changed(path, value).encode(), TRUSTED).ok
    ]
    assert held == []


def test_every_removed_value_fails():
    for path in leaves(GOLDEN):
        data = deepcopy(GOLDEN)
        del at(data, path[:-1])[path[-1]]
        assert not check(json.dumps(data).encode(), TRUSTED).ok, path


@settings(max_examples=300)
@given(st.integers(0, len(STATEMENT.read_bytes()) - 1), st.integers(1, 255))
def test_a_flipped_byte_fails_unless_it_is_only_space(place, mask):
    data = bytearray(STATEMENT.read_bytes())
    data[place] ^= mask
    try:
        same = json.loads(bytes(data)) == GOLDEN
    except ValueError:
        same = False
    assert check(bytes(data), TRUSTED).ok == same


def test_whoever_holds_the_key_cannot_pay_other_lines_or_amounts():
    forged = [
        (path, resealed(changed(path, value))) for path, value in MUTATIONS if path != ("seal",)
    ]
    well_formed = [(path, data) for path, data in forged if data is not None]
    held = {named(path) for path, data in well_formed if check(data, TRUSTED).ok}

    assert len(well_formed) > 200
    assert held == ON_THE_SEAL_ALONE


def test_the_report_says_which_check_does_not_hold():
    first = "statement", "lines", 0
    assert failures("subject", "statement", to="ST-1") == {"statement_subject"}
    assert failures("parties", "holder_name", to="Mallory") == {"statement_parties"}
    assert failures(*first, "parts", 0, "amount_minor", to=1141) == {"statement_lines"}
    assert failures(*first, "parts", 0, "basis_minor", to=12_000) == {"statement_lines"}
    assert failures("earlier", 0, "amount_minor", to=901) == {"lines_before"}
    assert failures("earlier", 0, "place", to=1) == {"lines_before"}
    assert failures("statement", "ledger_root", to="0" * 64) == {"issued_checkpoint"}
    assert failures("shared_proof", 0, to="0" * 64) == {"entries_included"}
    assert failures("continuation", 0, to="0" * 64) == {"continued"}
    salt = "entries", 0, "entry", "salt"
    assert failures(*salt, to="0" * 64) == {"entries_included"}


def test_another_installation_is_not_the_trusted_one():
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()

    assert failed(check(STATEMENT.read_bytes(), stranger)) == {"trusted_key"}
    assert check(STATEMENT.read_bytes()).ok


def test_a_line_that_was_put_right_on_paper_only_is_found():
    more = line("com_a", part(2, 95_000, 13_018, 1_237), part(3, None, None, 205))
    less = line("com_a", part(2, 95_000, 12_018, 1_142))
    others = (line("com_b", part(2, 95_000, 6_316, 600)), a_statement().statement.lines[2])

    # The same sum by other rules is the paper's word alone; another sum is found everywhere.
    assert failed(check(file_bytes(a_statement(lines=(more, *others))), TRUSTED)) == set()
    assert failed(check(file_bytes(a_statement(lines=(less, *others))), TRUSTED)) == {
        "statement_subject",
        "lines_earned",
        "payout_lines",
    }


def test_an_entry_left_out_of_a_commissions_life_is_missed():
    data = deepcopy(GOLDEN)
    kept = [e for e in data["entries"] if e["entry"]["key"] != "commission-recorded:com_a:1"]
    data["entries"] = kept
    assert failed(check(resealed(json.dumps(data)), TRUSTED)) == {
        "entries_included",
        "lines_complete",
    }


def test_a_refund_that_is_left_out_is_missed():
    data = deepcopy(GOLDEN)
    kept = [e for e in data["entries"] if e["entry"]["key"] != "commission-adjusted:com_c:3"]
    data["entries"] = kept
    assert failed(check(resealed(json.dumps(data)), TRUSTED)) == {
        "entries_included",
        "lines_earned",
    }


def test_an_earlier_line_given_twice_counts_for_nothing():
    data = deepcopy(GOLDEN)
    data["earlier"].append(data["earlier"][0])
    assert "lines_before" in failed(check(resealed(json.dumps(data)), TRUSTED))


def test_names_that_were_erased_leave_the_rest_to_hold():
    proof = parse(StatementFile, STATEMENT.read_bytes())
    report = check(signed(proof.model_copy(update={"parties": None})), TRUSTED)

    assert report.ok
    assert "statement_parties" not in {found.code for found in report.checks}


def state_of(*later):
    report = check(file_bytes(a_statement(*later)), TRUSTED)
    moved = next(found for found in report.checks if found.code == "payout_moved")
    return moved.params["state"], failed(report)


def test_the_file_says_where_the_money_is():
    others = entry("commission-approved:com_z:1", {PAYABLE: 1, TRANSIT: -1}, ORDERED)
    failed_entry = entry(
        "payout-failed:pay_1:2", {TRANSIT: 1542, PAYABLE: -2042, RECEIVABLE: 500}, ORDERED
    )
    returned = entry("payout-returned:pay_1:3", {CASH: 1542, PAYABLE: -1542}, ORDERED + 40 * DAY)
    part_of_it = paid(1000)

    assert state_of(paid()) == ("paid", set())
    assert state_of(failed_entry) == ("back", set())
    assert state_of(paid(), returned) == ("back", set())
    assert state_of(part_of_it) == ("", {"payout_moved"})
    assert state_of(others)[1] == {"entries_belong"}


def test_a_payout_into_somebody_elses_pocket_does_not_belong():
    mallory = TRANSIT.replace(BEN, "par_mallory")
    astray = entry("payout-paid:pay_1:2", {mallory: 1542, CASH: -1542}, ORDERED + 20 * DAY)

    assert state_of(astray)[1] == {"entries_belong", "payout_moved"}


def test_sizes_beyond_any_ledger_are_refused_and_not_computed():
    huge = changed(("checkpoint", "size"), 10**300)
    report = check(huge.encode(), TRUSTED)
    assert failed(report) == {"format"}
