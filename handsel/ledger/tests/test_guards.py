"""What the database refuses to the application's own role, whatever the program does."""

import pytest
from django.db import DatabaseError, connection, transaction

from handsel.ids import new_id, to_uuid
from handsel.ledger.models import Entry, Posting
from handsel.ledger.seal import seal_new
from handsel.ledger.services import post_entries
from handsel.rows.scope import seen_by

pytestmark = pytest.mark.django_db

ENTRY = """
    INSERT INTO ledger_entry (id, key, subject_id, brand_id, partner_id, evidence, line_count,
                              occurred_at, recorded_at)
    SELECT '{new}', 'forged:' || subject_id, subject_id, brand_id, partner_id, '', 2 AS lines,
           occurred_at, recorded_at
      FROM ledger_entry WHERE id = '{entry}'
"""
POSTING = """
    INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency, brand_id, partner_id)
    SELECT '{entry}', account_id, {amount}, {currency}, brand_id, partner_id
      FROM ledger_posting WHERE entry_id = '{entry}' ORDER BY id LIMIT {count}
"""


def new_entry(*postings, lines=2):
    """Statements that write an entry with these (amount, currency[, count]) beside a real one."""
    yield ENTRY.replace("2 AS lines", str(lines))
    for line in postings:
        yield posting(*line).replace("{entry}", "{new}", 1)


def posting(amount="amount_minor", currency="currency", count=2):
    """A statement that adds copies of an entry's own postings to it, with changes."""
    changed = POSTING.replace("{amount}", amount).replace("{currency}", currency)
    return changed.replace("{count}", str(count))


FOREIGN_ACCOUNT = """
    INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency, brand_id, partner_id)
    SELECT '{new}', p.account_id, p.amount_minor, 'EUR', e.brand_id, e.partner_id
      FROM ledger_posting p, ledger_entry e WHERE e.id = '{entry}' AND p.entry_id = '{other}'
"""
FOREIGN_OWNER = """
    INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency, brand_id, partner_id)
    SELECT '{new}', account_id, amount_minor, currency, gen_random_uuid(), partner_id
      FROM ledger_posting WHERE entry_id = '{entry}'
"""

NO_RIGHT = "permission denied"
REFUSED = {
    "UPDATE ledger_posting SET amount_minor = amount_minor + 1": NO_RIGHT,
    "UPDATE ledger_posting SET currency = 'SEK'": NO_RIGHT,
    "UPDATE ledger_posting SET entry_id = '{other}' WHERE entry_id = '{entry}'": NO_RIGHT,
    "DELETE FROM ledger_posting WHERE entry_id = '{entry}'": NO_RIGHT,
    "UPDATE ledger_entry SET occurred_at = occurred_at - interval '1 day'": NO_RIGHT,
    "UPDATE ledger_entry SET key = key || ':2'": NO_RIGHT,
    "DELETE FROM ledger_entry WHERE id = '{entry}'": NO_RIGHT,
    "UPDATE ledger_account SET partner_id = gen_random_uuid()": NO_RIGHT,
    "DELETE FROM ledger_account": NO_RIGHT,
    "UPDATE ledger_leaf SET hash = salt": NO_RIGHT,
    "DELETE FROM ledger_leaf": NO_RIGHT,
    "UPDATE ledger_node SET hash = decode('00', 'hex')": NO_RIGHT,
    "DELETE FROM ledger_node": NO_RIGHT,
    "UPDATE ledger_checkpoint SET root = signature": NO_RIGHT,
    "DELETE FROM ledger_checkpoint": NO_RIGHT,
    "INSERT INTO ledger_unsealed (entry_id) VALUES ('{entry}')": NO_RIGHT,
    "ALTER TABLE ledger_posting DISABLE TRIGGER ALL": "must be owner",
    "SET session_replication_role = replica": NO_RIGHT,
    "INSERT INTO ledger_account (id, name, kind, owner_id, brand_id)"
    " VALUES (gen_random_uuid(), 'payable:par_1', 'cash', 'par_1', gen_random_uuid())": (
        "account_name_is_kind_and_owner"
    ),
    "INSERT INTO ledger_leaf (number, salt, hash, sealed_at, entry_id)"
    " SELECT 99, salt, hash, now(), entry_id FROM ledger_leaf LIMIT 1": "leaf_entry_id_key",
    ENTRY.replace("'forged:' || subject_id", "key"): "entry_key_key",
    ENTRY.replace("'forged:' || subject_id", "'forged'"): "entry_key_names_its_subject",
    posting("5", count=1): "is complete",
    posting(): "is complete",
}
REFUSED_ENTRIES = {
    "no postings": ([*new_entry()], "has 0 postings"),
    "one posting": ([*new_entry(("5", "currency", 1))], "has 1 postings"),
    "fewer than said": ([*new_entry(("amount_minor", "currency"), lines=3)], "instead of 3"),
    "more than said": ([*new_entry(("amount_minor", "currency"), lines=1)], "is complete"),
    "unbalanced": ([*new_entry(("abs(amount_minor)", "currency"))], "sum to zero"),
    "unbalanced per currency": (
        [*new_entry(("amount_minor", "CASE WHEN amount_minor > 0 THEN 'EUR' ELSE 'SEK' END"))],
        "sum to zero",
    ),
    "another's account": ([*new_entry(), FOREIGN_ACCOUNT], "somebody else"),
    "another's posting": ([*new_entry(), FOREIGN_OWNER], "somebody else"),
    "zero": ([*new_entry(("0", "currency"))], "posting_not_zero"),
    "no currency": ([*new_entry(("amount_minor", "'eur'"))], "posting_currency_is_a_code"),
    "too large for a proof": (
        [*new_entry(("sign(amount_minor) * 2^53", "currency"))],
        "posting_amount_fits_a_proof",
    ),
}


