"""The eight leaves and roots are the test vectors of certificate-transparency (merkletree)."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# PATH(0, D[8]) and PROOF(6, D[8]) of the same vectors.
PATH_OF_FIRST = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
FROM_SIX_TO_EIGHT = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


class Tree:
    """A frontier that keeps its nodes, as the sealer's table does."""

    def __init__(self, leaves):
        self.frontier = Frontier()
        self.nodes = {}
        self.roots = [self.frontier.root()]
        for leaf in leaves:
            for level, index, found in self.frontier.append(leaf_hash(leaf)):
                self.nodes[level, index] = found
            self.roots.append(self.frontier.root())

    def node(self, level, index):
        return self.nodes[level, index]


def reference_root(leaves):
    """MTH, word for word from RFC 6962."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(reference_root(leaves[:k]), reference_root(leaves[k:]))


PUBLISHED = Tree(LEAVES)
sizes = st.integers(1, 70)


def numbered(size):
    return [str(number).encode() for number in range(size)]


BIG = Tree(numbered(70))


def test_the_published_roots():
    assert [root.hex() for root in PUBLISHED.roots[1:]] == ROOTS
    assert PUBLISHED.roots[0] == EMPTY_ROOT


def test_the_published_proofs():
    path = inclusion_proof(0, 8, PUBLISHED.node)
    proof = consistency_proof(6, 8, PUBLISHED.node)

    assert [step.hex() for step in path] == PATH_OF_FIRST
    assert [step.hex() for step in proof] == FROM_SIX_TO_EIGHT


def test_every_root_is_that_of_the_definition():
    for size in range(71):
        assert BIG.roots[size] == reference_root(numbered(size))


def test_a_frontier_continues_where_it_stopped():
    half = Tree(numbered(33)).frontier
    resumed = Frontier(half.size, half.hashes)
    for leaf in numbered(70)[33:]:
        resumed.append(leaf_hash(leaf))
    assert resumed.root() == BIG.roots[70]


def test_a_frontier_needs_a_hash_for_each_bit():
    with pytest.raises(ValueError, match="each bit"):
        Frontier(3, [EMPTY_ROOT])


@given(sizes, st.data())
def test_a_leaf_is_proved_by_the_named_nodes_and_no_others(size, data):
    number = data.draw(st.integers(0, size - 1))
    asked = []

    def node(level, index):
        asked.append((level, index))
        return BIG.node(level, index)

    proof = inclusion_proof(number, size, node)
    leaf = BIG.node(0, number)

    assert asked == inclusion_nodes(number, size)
    assert verify_inclusion(leaf, number, size, proof, BIG.roots[size])
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != number) | st.just(size))
    assert not verify_inclusion(leaf, other, size, proof, BIG.roots[size])
    assert not verify_inclusion(leaf, number, size, [*proof, EMPTY_ROOT], BIG.roots[size])
    for place in range(len(proof)):
        broken = [*proof[:place], EMPTY_ROOT, *proof[place + 1 :]]
        assert not verify_inclusion(leaf, number, size, broken, BIG.roots[size])
        assert not verify_inclusion(leaf, number, size, proof[:place], BIG.roots[size])


@given(sizes, sizes)
def test_a_longer_list_begins_with_the_shorter(one, other):
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, BIG.node)

    assert len(consistency_nodes(old, new)) >= len(proof)
    assert verify_consistency(old, new, BIG.roots[old], BIG.roots[new], proof)
    assert not verify_consistency(old, new, EMPTY_ROOT, BIG.roots[new], proof)
    assert not verify_consistency(old, new, BIG.roots[old], EMPTY_ROOT, proof)
    assert not verify_consistency(new, old, BIG.roots[old], BIG.roots[new], proof) or old == new
    for place in range(len(proof)):
        broken = [*proof[:place], EMPTY_ROOT, *proof[place + 1 :]]
        assert not verify_consistency(old, new, BIG.roots[old], BIG.roots[new], broken)
        short = proof[:place]
        assert not verify_consistency(old, new, BIG.roots[old], BIG.roots[new], short)


def test_a_proof_that_stops_at_a_subtree_is_no_proof():
    path = inclusion_proof(0, 8, PUBLISHED.node)
    leaf = PUBLISHED.node(0, 0)

    assert verify_inclusion(leaf, 0, 4, path[:2], PUBLISHED.roots[4])
    assert not verify_inclusion(leaf, 0, 8, path[:2], PUBLISHED.roots[4])


def test_equal_lists_need_no_proof_and_allow_none():
    assert verify_consistency(8, 8, PUBLISHED.roots[8], PUBLISHED.roots[8], [])
    assert not verify_consistency(8, 8, PUBLISHED.roots[8], PUBLISHED.roots[8], [EMPTY_ROOT])


def test_a_rewritten_list_is_noticed():
    rewritten = Tree([b"changed", *numbered(70)[1:]])
    for old in range(1, 70):
        proof = consistency_proof(old, 70, rewritten.node)
        assert not verify_consistency(old, 70, BIG.roots[old], rewritten.roots[70], proof)


@pytest.mark.parametrize(("number", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_of_what_is_not_there(number, size):
    with pytest.raises(ValueError, match="number"):
        inclusion_proof(number, size, BIG.node)
    assert not verify_inclusion(EMPTY_ROOT, number, size, [], EMPTY_ROOT)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_consistency_of_impossible_sizes(old, size):
    with pytest.raises(ValueError, match="older tree"):
        consistency_proof(old, size, BIG.node)
    assert not verify_consistency(old, size, EMPTY_ROOT, EMPTY_ROOT, [])
