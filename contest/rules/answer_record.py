"""What a person answered, in the words they read: the text that the receipt's digest is of."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from contest.rules.canonical import canonical

FORMAT = "bai-lam/1"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of a paper; `choices` in the author's order, `choice_order` as shown."""

    position: int
    stem: str
    choices: Sequence[str]
    choice_order: str
    response: str  # letters as shown, or what was typed


def answer_record(attempt_code: UUID, answered: Iterable[Answered]) -> bytes:
    """Canonical JSON. The attempt's code, which is hard to guess, keeps the digest from being
    found by trying all answers."""
    return canonical(
        {
            "format": FORMAT,
            "attempt": str(attempt_code),
            "answers": [_line(it) for it in answered],
        }
    )


def record_digest(record: bytes) -> str:
    """SHA-256 in hexadecimal: of a saved file the same that any other tool computes."""
    return hashlib.sha256(record).hexdigest()


def short_digest(digest: str) -> str:
    """The first 16 digits in fours, to compare by eye: "3f2a 90bc 11d7 e042"."""
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


def _line(answered: Answered) -> dict[str, Any]:
    return {
        "position": answered.position,
        "question": answered.stem,
        "response": answered.response,
        "chosen": _chosen(answered),
    }


def _chosen(answered: Answered) -> list[str]:
    """The texts of the options ticked, in the order shown; none where the answer is typed."""
    if not answered.choice_order:
        return []
    letters = (answered.choice_order[ascii_uppercase.index(it)] for it in answered.response)
    return [answered.choices[ascii_uppercase.index(letter)] for letter in letters]
