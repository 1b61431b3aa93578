"""What a superuser does behind the ledger's back is found."""

import pytest
from django.db import connection

from handsel.config.postgres.passwords import SUPERUSER, password
from handsel.config.postgres.testing import running_test_server
from handsel.engine.merkle import leaf_hash
from handsel.engine.proof import sign_checkpoint
from handsel.ids import to_uuid
from handsel.ledger.check import check_all
from handsel.ledger.keys import signing_key
from handsel.ledger.leaves import entries_with_postings
from handsel.ledger.leaves import leaf_hash as hash_of_entry
from handsel.ledger.models import Account, Checkpoint, Leaf, Posting
from handsel.ledger.proofs import as_signed
from handsel.ledger.seal import seal_new
from handsel.ledger.services import post_entries, post_entry
from handsel.ledger.tasks import LedgerChanged, check_ledger
from handsel.ledger.tests.conftest import sealed

COPY_POSTINGS = """
    INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency, brand_id, partner_id)
    SELECT {into}, account_id, {amount}, currency, brand_id, partner_id
      FROM ledger_posting WHERE entry_id = '{entry}'
"""
COPY_ENTRY = """
    INSERT INTO ledger_entry (id, key, subject_id, brand_id, partner_id, evidence, line_count,
                              occurred_at, recorded_at)
    SELECT gen_random_uuid(), key || '1', subject_id, brand_id, partner_id, '', 2, occurred_at,
           recorded_at FROM ledger_entry WHERE id = '{entry}'
"""
SWAP_LEAVES = """
    UPDATE ledger_leaf SET number = 99 WHERE number = 1;
    UPDATE ledger_leaf SET number = 1 WHERE number = 2;
    UPDATE ledger_leaf SET number = 2 WHERE number = 99
"""
UNNAMED = "ALTER TABLE ledger_account DROP CONSTRAINT account_name_is_kind_and_owner;"
UNKEYED = "ALTER TABLE ledger_entry DROP CONSTRAINT entry_key_names_its_subject;"

