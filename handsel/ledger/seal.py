"""The sealer: gives every committed entry a number and a leaf, and signs the tree's root.

Posting never waits for it. A trigger puts each entry into a queue (`Unsealed`) in the entry's own
transaction; the sealer takes from the queue what it can see. An entry whose transaction commits
late is seen late and numbered later, so no order of ids or times is relied upon and none is missed.
Leaving the queue and getting a leaf is one transaction, and a leaf's entry is unique: an entry is
sealed once. See docs/ledger.md.
"""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.utils.timezone import now

from handsel.engine.merkle import Frontier, inclusion_nodes
from handsel.engine.proof import public_key_of, sign_checkpoint
from handsel.ledger.keys import SigningKeyUnusable, signing_key
from handsel.ledger.leaves import entries_with_postings, leaf_hash
from handsel.ledger.models import Checkpoint, Leaf, Node, Unsealed
from handsel.ledger.proofs import stored_hashes
from handsel.rows.scope import as_system

# One sealer at a time, in all processes. The number only has to be ours.
SEALER_LOCK = 0x5EA1E5
BATCH_SIZE_MAX = 1_000
SALT_BYTES = 32


def seal_new(*, batch_size_max: int = BATCH_SIZE_MAX) -> Checkpoint | None:
    """Seal every entry that waits; the latest checkpoint, or None before the first entry.

    To be called outside of transactions (RuntimeError otherwise): a signature must not be shown
    for a tree that is then rolled back. Raises SigningKeyUnusable.
    """
    with as_system():
        while Unsealed.objects.exists():
            _seal_batch(signing_key(), batch_size_max)
    return latest_checkpoint()


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


@transaction.atomic(durable=True)
def _seal_batch(key: Ed25519PrivateKey, batch_size_max: int) -> None:
    """Take entries from the queue, oldest first, and add them to the tree under one checkpoint."""
    _wait_for_other_sealers()
    waiting = list(Unsealed.objects.order_by("id")[:batch_size_max])
    if not waiting:  # another sealer was here before us
        return
    frontier = _frontier(key)
    entries = entries_with_postings([unsealed.entry_id for unsealed in waiting])

    leaves: list[Leaf] = []
    nodes: list[Node] = []
    for unsealed in waiting:
        salt = secrets.token_bytes(SALT_BYTES)
        hashed = leaf_hash(entries[unsealed.entry_id], salt)
        leaves.append(
            Leaf(number=frontier.size, entry_id=unsealed.entry_id, salt=salt, hash=hashed)
        )
        _, *completed = frontier.append(hashed)
        nodes += (Node(level=level, index=index, hash=node) for level, index, node in completed)
    Leaf.objects.bulk_create(leaves)
    Node.objects.bulk_create(nodes)
    _sign(frontier, key)
    Unsealed.objects.filter(pk__in=[unsealed.pk for unsealed in waiting]).delete()


def _wait_for_other_sealers() -> None:
    """Until the end of the transaction; what the next statements see is what those left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])


def _frontier(key: Ed25519PrivateKey) -> Frontier:
    """Where the tree goes on. A lost key that was quietly made anew is noticed here."""
    last = latest_checkpoint()
    if last is None:
        return Frontier()
    if bytes(last.public_key).hex() != public_key_of(key):
        raise SigningKeyUnusable(
            "The ledger was signed with another key before.",
            remedy="Put the keys folder back as it was, from a backup.",
        )
    # What completes the next leaf's way to the root is the right edge of the tree as it is.
    edge = inclusion_nodes(last.size, last.size + 1)[::-1]
    hashes = stored_hashes(edge)
    return Frontier(last.size, [hashes[name] for name in edge])


def _sign(frontier: Frontier, key: Ed25519PrivateKey) -> None:
    signed = sign_checkpoint(key, frontier.size, frontier.root(), now())
    Checkpoint.objects.create(
        size=signed.size,
        root=bytes.fromhex(signed.root),
        signature=bytes.fromhex(signed.signature),
        public_key=bytes.fromhex(signed.public_key),
        signed_at=signed.signed_at,
    )
