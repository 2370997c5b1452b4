"""Rows of a sealed result, gathered into sections: parts of a thousand under one root each."""

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from contest.models import Contest
from contest.rules.canonical import canonical, sha256
from contest.rules.merkle import BLOCK, leaf_hash, root_of


@dataclass(frozen=True)
class Row:
    shown: Mapping[str, Any]
    opened: Mapping[str, Any]
    leaf: bytes
    key: str = ""


@dataclass(frozen=True)
class Part:
    """Up to BLOCK rows; both contents as canonical JSON arrays."""

    section: str
    number: int
    first_key: str
    root: bytes
    content: bytes
    opened: bytes


@dataclass
class Sealing:
    """Takes rows up, section by section; hands every part on as soon as it is full."""

    keep: Callable[[Part], None]
    roots: dict[str, list[bytes]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, section: str, rows: Iterable[Row]) -> dict[str, Any]:
        """What the head says of the section."""
        self.roots[section] = []
        rows = iter(rows)
        for number, block in enumerate(iter(lambda: list(islice(rows, BLOCK)), [])):
            root = root_of([row.leaf for row in block])
            content = b"[" + b",".join(canonical(row.shown) for row in block) + b"]"
            opened = b"[" + b",".join(canonical(row.opened) for row in block) + b"]"
            self.keep(Part(section, number, block[0].key, root, content, opened))
            self.roots[section].append(root)
            self.counts[section] += len(block)
        return {
            "count": self.counts[section],
            "root": root_of(self.roots[section]).hex(),
        }


def checked(shown: dict[str, Any]) -> dict[str, Any]:
    """A row with the digest that names it when something about it was changed."""
    return shown | {"check": sha256(shown)}


def open_row(shown: dict[str, Any]) -> Row:
    """A row that hides nothing."""
    shown = checked(shown)
    return Row(shown, {}, leaf_hash(bytes.fromhex(shown["check"])))


def closing_row(shown: dict[str, Any], opened: Mapping[str, Any]) -> Row:
    """A row that holds only the digest of what it hides."""
    shown = checked(shown | {"sealed": sha256(opened)})
    return Row(shown, opened, leaf_hash(bytes.fromhex(shown["check"])))


def nonce(contest: Contest, what: str, pk: int) -> str:
    """Hard to guess, and the same whenever the same state is sealed."""
    return keyed(contest, f"{what}:{pk}".encode())


def keyed(contest: Contest, content: bytes) -> str:
    """A digest that nobody can find by trying contents."""
    return hmac.digest(bytes.fromhex(contest.sealing_salt), content, "sha256").hex()