@pytest.fixture
def sealed(bens, mallorys):
    """The ids to fill into the statements."""
    entry, other, _ = post_entries([bens.recorded(), mallorys.recorded(), bens.recorded(7)])
    seal_new()
    return {
        "entry": to_uuid(entry.pk),
        "other": to_uuid(other.pk),
        "new": to_uuid(new_id("ent")),
    }


def run(statements, names):
    """In a transaction of their own, its deferred checks included."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**names))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(("statement", "reason"), REFUSED.items())
def test_the_application_may_not(sealed, statement, reason):
    with pytest.raises(DatabaseError, match=reason):
        run([statement], sealed)


@pytest.mark.parametrize(("statements", "reason"), REFUSED_ENTRIES.values(), ids=REFUSED_ENTRIES)
def test_the_database_takes_no_entry_with(sealed, statements, reason):
    with pytest.raises(DatabaseError, match=reason):
        run(statements, sealed)


@pytest.mark.parametrize("table", ["entry", "posting", "account", "leaf", "node", "checkpoint"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET {column} = {column}"])
def test_not_even_the_owner_changes_a_row(sealed, verb, table):
    column = {"node": "hash", "leaf": "number"}.get(table, "id")
    statement = verb.format(f"ledger_{table}", column=column)

    with pytest.raises(DatabaseError, match="never changed or deleted"):
        run(["SET LOCAL ROLE handsel_owner", statement], sealed)


def test_the_ledger_is_not_emptied(sealed):
    # Only the tests' own database grants this, for emptying it between tests.
    revoked = "REVOKE TRUNCATE ON ledger_posting FROM handsel_app"
    as_app = ["SET LOCAL ROLE handsel_owner", revoked, "SET LOCAL ROLE handsel_app"]

    with pytest.raises(DatabaseError, match=NO_RIGHT):
        run([*as_app, "TRUNCATE ledger_posting"], sealed)


def test_the_database_takes_a_whole_entry(sealed):
    """The statements above fail for their own reason, and not because they are written wrong."""
    run([*new_entry(("amount_minor", "currency"))], sealed)

    assert Entry.objects.count() == 4
    assert Posting.objects.count() == 8


def test_a_stranger_adds_nothing_to_an_entry_it_cannot_see(sealed, bens, mallorys):
    """The guards see all rows, where the session sees only its own."""
    pair = """
        INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency, brand_id)
        SELECT '{entry}', account_id, amount_minor, currency, brand_id
          FROM ledger_posting WHERE entry_id = '{other}'
    """
    with seen_by([mallorys.brand]), pytest.raises(DatabaseError, match="is complete"):
        run([pair], sealed)


def test_sealing_is_not_for_organizations(sealed, bens):
    forged = """
        INSERT INTO ledger_checkpoint (id, size, root, signature, public_key, signed_at)
        SELECT gen_random_uuid(), 99, root, signature, public_key, now() FROM ledger_checkpoint
    """
    with seen_by([bens.brand]), pytest.raises(DatabaseError, match="row-level security"):
        run([forged], sealed)
