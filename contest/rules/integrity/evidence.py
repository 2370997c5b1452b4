"""What signals say: evidence for people to judge, never a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LINK = 0.5  # from this score on, evidence alone puts its people into one cluster


class SignalKind(StrEnum):
    SAME_IDENTIFIER = "same_identifier"
    SAME_PERSON_DATA = "same_person_data"
    SIMILAR_NAME = "similar_name"
    SHARED_DEVICE = "shared_device"
    ADDRESS_BURST = "address_burst"
    SAME_WRONG_ANSWERS = "same_wrong_answers"
    TOO_FAST = "too_fast"
    REGULAR_SAVES = "regular_saves"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one signal found about one or more participants.

    `score` from 0 to 1 orders evidence by how much it says; it is no probability. `facts` are
    JSON values from which a sentence is made (`contest.integrity.wording`).
    """

    kind: SignalKind
    participants: tuple[int, ...]  # in ascending order
    score: float
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as far as they can be taken for another one.

    `name_key` is equal for spellings of one name, `skeleton` also without marks; `born` is the
    date as DDMMYYYY or "". Digests of identifying values by field.
    """

    pk: int
    name_key: str
    skeleton: str
    born: str
    unit: int | None
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A submitted attempt. Times in milliseconds since 1970; digests are "" where unknown.

    `wrong` are the questions answered wrongly with the author's letters chosen; `saves` the
    instants of the last save of each answer, in ascending order.
    """

    pk: int
    person: int
    started: int
    elapsed: int
    question_count: int
    correct_count: int
    device: str
    address: str
    wrong: tuple[tuple[int, str], ...] = ()
    saves: tuple[int, ...] = ()
