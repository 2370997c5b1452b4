"""Standings of a round and of a contest with everything the jury reads beside a place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.enums import PersonKind, UnitKind
from contest.models import Contest, Round
from contest.queries import counted_attempts
from contest.rules.ranking import Result, Standing, rank, total

_COLUMNS = (
    "participant_id",
    "score",
    "elapsed_ms",
    "submitted_at",
    "max_score",
    "correct_count",
    "receipt_code",
    "participant__full_name",
    "participant__kind",
    "participant__division__name",
    "participant__unit_id",
    "participant__unit__name",
    "participant__unit__kind",
)


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who stands in a place: as they were on joining the contest."""

    full_name: str
    kind: str
    division: str
    unit_id: int | None
    unit: str
    unit_kind: str

    @property
    def kind_label(self) -> str:
        return str(PersonKind(self.kind).label)

    @property
    def unit_kind_label(self) -> str:
        return str(UnitKind(self.unit_kind).label) if self.unit_kind else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One counted attempt: a whole round standing, or one round's part of a contest standing."""

    result: Result
    max_score: Decimal
    correct_count: int
    receipt_code: str


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One line of the standings. `parts` has a place for every round, None where not taken."""

    place: int
    entrant: Entrant
    score: Decimal
    max_score: Decimal
    correct_count: int
    elapsed_ms: int
    submitted_at: datetime
    parts: tuple[Part | None, ...]

    @property
    def receipt_codes(self) -> list[str]:
        return [part.receipt_code for part in self.parts if part]


@dataclass(frozen=True)
class Standings:
    """The rows in order, over the rounds that they count."""

    rounds: tuple[Round, ...]
    rows: tuple[StandingRow, ...]


def round_standings(contest_round: Round) -> Standings:
    """The standings of a round. One query, however many rows."""
    return _standings((contest_round,))


def leading_rows(contest_round: Round, *, count: int) -> tuple[StandingRow, ...]:
    """The first rows of the round's standings, without reading the rest. One query."""
    counted = counted_attempts(round_id=contest_round.pk)
    ordered = counted.order_by("-score", "elapsed_ms", "submitted_at", "participant_id")
    read = [_read(row, {}) for row in ordered.values_list(*_COLUMNS)[:count]]
    people = {part.result.participant_id: (part, entrant) for part, entrant in read}
    rows = []
    for standing in rank(part.result for part, _entrant in read):
        part, entrant = people[standing.result.participant_id]
        rows.append(_row(standing, entrant, (part,)))
    return tuple(rows)


def contest_standings(contest: Contest) -> Standings:
    """The standings over the official rounds of a contest. One query, and one for each round."""
    rounds = Round.objects.official().filter(contest_id=contest.pk).order_by("opens_at", "id")
    return _standings(tuple(rounds))


def _standings(rounds: Sequence[Round]) -> Standings:
    entrants: dict[int, Entrant] = {}
    parts: dict[int, dict[int, Part]] = {}
    words: dict[str, str] = {}  # a unit's name once, not once for each of its people
    for contest_round in rounds:
        rows = counted_attempts(round_id=contest_round.pk).values_list(*_COLUMNS)
        for row in rows.iterator(chunk_size=5000):
            part, entrant = _read(row, words)
            entrants[part.result.participant_id] = entrant
            parts.setdefault(part.result.participant_id, {})[contest_round.pk] = part
    ranked = rank(_sum(own.values()) for own in parts.values())
    return Standings(
        rounds=tuple(rounds),
        rows=tuple(
            _row(
                standing,
                entrants[standing.result.participant_id],
                tuple(parts[standing.result.participant_id].get(it.pk) for it in rounds),
            )
            for standing in ranked
        ),
    )


def _read(row: tuple[Any, ...], words: dict[str, str]) -> tuple[Part, Entrant]:
    part = Part(Result(*row[:4]), *row[4:7])
    full_name, kind, division, unit_id, unit, unit_kind = row[7:]
    once = words.setdefault
    texts = [once(text or "", text or "") for text in (kind, division, unit, unit_kind)]
    return part, Entrant(full_name, texts[0], texts[1], unit_id, texts[2], texts[3])


def _sum(parts: Iterable[Part]) -> Result:
    results = [part.result for part in parts]
    return results[0] if len(results) == 1 else total(results)


def _row(standing: Standing, entrant: Entrant, parts: tuple[Part | None, ...]) -> StandingRow:
    taken = [part for part in parts if part]
    return StandingRow(
        place=standing.place,
        entrant=entrant,
        score=standing.result.score,
        max_score=sum((part.max_score for part in taken), Decimal(0)),
        correct_count=sum(part.correct_count for part in taken),
        elapsed_ms=standing.result.elapsed_ms,
        submitted_at=standing.result.submitted_at,
        parts=parts,
    )
