import hashlib

import pytest
from hypothesis import given, strategies as st

from contest.rules.merkle import (
    BLOCK,
    EMPTY,
    leaf_hash,
    node_hash,
    proof_of,
    root_by_proof,
    root_of,
)

LEAVES = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=40)


def by_the_letter(hashes):
    """RFC 6962, section 2.1: split at the largest power of two below the length."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(by_the_letter(hashes[:split]), by_the_letter(hashes[split:]))


def test_the_empty_tree_is_that_of_the_rfc():
    assert root_of([]) == EMPTY == hashlib.sha256(b"").digest()


def test_leaves_and_nodes_are_told_apart():
    assert leaf_hash(b"\x01ab") != node_hash(b"a", b"b")
    assert leaf_hash(b"") == hashlib.sha256(b"\x00").digest()


@given(LEAVES)
def test_root_is_that_of_the_rfc(hashes):
    assert root_of(hashes) == by_the_letter(hashes)


@given(LEAVES, st.data())
def test_every_proof_leads_to_the_root_and_from_no_other_leaf(hashes, data):
    index = data.draw(st.integers(0, len(hashes) - 1))

    steps = proof_of(hashes, index)

    assert root_by_proof(hashes[index], steps) == root_of(hashes)
    assert root_by_proof(leaf_hash(b"another leaf"), steps) != root_of(hashes)


@pytest.mark.parametrize("count", [BLOCK, BLOCK + 1, 3 * BLOCK - 1, 5 * BLOCK + 7])
def test_blocks_are_trees_within_the_tree(count):
    hashes = [leaf_hash(str(number).encode()) for number in range(count)]
    blocks = [hashes[start : start + BLOCK] for start in range(0, count, BLOCK)]
    roots = [root_of(block) for block in blocks]

    assert root_of(roots) == root_of(hashes)
    for index in (0, BLOCK - 1, count - 1):
        block, offset = divmod(index, BLOCK)
        assert proof_of(blocks[block], offset) + proof_of(roots, block) == proof_of(hashes, index)


def test_there_is_no_proof_of_what_is_not_there():
    with pytest.raises(IndexError):
        proof_of([EMPTY], 1)
    with pytest.raises(IndexError):
        proof_of([EMPTY], -1)
