"""The lines of a ranking, wherever they are read from, and a division's among themselves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from accounts.enums import PersonKind, UnitKind
from contest.enums import Criterion
from contest.exports.people import name_order
from contest.exports.spooling import in_order
from contest.results.queries import StandingRow, Standings
from contest.rules.predicting import Gap
from contest.rules.ranking import Lead, joined_lead


class SheetRow(NamedTuple):
    """A line of a board. `place` is that of this board, `lead` what parts it from the next."""

    place: int
    participant_id: int
    full_name: str
    kind: str  # a value of PersonKind
    division: str  # "" for who has none
    unit_id: int | None
    unit: str
    unit_kind: str  # a value of UnitKind, or ""
    score: Decimal
    max_score: Decimal
    correct_count: int
    elapsed_ms: int
    submitted_at: datetime
    gap: Gap
    lead: Lead | None
    round_scores: tuple[Decimal | None, ...]  # over several rounds
    receipt_codes: Sequence[str]

    @property
    def division_label(self) -> str:
        return division_label(self.division, self.kind)

    @property
    def unit_kind_label(self) -> str:
        return unit_kind_label(self.unit_kind)


def division_label(division: str, kind: str) -> str:
    """Who has no division is listed among their kind."""
    return division or _label(PersonKind, kind, get_language() or "")


def unit_kind_label(kind: str) -> str:
    """ "" for no kind."""
    return _label(UnitKind, kind, get_language() or "") if kind else ""


@lru_cache(maxsize=128)  # words that some hundred thousand lines share
def _label(words: type[PersonKind | UnitKind], value: str, _language: str) -> str:
    return str(words(value).label)


class LiveRows(Iterable[SheetRow]):
    """The lines of standings, made one by one as they are read, as often as they are."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def __iter__(self) -> Iterator[SheetRow]:
        return map(_live_row, self._standings.rows)


def _live_row(row: StandingRow) -> SheetRow:
    result, entrant = row.result, row.entrant
    return SheetRow(
        place=row.place,
        participant_id=row.participant_id,
        full_name=entrant.full_name,
        kind=entrant.kind,
        division=entrant.division,
        unit_id=entrant.unit_id,
        unit=entrant.unit,
        unit_kind=entrant.unit_kind,
        score=result.score,
        max_score=result.max_score,
        correct_count=result.correct_count,
        elapsed_ms=result.elapsed_ms,
        submitted_at=result.submitted_at,
        gap=result.gap,
        lead=row.lead,
        round_scores=tuple(part.score if part else None for part in row.parts)
        if len(row.parts) > 1
        else (),
        receipt_codes=result.codes,
    )


class BoardRows(Iterable[SheetRow]):
    """The lines of everybody's board, or of those that belong, in order of places or of names."""

    def __init__(
        self,
        rows: Iterable[SheetRow],
        chain: Sequence[Criterion],
        *,
        belongs: Callable[[SheetRow], bool] | None = None,
        by_given_name: bool = False,
    ) -> None:
        self._rows = rows
        self._chain = chain
        self._belongs = belongs
        self._by_given_name = by_given_name

    def __iter__(self) -> Iterator[SheetRow]:
        rows = self._rows
        if self._belongs is not None:
            rows = among_themselves(rows, self._chain, self._belongs)
        if self._by_given_name:
            return in_order((name_order(row.full_name), row) for row in rows)
        return iter(rows)


def among_themselves(
    rows: Iterable[SheetRow], chain: Sequence[Criterion], belongs: Callable[[SheetRow], bool]
) -> Iterator[SheetRow]:
    """Those that belong, with the places and leads that they have without the others."""
    waiting: SheetRow | None = None
    leads: list[Lead | None] = []
    count = place = place_before = 0
    for row in rows:
        if belongs(row):
            if waiting is not None:
                yield waiting._replace(place=place, lead=joined_lead(leads, chain))
            count += 1
            if row.place != place_before:
                place, place_before = count, row.place
            waiting, leads = row, []
        leads.append(row.lead)
    if waiting is not None:
        yield waiting._replace(place=place, lead=None)
