"""Standings of a round and of a contest with everything the jury reads beside a place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.enums import PersonKind, UnitKind
from contest.enums import Criterion, RoundsPolicy
from contest.models import Attempt, Contest, PredictionTruth, Round, rules_of
from contest.queries.results import BEST_FIRST, TRIED, counted_attempts
from contest.rules.ranking import Facts, Lead, Result, Tried, person_result, rank, round_results
from contest.rules.ranking_rules import AGES, PREDICTIONS, Rules
from contest.rules.regrading import Shift

_WHO = (
    "participant__full_name",
    "participant__kind",
    "participant__division__name",
    "participant__unit_id",
    "participant__unit__name",
    "participant__unit__kind",
    "participant__division_id",
    "participant__registration__born_on",
)
_SCORE, _MAX_SCORE, _CORRECT_COUNT = map(TRIED.index, ("score", "max_score", "correct_count"))


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who stands in a place: as they were on joining the contest."""

    full_name: str
    kind: str
    division: str
    unit_id: int | None
    unit: str
    unit_kind: str
    division_id: int | None = None

    @property
    def kind_label(self) -> str:
        return str(PersonKind(self.kind).label)

    @property
    def unit_kind_label(self) -> str:
        return str(UnitKind(self.unit_kind).label) if self.unit_kind else ""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One line of the standings. `parts` has a place for every round, None where not taken."""

    place: int
    participant_id: int
    entrant: Entrant
    result: Result
    lead: Lead | None  # over the next line
    parts: tuple[Result | None, ...]

    @property
    def score(self) -> Decimal:
        return self.result.score

    @property
    def max_score(self) -> Decimal:
        return self.result.max_score

    @property
    def correct_count(self) -> int:
        return self.result.correct_count

    @property
    def elapsed_ms(self) -> int:
        return self.result.elapsed_ms

    @property
    def submitted_at(self) -> datetime:
        return self.result.submitted_at

    @property
    def receipt_codes(self) -> list[str]:
        return list(self.result.codes)


@dataclass(frozen=True)
class Standings:
    """The rows in order, over the rounds that they count, by the rules that made the order."""

    rounds: tuple[Round, ...]
    rows: tuple[StandingRow, ...]
    rules: Rules


@dataclass(frozen=True)
class AsIf:
    """Results as they would be, before anybody has decided it."""

    shifts: Mapping[int, Shift]  # by attempt, of those that would move
    truths: Mapping[tuple[int, int | None], int]  # what would then have been to be predicted


def round_standings(contest_round: Round, *, as_if: AsIf | None = None) -> Standings:
    """The standings of a round by all that is known: final once nothing of it is open any more.

    Two queries, however many rows; one more each where the rules ask for a prediction or a lot.
    """
    rules = rules_of(contest_round.contest)
    lot_number = _lot_number(contest_round, rules)
    return _standings((contest_round,), rules, lot_number=lot_number, as_if=as_if)


def leading_rows(contest_round: Round, *, count: int) -> tuple[StandingRow, ...]:
    """The first rows of the round's standings.

    Without reading the rest where the database can order them, which takes two queries.
    """
    rules = rules_of(contest_round.contest)
    if rules.settles_later or rules.adds_attempts:
        return round_standings(contest_round).rows[:count]
    counted = counted_attempts(round_id=contest_round.pk, rules=rules)
    order = [*(BEST_FIRST[it] for it in rules.chain), "participant_id"]
    # one more than asked for: what parts the last from it
    leading = counted.order_by(*order).values_list(*TRIED, *_WHO)[: count + 1]
    return _ranked(leading, (contest_round,), rules, Facts()).rows[:count]


def contest_standings(
    contest: Contest, *, of_units: bool = False, as_if: AsIf | None = None
) -> Standings:
    """The standings over the official rounds of a contest; no rows where it ranks them apart.

    With `of_units` everybody is there even then: the people of a unit count once for all rounds.
    Two queries, one for each round, and up to two for what the rules ask.
    """
    rules = rules_of(contest)
    if rules.rounds is RoundsPolicy.SEPARATE and not of_units:
        return Standings((), (), rules)
    rounds = Round.objects.official().filter(contest_id=contest.pk).order_by("opens_at", "id")
    lot_number = _lot_number(contest, rules)
    return _standings(tuple(rounds), rules, lot_number=lot_number, as_if=as_if)


def within(standings: Standings, division_id: int | None) -> Standings:
    """The people of one division with the places among themselves; None: everybody."""
    if division_id is None:
        return standings
    rows = {
        row.participant_id: row for row in standings.rows if row.entrant.division_id == division_id
    }
    ranked = rank((row.result for row in rows.values()), standings.rules.chain)
    own = (replace(rows[it.result.participant_id], place=it.place, lead=it.lead) for it in ranked)
    return replace(standings, rows=tuple(own))


def _standings(
    rounds: Sequence[Round], rules: Rules, *, lot_number: str, as_if: AsIf | None
) -> Standings:
    truths = prediction_truths(rounds) if PREDICTIONS & set(rules.chain) else {}
    if as_if is not None and PREDICTIONS & set(rules.chain):
        truths |= as_if.truths
    rows = (row for contest_round in rounds for row in _rows(contest_round, rules, as_if))
    return _ranked(rows, rounds, rules, Facts(truths=truths, lot_number=lot_number))


def _rows(contest_round: Round, rules: Rules, as_if: AsIf | None) -> Iterator[Sequence[Any]]:
    """Of TRIED and _WHO. One query."""
    if as_if is None:
        counted = counted_attempts(round_id=contest_round.pk, rules=rules)
        yield from counted.values_list(*TRIED, *_WHO).iterator(chunk_size=5000)
        return
    # all attempts: another one of a person's may be the best then, and the rules choose it
    counting = Attempt.objects.counting().filter(round=contest_round)
    for pk, *row in counting.values_list("pk", *TRIED, *_WHO).iterator(chunk_size=5000):
        shift = as_if.shifts.get(pk)
        if shift is not None:
            row[_SCORE] += shift.score
            row[_MAX_SCORE] += shift.max_score
            row[_CORRECT_COUNT] += shift.correct_count
        yield row


def _ranked(
    rows: Iterable[Sequence[Any]], rounds: Sequence[Round], rules: Rules, facts: Facts
) -> Standings:
    """Rows of TRIED and _WHO as standings."""
    own: dict[int, list[Tried]] = {}
    entrants: dict[int, Entrant] = {}
    divisions: dict[int, int | None] = {}
    birthdays: dict[int, date] = {}
    words: dict[str, str] = {}  # a unit's name once, not once for each of its people
    asks_age = bool(AGES & set(rules.chain))
    for row in rows:
        pk = row[0]
        own.setdefault(pk, []).append(Tried(*row[: len(TRIED)]))
        *who, born_on = row[len(TRIED) :]
        entrants[pk] = _entrant(who, words)
        divisions[pk] = entrants[pk].division_id
        if asks_age and born_on:
            birthdays[pk] = born_on
    facts = replace(facts, divisions=divisions, birthdays=birthdays)
    ranked = rank((person_result(tried, rules, facts) for tried in own.values()), rules.chain)
    lines = []
    for standing in ranked:
        pk, result = standing.result.participant_id, standing.result
        parts = round_results(own[pk], rules, facts) if len(rounds) > 1 else {rounds[0].pk: result}
        by_round = tuple(parts.get(it.pk) for it in rounds)
        lines.append(StandingRow(standing.place, pk, entrants[pk], result, standing.lead, by_round))
    return Standings(tuple(rounds), tuple(lines), rules)


def _entrant(who: Sequence[Any], words: dict[str, str]) -> Entrant:
    full_name, kind, division, unit_id, unit, unit_kind, division_id = who
    once = words.setdefault
    texts = [once(text or "", text or "") for text in (kind, division, unit, unit_kind)]
    return Entrant(full_name, texts[0], texts[1], unit_id, texts[2], texts[3], division_id)


def prediction_truths(rounds: Iterable[Round]) -> dict[tuple[int, int | None], int]:
    """By round and division (None: everybody), what was last counted. One query."""
    counted = PredictionTruth.objects.filter(round__in=list(rounds)).order_by("pk")
    rows = counted.values_list("round_id", "division_id", "value")
    return {(round_id, division_id): value for round_id, division_id, value in rows}


def _lot_number(of: Round | Contest, rules: Rules) -> str:
    """ "" where the rules ask for no lot, or none was drawn."""
    if Criterion.LOT not in rules.chain:
        return ""
    draws = of.lot_draws.filter(round=None) if isinstance(of, Contest) else of.lot_draws.all()
    return next(iter(draws.values_list("number", flat=True)), "")
