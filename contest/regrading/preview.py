"""What a proposed regrade would do: to whom, to which ranks and winners. Nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from contest.models import Answer, Attempt, Contest, Division, Participant, Round
from contest.regrading.applying import Progress, last_number, silent
from contest.regrading.proposing import Proposal, Shifts, proposed_shifts
from contest.rules.ranking import Result, Standing, best, rank, total
from contest.rules.regrading import Shift

BANDS = 10  # of scores, as tenths of the maximum
UNITS_SHOWN = 20
PEOPLE_SHOWN = 50  # of those who come among the winners of a board, or leave them
NO_SHIFT = Shift()


@dataclass(frozen=True)
class Move:
    """A person who would come among the winners, or leave them."""

    full_name: str
    unit: str
    place_before: int
    place_after: int
    score_before: Decimal
    score_after: Decimal


@dataclass(frozen=True)
class BoardChange:
    """What becomes of one board, or of a division on it."""

    name: str
    division: str  # "" for everybody
    person_count: int
    moved_count: int  # people whose place changes
    coming: tuple[Move, ...]
    leaving: tuple[Move, ...]
    coming_count: int
    leaving_count: int


@dataclass(frozen=True)
class Band:
    """Attempts whose score lies in a tenth of the maximum; the last holds the maximum itself."""

    percent_from: int
    percent_to: int
    before: int
    after: int


@dataclass(frozen=True)
class UnitChange:
    name: str
    attempt_count: int
    mean_shift: Decimal


@dataclass(frozen=True)
class Preview:
    """What the jury sees before it decides; `seen` is the last decision that it reckons with."""

    seen: int
    touched_count: int  # attempts whose paper has the question
    changed_count: int  # of these, whose result changes
    score_shifts: tuple[tuple[Decimal, int], ...]  # points, attempts; the greatest first
    bands: tuple[Band, ...]  # of the attempts touched
    boards: tuple[BoardChange, ...]
    units: tuple[UnitChange, ...]
    unit_count: int
    winner_count: int  # how many places of a board were looked at


class Tried(NamedTuple):
    """An attempt that counts."""

    pk: int
    round_id: int
    participant_id: int
    score: Decimal
    elapsed_ms: int
    submitted_at: datetime


class _Touched(NamedTuple):
    """An attempt handed in whose paper has the question, and how far its result would move."""

    participant_id: int
    score: Decimal
    max_score: Decimal
    shift: Shift


class _Person(NamedTuple):
    division_id: int | None
    unit_id: int | None


def preview_regrade(
    contest: Contest, proposal: Proposal, *, winner_count: int, progress: Progress = silent
) -> Preview:
    """Reckoned by the rules that the boards go by. `refuse_bad` is asked before.

    A few queries, and one for each round; the memory grows with the contest.
    """
    seen = last_number(contest)
    shifts = proposed_shifts(proposal, number=seen + 1)
    steps = 3 + len(proposal.rounds)
    progress(0, steps)
    touched = _touched(proposal, shifts)
    progress(1, steps)
    shift_of = {pk: it.shift for pk, it in touched.items() if it.shift}
    rounds = list(contest.rounds.official().order_by("opens_at", "id"))
    tried = _tried({*proposal.round_ids, *(it.pk for it in rounds)})
    people = _people(contest)
    progress(2, steps)
    boards = []
    divisions: list[Division | None] = [None, *contest.divisions.order_by("position", "id")]
    for place, (name, board_rounds) in enumerate(_boards(proposal, rounds), start=3):
        rows = [it for it in tried if it.round_id in board_rounds]
        before, after = standings_of(rows, {}), standings_of(rows, shift_of)
        boards += [
            change
            for division in divisions
            if (change := _board_change(name, division, before, after, people, winner_count))
        ]
        progress(place, steps)
    units = _unit_changes([it for it in touched.values() if it.shift], people)
    return Preview(
        seen=seen,
        touched_count=len(touched),
        changed_count=len(shift_of),
        score_shifts=tuple(
            sorted(Counter(it.score for it in shift_of.values()).items(), reverse=True)
        ),
        bands=_bands(touched.values()),
        boards=tuple(boards),
        units=units[:UNITS_SHOWN],
        unit_count=len(units),
        winner_count=winner_count,
    )


def standings_of(tried: Iterable[Tried], shift_of: Mapping[int, Shift]) -> list[Standing]:
    """The standings over the rounds of the attempts, moved by what they are shifted."""
    by_person: dict[int, dict[int, list[Result]]] = {}
    for it in tried:
        score = it.score + shift_of.get(it.pk, NO_SHIFT).score
        result = Result(it.participant_id, score, it.elapsed_ms, it.submitted_at)
        by_person.setdefault(it.participant_id, {}).setdefault(it.round_id, []).append(result)
    return rank(total(map(best, parts.values())) for parts in by_person.values())


def _touched(proposal: Proposal, shifts: Shifts) -> dict[int, _Touched]:
    """By attempt. One query."""
    rows = Answer.objects.filter(
        revision__in=shifts.revision_ids,
        attempt__round__in=proposal.round_ids,
        attempt__submitted_at__isnull=False,
    ).values_list(
        *("attempt_id", "attempt__participant_id", "attempt__score", "attempt__max_score"),
        *("attempt__round_id", "revision_id", "choice_order", "response"),
    )
    touched: dict[int, _Touched] = {}
    for pk, participant_id, score, max_score, *answer in rows.order_by().iterator(chunk_size=5000):
        earlier = touched[pk].shift if pk in touched else NO_SHIFT
        touched[pk] = _Touched(participant_id, score, max_score, earlier + shifts.of(*answer))
    return touched


def _tried(round_ids: Iterable[int]) -> list[Tried]:
    rows = Attempt.objects.counting().filter(round__in=round_ids).values_list(*Tried._fields)
    return [Tried(*row) for row in rows.iterator(chunk_size=5000)]


def _people(contest: Contest) -> dict[int, _Person]:
    rows = contest.participants.values_list("pk", "division_id", "unit_id")
    return {pk: _Person(*rest) for pk, *rest in rows.iterator(chunk_size=5000)}


def _boards(proposal: Proposal, official: Sequence[Round]) -> list[tuple[str, set[int]]]:
    """The boards that the rounds of the proposal stand on: their own, and the contest's."""
    boards = [(it.name, {it.pk}) for it in proposal.rounds]
    whole = {it.pk for it in official}
    if len(whole) > 1 and whole & set(proposal.round_ids):
        boards.append((_("Toàn hội thi"), whole))
    return boards


