"""Merkle trees of RFC 6962, section 2.1: a list that can only grow, and short proofs about it.

All hashes are 32 raw bytes of SHA-256. A node is named by (level, index): it covers the leaves
from index * 2**level to (index + 1) * 2**level, all of them present. Those nodes never change,
so a sealer stores them once (`Frontier.append` says which are new) and a proof reads a few.
"""

from collections.abc import Callable, Sequence

Node = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    raise NotImplementedError


def node_hash(left: bytes, right: bytes) -> bytes:
    raise NotImplementedError


class Frontier:
    """The right edge of a tree: enough to add leaves and to know the root, in O(log n) memory.

    `Frontier(size, hashes)` continues where an earlier one stopped: `hashes` are the complete
    subtrees that make up `size` leaves, the largest first.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        raise NotImplementedError

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; the nodes it completed, as (level, index, hash), the leaf first."""
        raise NotImplementedError

    def root(self) -> bytes:
        raise NotImplementedError


def inclusion_nodes(number: int, size: int) -> list[Node]:
    """The stored nodes that `inclusion_proof` will ask for."""
    raise NotImplementedError


def inclusion_proof(number: int, size: int, node: Callable[[int, int], bytes]) -> list[bytes]:
    """That leaf `number` (from 0) is in the tree of `size` leaves; `node(level, index)` reads."""
    raise NotImplementedError


def verify_inclusion(
    leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    raise NotImplementedError


def consistency_nodes(old_size: int, size: int) -> list[Node]:
    """The stored nodes that `consistency_proof` will ask for."""
    raise NotImplementedError


def consistency_proof(old_size: int, size: int, node: Callable[[int, int], bytes]) -> list[bytes]:
    """That the tree of `size` leaves begins with that of `old_size`."""
    raise NotImplementedError


def verify_consistency(
    old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    raise NotImplementedError
