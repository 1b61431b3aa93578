"""Merkle trees of RFC 6962, section 2.1: a list that can only grow, and short proofs about it.

All hashes are 32 raw bytes of SHA-256. A node is named by (level, index): it covers the leaves
from index * 2**level up to (index + 1) * 2**level, all of them present. Such nodes never change,
so a sealer stores them once (`Frontier.append` says which are new) and a proof reads a few.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence

Node = tuple[int, int]
Span = tuple[int, int]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree: enough to add leaves and to know the root, in O(log n) memory.

    `Frontier(size, hashes)` continues where an earlier one stopped: `hashes` are the complete
    subtrees that make up `size` leaves, the largest first, one for each bit set in `size`.

        >>> frontier = Frontier()
        >>> for leaf in (b"a", b"b", b"c"):
        ...     completed = frontier.append(leaf_hash(leaf))
        >>> frontier.root() == Frontier(frontier.size, frontier.hashes).root()
        True
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError("A frontier has one hash for each bit set in its size.")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; the nodes it completed, as (level, index, hash), the leaf first."""
        completed = [(0, self.size, leaf)]
        level, index, node = completed[0]
        while index % 2:
            level, index, node = level + 1, index // 2, node_hash(self.hashes.pop(), node)
            completed.append((level, index, node))
        self.hashes.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root over all leaves; of none, the hash of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


def inclusion_nodes(number: int, size: int) -> list[Node]:
    """The stored nodes that `inclusion_proof` will ask for."""
    return [node for span in _inclusion_spans(number, size) for node in _nodes(span)]


def inclusion_proof(number: int, size: int, node: Callable[[int, int], bytes]) -> list[bytes]:
    """That leaf `number` (from 0) is in the tree of `size` leaves; `node(level, index)` reads.

    Raises ValueError unless 0 <= number < size.
    """
    return [_span_hash(span, node) for span in _inclusion_spans(number, size)]


def verify_inclusion(
    leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from a leaf hash to the root."""
    return root_of_path(leaf, number, size, proof) == root


def root_of_path(leaf: bytes, number: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Where a proof leads from a leaf hash; None when it is too short or too long for the place.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= number < size:
        return None
    place, last, found = number, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, sibling)
        place, last = place // 2, last // 2
    return found if last == 0 else None


def shared_nodes(numbers: Collection[int], size: int) -> list[Node]:
    """The stored nodes that `shared_proof` will ask for."""
    return [node for span in _shared_spans(numbers, size) for node in _nodes(span)]


def shared_proof(
    numbers: Collection[int], size: int, node: Callable[[int, int], bytes]
) -> list[bytes]:
    """That all these leaves are in the tree of `size` leaves, each hash on their ways told once.

    The hashes of the largest subtrees that hold none of the leaves, from left to right: whoever
    knows the numbers knows where each belongs.

    Raises ValueError unless there is a number, and each is from 0 up to the size.
    """
    return [_span_hash(span, node) for span in _shared_spans(numbers, size)]


def verify_shared(
    leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf hashes, by number, lead to the root together; no hash is left over."""
    numbers = sorted(leaves)
    if not numbers or numbers[0] < 0 or numbers[-1] >= size:
        return False
    siblings = iter(proof)

    def span_hash(begin: int, end: int, first: int, last: int) -> bytes:
        if first == last:
            return next(siblings)
        if end - begin == 1:
            return leaves[begin]
        middle = begin + _cut(end - begin)
        parting = bisect_left(numbers, middle, first, last)
        left = span_hash(begin, middle, first, parting)
        return node_hash(left, span_hash(middle, end, parting, last))

    try:
        found = span_hash(0, size, 0, len(numbers))
    except StopIteration:
        return False
    return found == root and next(siblings, None) is None


def consistency_nodes(old_size: int, size: int) -> list[Node]:
    """The stored nodes that `consistency_proof` will ask for."""
    return [node for span in _consistency_spans(old_size, size) for node in _nodes(span)]


def consistency_proof(old_size: int, size: int, node: Callable[[int, int], bytes]) -> list[bytes]:
    """That the tree of `size` leaves begins with that of `old_size`.

    Raises ValueError unless 0 < old_size <= size.
    """
    return [_span_hash(span, node) for span in _consistency_spans(old_size, size)]


def verify_consistency(
    old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the newer tree begins with the older. Source: RFC 9162, section 2.1.4.2."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if not proof:
        return False

    path = list(proof)
    if old_size.bit_count() == 1:
        path.insert(0, old_root)
    place, last = old_size - 1, size - 1
    while place % 2:
        place, last = place // 2, last // 2
    old_found = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, sibling)
        place, last = place // 2, last // 2
    return last == 0 and old_found == old_root and found == root


def _inclusion_spans(number: int, size: int) -> list[Span]:
    """PATH of RFC 6962, as spans of leaves from begin up to end, the lowest first."""
    if not 0 <= number < size:
        raise ValueError("A leaf's number is from 0 up to the size of its tree.")
    begin, end = 0, size
    spans: list[Span] = []
    while end - begin > 1:
        middle = begin + _cut(end - begin)
        if number < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return spans[::-1]


def _shared_spans(numbers: Collection[int], size: int) -> list[Span]:
    """The largest spans without any of the leaves, where a tree is divided, from left to right."""
    ordered = sorted(set(numbers))
    if not ordered or ordered[0] < 0 or ordered[-1] >= size:
        raise ValueError("A leaf's number is from 0 up to the size of its tree.")
    spans: list[Span] = []

    def visit(begin: int, end: int, first: int, last: int) -> None:
        if first == last:
            spans.append((begin, end))
        elif end - begin > 1:
            middle = begin + _cut(end - begin)
            parting = bisect_left(ordered, middle, first, last)
            visit(begin, middle, first, parting)
            visit(middle, end, parting, last)

    visit(0, size, 0, len(ordered))
    return spans


def _consistency_spans(old_size: int, size: int) -> list[Span]:
    """PROOF of RFC 6962, as spans, the lowest first."""
    if not 0 < old_size <= size:
        raise ValueError("The older tree has leaves, and no more than the newer.")
    begin, end = 0, size
    spans: list[Span] = []
    while end != old_size:
        middle = begin + _cut(end - begin)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    # The older tree itself needs no hash: who checks the proof has its root.
    if begin > 0:
        spans.append((begin, end))
    return spans[::-1]


def _cut(leaves: int) -> int:
    """The largest power of two below the number of leaves: where RFC 6962 divides a tree."""
    return 1 << (leaves - 1).bit_length() - 1


def _nodes(span: Span) -> list[Node]:
    """The complete subtrees of a span, from left to right."""
    begin, end = span
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def _span_hash(span: Span, node: Callable[[int, int], bytes]) -> bytes:
    hashes = [node(level, index) for level, index in _nodes(span)]
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found
