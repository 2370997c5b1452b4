"""Merkle trees as in RFC 6962: one digest for many leaves, and short proofs that one is among them.

A leaf is hashed behind a byte 0, a node behind a byte 1, so that neither passes for the other. On
every level neighbours are paired; one without a neighbour moves up as it is. Any run of BLOCK
leaves that starts at a multiple of BLOCK is a tree of its own within the whole.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

BLOCK = 1024  # a power of two
EMPTY = hashlib.sha256(b"").digest()


class Step(NamedTuple):
    """One step of a proof: the neighbour's digest, and whether it stands to the left."""

    digest: bytes
    is_left: bool


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Of leaf hashes, or of the roots of blocks in order; EMPTY of none."""
    level = list(hashes) or [EMPTY]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def proof_of(hashes: Sequence[bytes], index: int) -> list[Step]:
    """The neighbours that lead from the leaf at `index` to the root. Raises IndexError."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    steps = []
    level = list(hashes)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(Step(level[neighbour], is_left=neighbour < index))
        level, index = _above(level), index // 2
    return steps


def root_by_proof(leaf: bytes, steps: Sequence[Step]) -> bytes:
    """Where a proof leads: the root, if it is right."""
    digest = leaf
    for step in steps:
        left, right = (step.digest, digest) if step.is_left else (digest, step.digest)
        digest = node_hash(left, right)
    return digest


def _above(level: list[bytes]) -> list[bytes]:
    paired = [node_hash(level[index], level[index + 1]) for index in range(0, len(level) - 1, 2)]
    return paired + level[len(level) - len(level) % 2 :]
