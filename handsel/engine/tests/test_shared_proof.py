"""One proof for many leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.merkle import (
    EMPTY_ROOT,
    inclusion_proof,
    shared_nodes,
    shared_proof,
    verify_shared,
)
from handsel.engine.tests.test_merkle import BIG

sizes = st.integers(1, 70)


@st.composite
def some_of_a_tree(draw):
    size = draw(sizes)
    return size, draw(st.sets(st.integers(0, size - 1), min_size=1))


@given(some_of_a_tree())
def test_many_leaves_are_proved_by_the_named_nodes_and_no_others(case):
    size, numbers = case
    asked = []

    def node(level, index):
        asked.append((level, index))
        return BIG.node(level, index)

    proof = shared_proof(numbers, size, node)
    leaves = {number: BIG.node(0, number) for number in numbers}

    assert asked == shared_nodes(numbers, size)
    assert verify_shared(leaves, size, proof, BIG.roots[size])
    assert len(proof) <= sum(len(inclusion_proof(n, size, BIG.node)) for n in numbers)


@given(some_of_a_tree(), st.data())
def test_nothing_of_a_shared_proof_can_be_changed(case, data):
    size, numbers = case
    proof = shared_proof(numbers, size, BIG.node)
    leaves = {number: BIG.node(0, number) for number in numbers}
    root, number = BIG.roots[size], data.draw(st.sampled_from(sorted(numbers)))

    assert not verify_shared({**leaves, number: EMPTY_ROOT}, size, proof, root)
    assert not verify_shared(leaves, size, [*proof, EMPTY_ROOT], root)
    assert not verify_shared(leaves, size, proof, EMPTY_ROOT)
    for place in range(len(proof)):
        broken = [*proof[:place], EMPTY_ROOT, *proof[place + 1 :]]
        assert not verify_shared(leaves, size, broken, root)
        assert not verify_shared(leaves, size, proof[:place], root)


@given(some_of_a_tree(), st.data())
def test_a_leaf_is_proved_in_its_own_place_only(case, data):
    size, numbers = case
    proof = shared_proof(numbers, size, BIG.node)
    number = data.draw(st.sampled_from(sorted(numbers)))
    other = data.draw(st.integers(0, size).filter(lambda n: n not in numbers) | st.just(size))
    leaves = {n: BIG.node(0, n) for n in numbers - {number}} | {other: BIG.node(0, number)}

    assert not verify_shared(leaves, size, proof, BIG.roots[size])


@pytest.mark.parametrize("numbers", [(), (-1,), (3,), (0, 3)])
def test_no_shared_proof_of_what_is_not_there(numbers):
    with pytest.raises(ValueError, match="number"):
        shared_proof(numbers, 3, BIG.node)
    leaves = dict.fromkeys(numbers, EMPTY_ROOT)
    assert not verify_shared(leaves, 3, [], EMPTY_ROOT)