def _board_change(
    name: str,
    division: Division | None,
    before: list[Standing],
    after: list[Standing],
    people: Mapping[int, _Person],
    winner_count: int,
) -> BoardChange | None:
    """None for a division that nobody of is on the board."""
    if division is not None:
        before, after = (
            rank(
                it.result
                for it in standings
                if people[it.result.participant_id].division_id == division.pk
            )
            for standings in (before, after)
        )
    if not before:
        return None
    was = {it.result.participant_id: it for it in before}
    becomes = {it.result.participant_id: it for it in after}
    won = {pk for pk, it in was.items() if it.place <= winner_count}
    wins = {pk for pk, it in becomes.items() if it.place <= winner_count}
    coming = sorted(wins - won, key=lambda pk: becomes[pk].place)
    leaving = sorted(won - wins, key=lambda pk: was[pk].place)
    moves = _moves([*coming[:PEOPLE_SHOWN], *leaving[:PEOPLE_SHOWN]], was, becomes)
    return BoardChange(
        name=name,
        division=division.name if division else "",
        person_count=len(before),
        moved_count=sum(it.place != becomes[pk].place for pk, it in was.items()),
        coming=tuple(moves[pk] for pk in coming[:PEOPLE_SHOWN]),
        leaving=tuple(moves[pk] for pk in leaving[:PEOPLE_SHOWN]),
        coming_count=len(coming),
        leaving_count=len(leaving),
    )


def _moves(
    participant_ids: list[int], was: Mapping[int, Standing], becomes: Mapping[int, Standing]
) -> dict[int, Move]:
    if not participant_ids:
        return {}
    rows = Participant.objects.filter(pk__in=participant_ids)
    return {
        pk: Move(
            full_name=full_name,
            unit=unit or "",
            place_before=was[pk].place,
            place_after=becomes[pk].place,
            score_before=was[pk].result.score,
            score_after=becomes[pk].result.score,
        )
        for pk, full_name, unit in rows.values_list("pk", "full_name", "unit__name")
    }


def _bands(touched: Iterable[_Touched]) -> tuple[Band, ...]:
    before: Counter[int] = Counter()
    after: Counter[int] = Counter()
    for it in touched:
        before[_band(it.score, it.max_score)] += 1
        after[_band(it.score + it.shift.score, it.max_score + it.shift.max_score)] += 1
    width = 100 // BANDS
    return tuple(
        Band(number * width, (number + 1) * width, before[number], after[number])
        for number in reversed(range(BANDS))
    )


def _band(score: Decimal, max_score: Decimal) -> int:
    return min(BANDS - 1, int(score * BANDS / max_score)) if max_score else 0


def _unit_changes(
    changed: Iterable[_Touched], people: Mapping[int, _Person]
) -> tuple[UnitChange, ...]:
    """The units of those whose result changes, those with the most attempts first."""
    counts: Counter[int | None] = Counter()
    sums: dict[int | None, Decimal] = {}
    names: dict[int | None, str] = {None: _("Không thuộc đơn vị nào")}
    for it in changed:
        unit_id = people[it.participant_id].unit_id
        counts[unit_id] += 1
        sums[unit_id] = sums.get(unit_id, Decimal(0)) + it.shift.score
    units = Participant.objects.filter(unit__in=[pk for pk in counts if pk is not None])
    names |= dict(units.values_list("unit_id", "unit__name").order_by().distinct())
    ordered = sorted(counts, key=lambda pk: (-counts[pk], names[pk]))
    return tuple(
        UnitChange(names[pk], counts[pk], (sums[pk] / counts[pk]).quantize(Decimal("0.01")))
        for pk in ordered
    )
