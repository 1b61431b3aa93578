from functools import partial

import psycopg
import pytest
from django.db import transaction

from handsel.engine.merkle import leaf_hash, verify_consistency, verify_inclusion
from handsel.engine.proof import leaf_bytes, verify_checkpoint
from handsel.ids import from_uuid
from handsel.ledger.check import check_all
from handsel.ledger.keys import SigningKeyUnusable, public_key, signing_key
from handsel.ledger.models import Checkpoint, Leaf, Node, Unsealed
from handsel.ledger.proofs import EntryNotSealed, as_signed, consistency, inclusion
from handsel.ledger.seal import seal_new
from handsel.ledger.services import post_entries, post_entry
from handsel.ledger.tests.conftest import run_together, sealed
from handsel.rows.scope import seen_by


@pytest.fixture
def seven(db, bens):
    return post_entries([bens.recorded(amount) for amount in range(1, 8)])


def is_proved(entry_proof, checkpoint):
    hashed = leaf_hash(leaf_bytes(entry_proof.entry))
    path = [bytes.fromhex(sibling) for sibling in entry_proof.inclusion_proof]
    root = bytes.fromhex(checkpoint.root)
    return hashed.hex() == entry_proof.leaf_hash and verify_inclusion(
        hashed, entry_proof.number, checkpoint.size, path, root
    )


def test_nothing_to_seal_makes_no_checkpoint(db):
    assert seal_new() is None


def test_every_entry_gets_the_next_number(seven):
    checkpoint = sealed()

    assert checkpoint.size == 7
    assert [leaf.number for leaf in Leaf.objects.order_by("number")] == list(range(7))
    assert {leaf.entry_id for leaf in Leaf.objects.all()} == {entry.pk for entry in seven}
    assert not Unsealed.objects.exists()


def test_a_checkpoint_is_signed_with_the_installation_s_key(seven):
    signed = as_signed(sealed())

    assert verify_checkpoint(signed)
    assert signed.public_key == public_key()


def test_sealing_again_changes_nothing(seven):
    assert sealed() == sealed()
    assert Checkpoint.objects.count() == 1


@pytest.mark.parametrize("batch_size_max", [1, 2, 3, 100])
def test_batches_give_the_same_nodes_as_one_tree(seven, batch_size_max):
    sealed(batch_size_max=batch_size_max)

    assert Checkpoint.objects.count() == -(-7 // batch_size_max)
    assert Node.objects.count() == 7 - (7).bit_count()
    assert check_all().ok


def test_each_entry_is_proved_against_each_checkpoint(seven, bens):
    first = sealed()
    later = post_entry(bens.recorded(99))
    second = sealed()

    for checkpoint, entries in ((first, seven), (second, [*seven, later])):
        proofs = inclusion({entry.pk for entry in entries}, checkpoint)
        assert proofs.keys() == {entry.pk for entry in entries}
        assert all(is_proved(found, as_signed(checkpoint)) for found in proofs.values())
    with pytest.raises(EntryNotSealed):
        inclusion([later.pk], first)


def test_the_tree_only_grows(seven, bens):
    first = sealed()
    post_entries([bens.recorded() for _ in range(6)])
    second = sealed()

    proof = consistency(first, second)

    assert verify_consistency(first.size, second.size, bytes(first.root), bytes(second.root), proof)


def test_proofs_are_made_with_a_partner_s_rights(seven, mallorys, bens):
    post_entries([mallorys.recorded() for _ in range(5)])
    checkpoint = sealed()

    with seen_by([bens.partner]):
        proofs = inclusion([entry.pk for entry in seven], checkpoint)

    assert all(is_proved(found, as_signed(checkpoint)) for found in proofs.values())
    assert {p.account for p in proofs[seven[0].pk].entry.postings} == {bens.expense, bens.pending}


def test_salts_hide_equal_entries(db, bens):
    post_entries([bens.recorded(5), bens.recorded(5)])
    sealed()
    first, second = Leaf.objects.all()

    assert bytes(first.salt) != bytes(second.salt)


def test_a_key_that_was_lost_is_not_replaced_in_silence(
    seven, bens, settings, tmp_path, monkeypatch
):
    sealed()
    post_entry(bens.recorded())
    monkeypatch.setattr("handsel.ledger.seal.signing_key", lambda: signing_key(tmp_path))

    with pytest.raises(SigningKeyUnusable, match="another key"):
        seal_new()
    assert Unsealed.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sealing_inside_a_transaction_is_refused(bens):
    post_entry(bens.recorded())

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        seal_new()


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_numbered_later(bens, database_url):
    """Written first, committed last: neither missed nor waited for."""
    early, late = bens.recorded(1), bens.recorded(2)
    with psycopg.connect(database_url, options="-c handsel.scope=system") as slow:
        late_id = write_by_hand(slow, late)
        early_entry = post_entry(early)
        assert sealed().size == 1
        slow.commit()
    checkpoint = sealed()

    assert late_id < early_entry.pk  # by ids or times, it would have been passed by
    assert checkpoint.size == 2
    assert Leaf.objects.get(number=0).entry_id == early_entry.pk
    assert Leaf.objects.get(number=1).entry_id == late_id
    assert check_all().ok


def write_by_hand(slow, entry):
    """Post on a connection of one's own, and leave the transaction open."""
    entry_id = slow.execute(
        "INSERT INTO ledger_entry (id, key, subject_id, brand_id, evidence, line_count,"
        " occurred_at, recorded_at) VALUES (uuidv7(), %s, %s, gen_random_uuid(), '', 2,"
        " now() - interval '1 hour', now() - interval '1 hour') RETURNING id",
        [entry.key, entry.subject_id],
    ).fetchone()[0]
    for name, amount_minor in (("cash", 5), ("prepaid", -5)):
        slow.execute(
            "WITH a AS (INSERT INTO ledger_account (id, name, kind, owner_id, brand_id)"
            " SELECT uuidv7(), %s || ':' || e.id, %s, e.id::text, e.brand_id"
            " FROM ledger_entry e WHERE e.id = %s RETURNING id, brand_id)"
            " INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency, brand_id)"
            " SELECT %s, id, %s, 'EUR', brand_id FROM a",
            [name, name, entry_id, entry_id, amount_minor],
        )
    return from_uuid(entry_id, "ent")


def seal_together(bens):
    post_entries([bens.recorded() for _ in range(60)])
    run_together([partial(seal_new, batch_size_max=3)] * 4)


@pytest.mark.django_db(transaction=True)
def test_sealers_at_once_number_each_entry_once(bens):
    seal_together(bens)

    assert [leaf.number for leaf in Leaf.objects.order_by("number")] == list(range(60))
    assert check_all().ok


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_sealers_collide(bens, monkeypatch):
    monkeypatch.setattr("handsel.ledger.seal._wait_for_other_sealers", lambda: None)

    with pytest.raises(ExceptionGroup):
        seal_together(bens)
