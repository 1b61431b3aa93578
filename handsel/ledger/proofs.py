"""Proofs out of the stored tree: that entries are in it, and that it only ever grew."""

from collections.abc import Callable, Collection, Iterable

from django.db import connection

from handsel.engine import merkle, proof
from handsel.errors import DomainError
from handsel.ledger.leaves import entries_with_postings, hashed_form
from handsel.ledger.models import Checkpoint, Leaf
from handsel.rows.scope import as_system


class EntryNotSealed(DomainError):
    """The entry is not in the tree of this checkpoint."""


def as_signed(checkpoint: Checkpoint) -> proof.Checkpoint:
    """The checkpoint as proof files carry it."""
    return proof.Checkpoint(
        size=checkpoint.size,
        root=bytes(checkpoint.root).hex(),
        signed_at=checkpoint.signed_at,
        public_key=bytes(checkpoint.public_key).hex(),
        signature=bytes(checkpoint.signature).hex(),
    )


def inclusion(entry_ids: Collection[str], checkpoint: Checkpoint) -> dict[str, proof.EntryProof]:
    """The proof of each entry against a checkpoint, by entry id, in a fixed number of statements.

    For entries that the caller may show: hashes of other people's leaves are read on the way, and
    salted as they are, they say nothing. Raises EntryNotSealed.
    """
    with as_system():
        leaves = _leaves(entry_ids, checkpoint)
        entries = entries_with_postings(entry_ids)
        node = _reader(
            name
            for leaf in leaves.values()
            for name in merkle.inclusion_nodes(leaf.number, checkpoint.size)
        )
    return {
        entry_id: proof.EntryProof(
            entry=hashed_form(entries[entry_id], bytes(leaf.salt)),
            number=leaf.number,
            leaf_hash=bytes(leaf.hash).hex(),
            inclusion_proof=tuple(
                sibling.hex()
                for sibling in merkle.inclusion_proof(leaf.number, checkpoint.size, node)
            ),
        )
        for entry_id, leaf in leaves.items()
    }


def shared_inclusion(
    entry_ids: Collection[str], checkpoint: Checkpoint
) -> tuple[list[proof.SealedEntry], list[bytes]]:
    """Many entries, in the order of the tree, and one proof for all of them; as `inclusion`."""
    with as_system():
        leaves = _leaves(entry_ids, checkpoint)
        entries = entries_with_postings(entry_ids)
        numbers = {leaf.number for leaf in leaves.values()}
        node = _reader(merkle.shared_nodes(numbers, checkpoint.size))
    sealed = [
        proof.SealedEntry(
            entry=hashed_form(entries[leaf.entry_id], bytes(leaf.salt)), number=leaf.number
        )
        for leaf in sorted(leaves.values(), key=lambda leaf: leaf.number)
    ]
    return sealed, merkle.shared_proof(numbers, checkpoint.size, node)


def _leaves(entry_ids: Collection[str], checkpoint: Checkpoint) -> dict[str, Leaf]:
    found = Leaf.objects.filter(entry__in=entry_ids, number__lt=checkpoint.size)
    leaves = {leaf.entry_id: leaf for leaf in found}
    if missing := set(entry_ids) - leaves.keys():
        raise EntryNotSealed(
            f"{min(missing)} is not among the first {checkpoint.size} leaves.",
            remedy="`seal_new` seals it; then prove it against the new checkpoint.",
        )
    return leaves


def consistency(old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """That the tree of the newer checkpoint begins with that of the older."""
    with as_system():
        node = _reader(merkle.consistency_nodes(old.size, new.size))
    return merkle.consistency_proof(old.size, new.size, node)


def stored_hashes(names: Iterable[merkle.Node]) -> dict[merkle.Node, bytes]:
    """Hashes of the tree by (level, index): level 0 from the leaves, the rest from the nodes."""
    asked = list(set(names))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH asked AS (SELECT * FROM unnest(%s::int[], %s::bigint[]) AS _ (level, index))
            SELECT 0, l.number, l.hash
              FROM asked JOIN ledger_leaf l ON asked.level = 0 AND l.number = asked.index
             UNION ALL
            SELECT n.level, n.index, n.hash
              FROM asked JOIN ledger_node n ON n.level = asked.level AND n.index = asked.index
            """,
            [[level for level, _ in asked], [index for _, index in asked]],
        )
        return {(level, index): bytes(found) for level, index, found in cursor.fetchall()}


def _reader(names: Iterable[merkle.Node]) -> Callable[[int, int], bytes]:
    hashes = stored_hashes(names)
    return lambda level, index: hashes[level, index]
