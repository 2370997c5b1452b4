"""Who may register for a contest: its published conditions, as a pure function."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from accounts.enums import PersonKind


class Obstacle(Enum):
    """A condition that a person does not meet."""

    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    AGE_UNKNOWN = "age_unknown"
    KIND = "kind"
    UNIT = "unit"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Conditions:
    """Empty sets and None ask nothing. Units stand for themselves and all below them.

    `age_on` is the day on which ages are taken, None for the day of registering.
    """

    min_age: int | None = None
    max_age: int | None = None
    age_on: date | None = None
    kinds: frozenset[PersonKind] = frozenset()
    units_admitted: frozenset[int] = frozenset()
    units_excluded: frozenset[int] = frozenset()
    bars_listed: bool = False


@dataclass(frozen=True, slots=True)
class Applicant:
    """`unit_line` is the person's unit and all above it; `is_listed`: certainly on the list of
    those who may not take part."""

    kind: PersonKind
    born_on: date | None
    unit_line: frozenset[int] = frozenset()
    is_listed: bool = False


def obstacles(applicant: Applicant, conditions: Conditions, *, today: date) -> tuple[Obstacle, ...]:
    """What keeps the person out; empty for those who may register."""
    found = [
        *_age_obstacles(applicant.born_on, conditions, today=today),
        *_unit_obstacles(applicant.unit_line, conditions),
    ]
    if conditions.kinds and applicant.kind not in conditions.kinds:
        found.append(Obstacle.KIND)
    if conditions.bars_listed and applicant.is_listed:
        found.append(Obstacle.LISTED)
    return tuple(found)


def age(born_on: date, *, on: date) -> int:
    """Full years. Who was born on 29 February completes a year on 1 March of common years."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (not had_birthday)


def _age_obstacles(born_on: date | None, conditions: Conditions, *, today: date) -> list[Obstacle]:
    if conditions.min_age is None and conditions.max_age is None:
        return []
    if born_on is None:
        return [Obstacle.AGE_UNKNOWN]
    years = age(born_on, on=conditions.age_on or today)
    if conditions.min_age is not None and years < conditions.min_age:
        return [Obstacle.TOO_YOUNG]
    if conditions.max_age is not None and years > conditions.max_age:
        return [Obstacle.TOO_OLD]
    return []


def _unit_obstacles(unit_line: frozenset[int], conditions: Conditions) -> list[Obstacle]:
    is_admitted = not conditions.units_admitted or unit_line & conditions.units_admitted
    if is_admitted and not unit_line & conditions.units_excluded:
        return []
    return [Obstacle.UNIT]