# What is done, and what the check says to it. `entry` is Ben's, one of five that are sealed.
POSTINGS = {
    "UPDATE ledger_posting SET amount_minor = 2 * amount_minor WHERE entry_id = '{entry}'": (
        "entry_changed"
    ),
    "UPDATE ledger_posting SET amount_minor = amount_minor + 1 WHERE id = {posting}": (
        "entry_changed"
    ),
    "UPDATE ledger_posting SET currency = 'SEK' WHERE entry_id = '{entry}'": "entry_changed",
    "UPDATE ledger_posting SET account_id = '{payable}' WHERE id = {posting}": "entry_changed",
    "UPDATE ledger_posting SET entry_id = '{other}' WHERE id = {posting}": "entry_changed",
    "UPDATE ledger_posting SET brand_id = gen_random_uuid() WHERE id = {posting}": "entry_unsound",
    "UPDATE ledger_posting SET partner_id = NULL WHERE id = {posting}": "entry_unsound",
    "DELETE FROM ledger_posting WHERE id = {posting}": "entry_changed",
    "DELETE FROM ledger_posting WHERE entry_id = '{entry}'": "entry_changed",
    COPY_POSTINGS.replace("{into}", "entry_id").replace("{amount}", "-amount_minor"): (
        "entry_changed"
    ),
    COPY_POSTINGS.replace("{into}", "gen_random_uuid()").replace("{amount}", "amount_minor"): (
        "posting_without_entry"
    ),
}
ENTRIES = {
    "UPDATE ledger_entry SET occurred_at = occurred_at - interval '1 day' WHERE id = '{entry}'": (
        "entry_changed"
    ),
    "UPDATE ledger_entry SET recorded_at = recorded_at + interval '1 us' WHERE id = '{entry}'": (
        "entry_changed"
    ),
    "UPDATE ledger_entry SET key = key || '1' WHERE id = '{entry}'": "entry_changed",
    "UPDATE ledger_entry SET evidence = repeat('b', 64) WHERE id = '{entry}'": "entry_changed",
    UNKEYED + "UPDATE ledger_entry SET subject_id = 'x' WHERE id = '{entry}'": "entry_unsound",
    "UPDATE ledger_entry SET brand_id = gen_random_uuid() WHERE id = '{entry}'": "entry_unsound",
    "UPDATE ledger_entry SET line_count = 4 WHERE id = '{entry}'": "entry_unsound",
    "UPDATE ledger_entry SET id = gen_random_uuid() WHERE id = '{entry}'": "entry_missing",
    "DELETE FROM ledger_entry WHERE id = '{entry}'": "entry_missing",
    COPY_ENTRY: "entry_unsealed",
    "DELETE FROM ledger_unsealed": "entry_unsealed",
}
ACCOUNTS = {
    UNNAMED + "UPDATE ledger_account SET kind = 'cash' WHERE id = '{pending}'": "account_misnamed",
    "UPDATE ledger_account SET kind = 'payable', name = 'payable:' || owner_id || ''"
    " WHERE id = '{expense}'": "entry_changed",
    "UPDATE ledger_account SET partner_id = gen_random_uuid() WHERE id = '{pending}'": (
        "entry_unsound"
    ),
    "DELETE FROM ledger_account WHERE id = '{pending}'": "entry_changed",
}
TREE = {
    "DELETE FROM ledger_leaf WHERE number = 1": "leaf_missing",
    "DELETE FROM ledger_leaf WHERE number = 4": "leaf_missing",
    "UPDATE ledger_leaf SET salt = hash WHERE number = 1": "entry_changed",
    "UPDATE ledger_leaf SET entry_id = gen_random_uuid() WHERE number = 1": "entry_missing",
    SWAP_LEAVES: "node_changed",
    "UPDATE ledger_node SET hash = sha256(hash) WHERE level = 1 AND index = 0": "node_changed",
    "DELETE FROM ledger_node WHERE level = 2": "node_changed",
    "UPDATE ledger_checkpoint SET root = sha256(root)": "checkpoint_changed",
    "UPDATE ledger_checkpoint SET signed_at = signed_at - interval '1 day'": "signature_wrong",
    "UPDATE ledger_checkpoint SET signature = decode(repeat('00', 64), 'hex')": "signature_wrong",
    "UPDATE ledger_checkpoint SET public_key = sha256(public_key)": "key_changed",
    "UPDATE ledger_checkpoint SET size = 4": "leaves_unsigned",
    "UPDATE ledger_checkpoint SET size = 6": "leaf_missing",
    "DELETE FROM ledger_checkpoint": "leaves_unsigned",
}
TAMPERED = {**POSTINGS, **ENTRIES, **ACCOUNTS, **TREE}


@pytest.fixture
def superuser(django_db_setup, django_db_blocker, request):
    """The test's connection is the superuser's."""
    before = connection.settings_dict
    connection.settings_dict = {
        **before,
        "USER": SUPERUSER,
        "PASSWORD": password(running_test_server().keys, SUPERUSER),
        "OPTIONS": {**before["OPTIONS"], "options": "-c handsel.scope=system"},
    }
    with django_db_blocker.unblock():
        connection.close()
        yield request.getfixturevalue
        connection.close()
    connection.settings_dict = before


@pytest.fixture
def ledger(superuser, bens, mallorys):
    """Five sealed entries and one that waits; the ids that the statements name."""
    superuser("db")
    entry = post_entry(bens.recorded(1250))
    other, *_ = post_entries([mallorys.recorded(9900), bens.approved(250)])
    post_entries([bens.recorded(7), bens.recorded(9)])
    seal_new()
    post_entry(bens.recorded(11))
    accounts = {account.name: account.pk for account in Account.objects.all()}
    ids = {
        "entry": entry.pk,
        "other": other.pk,
        "expense": accounts[bens.expense],
        "pending": accounts[bens.pending],
        "payable": accounts[bens.payable],
    }
    return {
        "posting": Posting.objects.filter(entry=entry, amount_minor__lt=0).get().pk,
        **{name: to_uuid(text) for name, text in ids.items()},
    }


def tamper(statement, names):
    """As a superuser, with all triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement.format(**names))
        assert cursor.rowcount != 0


def codes(*known):
    return {finding.code for finding in check_all(known).findings}


def test_an_untouched_ledger_holds(ledger):
    assert check_all().size == 5
    assert check_all().ok


@pytest.mark.django_db
def test_an_empty_ledger_holds():
    assert check_all().ok


@pytest.mark.parametrize(("statement", "code"), TAMPERED.items())
def test_the_check_finds(ledger, statement, code):
    tamper(statement, ledger)

    assert code in codes()


def test_a_finding_names_the_entry(ledger):
    tamper("UPDATE ledger_posting SET amount_minor = 1 WHERE id = {posting}", ledger)
    changed, unbalanced = check_all().findings

    assert changed.params["number"] == 0
    assert to_uuid(str(changed.params["entry"])) == ledger["entry"]
    assert unbalanced.params["rule"] == "balanced"


def test_the_nightly_job_fails_when_something_does_not_hold(ledger):
    check_ledger(timestamp=0)
    tamper("UPDATE ledger_posting SET amount_minor = 1 WHERE id = {posting}", ledger)

    with pytest.raises(LedgerChanged, match="2 things"):
        check_ledger(timestamp=0)


def rehash(number):
    """Make a leaf fit its entry again."""
    leaf = Leaf.objects.get(number=number)
    entry = entries_with_postings([leaf.entry_id])[leaf.entry_id]
    hashed = hash_of_entry(entry, bytes(leaf.salt)).hex()
    tamper(f"UPDATE ledger_leaf SET hash = decode('{hashed}', 'hex') WHERE number = {number}", {})


def test_a_leaf_that_was_hashed_again_contradicts_the_tree(ledger):
    tamper("UPDATE ledger_posting SET amount_minor = 2 * amount_minor", ledger)
    for number in range(5):
        rehash(number)

    assert codes() == {"node_changed", "checkpoint_changed"}


def test_a_tree_signed_with_another_key_is_found(ledger, tmp_path):
    checkpoint = Checkpoint.objects.get()
    forged = sign_checkpoint(signing_key(tmp_path), 5, bytes(checkpoint.root), checkpoint.signed_at)
    tamper(
        "UPDATE ledger_checkpoint SET signature = decode('{signature}', 'hex'),"
        " public_key = decode('{public_key}', 'hex')",
        forged.model_dump(),
    )

    assert codes() == {"key_changed"}


def test_a_tree_that_was_cut_off_contradicts_a_checkpoint_in_other_hands(ledger, bens):
    """Nothing in the database says so; a statement that somebody keeps does."""
    held = as_signed(sealed())
    tamper(
        """
        DELETE FROM ledger_posting WHERE entry_id IN
               (SELECT entry_id FROM ledger_leaf WHERE number = 5);
        DELETE FROM ledger_entry WHERE id IN
               (SELECT entry_id FROM ledger_leaf WHERE number = 5);
        DELETE FROM ledger_leaf WHERE number = 5;
        DELETE FROM ledger_checkpoint WHERE size = 6
        """,
        {},
    )

    assert codes() == set()
    assert codes(held) == {"checkpoint_contradicted"}


def test_a_history_signed_anew_contradicts_a_checkpoint_in_other_hands(ledger):
    """The worst case: somebody with the database and the signing key."""
    genuine = as_signed(Checkpoint.objects.get())
    other = sign_checkpoint(signing_key(), 5, leaf_hash(b"another"), genuine.signed_at)

    assert codes(genuine) == set()
    assert codes(other) == {"checkpoint_contradicted"}


def test_what_others_claim_without_our_signature_counts_for_nothing(ledger, tmp_path):
    genuine = as_signed(Checkpoint.objects.get())
    strangers = sign_checkpoint(signing_key(tmp_path), 5, leaf_hash(b""), genuine.signed_at)
    unsigned = genuine.model_copy(update={"size": 9})

    assert codes(strangers, unsigned) == set()
