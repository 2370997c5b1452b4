"""Ranking: standings are a pure function of the attempts, the rules and the facts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.rules.lots import lot_of
from contest.rules.predicting import NO_GAP, Gap, gap_of
from contest.rules.ranking_rules import KNOWN_AT_ONCE, USUAL, Rules

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tried:
    """A submitted attempt, as far as ranking is concerned."""

    participant_id: int
    round_id: int
    number: int
    score: Decimal
    elapsed_ms: int
    submitted_at: datetime
    prediction: int | None = None
    code: str = ""  # of the receipt
    max_score: Decimal = Decimal(0)
    correct_count: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What one participant brings to a board: a round's result, or one over several rounds."""

    participant_id: int
    score: Decimal
    elapsed_ms: int
    submitted_at: datetime
    gap: Gap = NO_GAP
    born_on: date | None = None
    lot: str = ""  # "" until the lot is drawn
    # not compared: what is printed beside a result
    codes: tuple[str, ...] = field(default=(), compare=False)
    max_score: Decimal = field(default=Decimal(0), compare=False)
    correct_count: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Facts:
    """What is known beside the attempts; what is missing parts nobody."""

    truths: Mapping[tuple[int, int | None], int] = field(default_factory=dict)  # see `truth`
    divisions: Mapping[int, int | None] = field(default_factory=dict)  # by participant
    birthdays: Mapping[int, date] = field(default_factory=dict)  # by participant
    lot_number: str = ""  # as announced

    @cached_property
    def settled_rounds(self) -> frozenset[int]:
        """Those of which it is known what was to be predicted."""
        return frozenset(round_id for round_id, _division_id in self.truths)

    def truth(self, tried: Tried) -> int | None:
        """What was to be predicted: of the round, or of the person's division in it."""
        whole = self.truths.get((tried.round_id, None))
        if whole is not None:
            return whole
        division_id = self.divisions.get(tried.participant_id)
        return None if division_id is None else self.truths.get((tried.round_id, division_id))


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Lead:
    """What parts a standing from the next: the criterion, and by how much.

    Points, milliseconds, a stretch of time, days of age or the distance of predictions; None where
    there is no amount: a lot, or a next one without anything to compare.
    """

    criterion: Criterion
    amount: Decimal | int | timedelta | None


@dataclass(frozen=True, slots=True)
class Standing:
    place: int
    result: Result
    lead: Lead | None = None  # over the next one; None for the last, and among equals


def standings(
    tried: Iterable[Tried], rules: Rules = USUAL, facts: Facts = NO_FACTS
) -> list[Standing]:
    """The order of all who handed something in. The order of the input does not matter."""
    by_person: defaultdict[int, list[Tried]] = defaultdict(list)
    for each in tried:
        by_person[each.participant_id].append(each)
    results = (person_result(own, rules, facts) for own in by_person.values())
    return rank(results, rules.chain)


def person_result(
    tried: Collection[Tried], rules: Rules = USUAL, facts: Facts = NO_FACTS
) -> Result:
    """What one person's submitted attempts come to; at least one of them is given."""
    result = over_rounds(round_results(tried, rules, facts).values(), rules)
    born_on = facts.birthdays.get(result.participant_id)
    lot = lot_of(facts.lot_number, min(result.codes)) if facts.lot_number else ""
    if born_on is None and not lot:
        return result
    return Result(  # dataclasses.replace takes three times as long, which tells for 100,000
        result.participant_id,
        result.score,
        result.elapsed_ms,
        result.submitted_at,
        result.gap,
        born_on,
        lot,
        result.codes,
        result.max_score,
        result.correct_count,
    )


def round_results(
    tried: Iterable[Tried], rules: Rules = USUAL, facts: Facts = NO_FACTS
) -> dict[int, Result]:
    """One person's result in each round that they handed something in."""
    by_round: defaultdict[int, list[Tried]] = defaultdict(list)
    for each in tried:
        by_round[each.round_id].append(each)
    return {pk: _round_result(own, rules, facts) for pk, own in by_round.items()}


def _round_result(tried: Sequence[Tried], rules: Rules, facts: Facts) -> Result:
    if rules.adds_attempts:
        last = max(tried, key=_moment)  # whose prediction is used
        whole = total([_result(each, NO_GAP) for each in tried])
        added = whole if rules.attempts is AttemptPolicy.SUM else _mean(whole, len(tried))
        return replace(added, gap=_gap(last, rules, facts))
    counted = tried[0] if len(tried) == 1 else _counted(tried, rules)
    return _result(counted, _gap(counted, rules, facts))


def _counted(tried: Sequence[Tried], rules: Rules) -> Tried:
    if rules.attempts is AttemptPolicy.FIRST:
        return min(tried, key=_moment)
    if rules.attempts is AttemptPolicy.LAST:
        return max(tried, key=_moment)
    keys = [_KEYS[criterion] for criterion in rules.attempt_order]
    return min(tried, key=lambda each: (*(key(each) for key in keys), each.number))


def _moment(tried: Tried) -> tuple[datetime, int]:
    return (tried.submitted_at, tried.number)


def _gap(tried: Tried, rules: Rules, facts: Facts) -> Gap:
    if tried.round_id not in facts.settled_rounds:
        return NO_GAP
    truth = facts.truth(tried)
    if truth is None:  # the others' divisions have one
        return Gap(missing=1)
    is_below = Criterion.NEAREST_BELOW in rules.chain
    return gap_of(tried.prediction, truth=truth, is_below=is_below)


def _result(tried: Tried, gap: Gap) -> Result:
    return Result(
        tried.participant_id,
        tried.score,
        tried.elapsed_ms,
        tried.submitted_at,
        gap,
        codes=(tried.code,),
        max_score=tried.max_score,
        correct_count=tried.correct_count,
    )


def _mean(whole: Result, count: int) -> Result:
    """Scores to the hundredth and times to the millisecond, halves upwards."""
    return replace(
        whole,
        score=(whole.score / count).quantize(_HUNDREDTH, ROUND_HALF_UP),
        elapsed_ms=(2 * whole.elapsed_ms + count) // (2 * count),
        max_score=(whole.max_score / count).quantize(_HUNDREDTH, ROUND_HALF_UP),
        correct_count=(2 * whole.correct_count + count) // (2 * count),
    )


def over_rounds(results: Iterable[Result], rules: Rules = USUAL) -> Result:
    """One person's results of several rounds as one: all of them, or the best."""
    parts = list(results)
    if rules.rounds is RoundsPolicy.BEST_ROUNDS and len(parts) > rules.best_rounds:
        keys = [_KEYS[criterion] for criterion in rules.attempt_order]
        parts.sort(key=lambda part: ([key(part) for key in keys], part.gap, part.codes))
        parts = parts[: rules.best_rounds]
    return parts[0] if len(parts) == 1 else total(parts)


def total(parts: Sequence[Result]) -> Result:
    """One person's results added up: scores, times and predictions; the last hour counts."""
    return Result(
        participant_id=parts[0].participant_id,
        score=sum((part.score for part in parts), Decimal(0)),
        elapsed_ms=sum(part.elapsed_ms for part in parts),
        submitted_at=max(part.submitted_at for part in parts),
        gap=Gap(sum(it.gap.missing for it in parts), sum(it.gap.distance for it in parts)),
        codes=tuple(code for part in parts for code in part.codes),
        max_score=sum((part.max_score for part in parts), Decimal(0)),
        correct_count=sum(part.correct_count for part in parts),
    )


def sort_key(result: Result, chain: Iterable[Criterion] = KNOWN_AT_ONCE) -> tuple[Any, ...]:
    """Smaller is better; equal where the chain does not part two people."""
    return tuple(_KEYS[criterion](result) for criterion in chain)


def rank(results: Iterable[Result], chain: Sequence[Criterion] = KNOWN_AT_ONCE) -> list[Standing]:
    """Standings in order; equal results share a place, and the next place counts them all."""
    keyed = sorted(
        ((sort_key(result, chain), result.participant_id, result) for result in results),
        key=lambda row: row[:2],
    )
    ordered: list[Standing] = []
    place = 0
    for index, (key, _pk, result) in enumerate(keyed):
        if index == 0 or keyed[index - 1][0] != key:
            place = index + 1
        follower = keyed[index + 1] if index + 1 < len(keyed) else None
        lead = None if follower is None else _lead(result, key, follower[2], follower[0], chain)
        ordered.append(Standing(place, result, lead))
    return ordered


def _lead(
    result: Result,
    key: tuple[Any, ...],
    after: Result,
    key_after: tuple[Any, ...],
    chain: Sequence[Criterion],
) -> Lead | None:
    for criterion, own, other in zip(chain, key, key_after, strict=True):
        if own != other:
            return Lead(criterion, _amount(criterion, result, after))
    return None


def joined_lead(leads: Iterable[Lead | None], chain: Sequence[Criterion]) -> Lead | None:
    """What parts somebody from one further down: `leads` are those of all from the one to before
    the other."""
    parting = [lead for lead in leads if lead]
    if not parting:
        return None
    criterion = min((lead.criterion for lead in parting), key=chain.index)
    amounts: list[Any] = [lead.amount for lead in parting if lead.criterion is criterion]
    return Lead(criterion, None if None in amounts else sum(amounts[1:], amounts[0]))


def _amount(
    criterion: Criterion, result: Result, after: Result
) -> Decimal | int | timedelta | None:
    if criterion is Criterion.SCORE:
        return result.score - after.score
    if criterion is Criterion.TIME_USED:
        return after.elapsed_ms - result.elapsed_ms
    if criterion is Criterion.EARLIER:
        return after.submitted_at - result.submitted_at
    if criterion in {Criterion.NEAREST, Criterion.NEAREST_BELOW}:
        is_alike = result.gap.missing == after.gap.missing
        return after.gap.distance - result.gap.distance if is_alike else None
    if criterion is Criterion.LOT or result.born_on is None or after.born_on is None:
        return None
    return abs((after.born_on - result.born_on).days)


_UNKNOWN_AGE = date.max.toordinal()  # after everybody whose age is known


def _older(it: Result) -> int:
    return it.born_on.toordinal() if it.born_on else _UNKNOWN_AGE


def _younger(it: Result) -> int:
    return -it.born_on.toordinal() if it.born_on else _UNKNOWN_AGE


# of a result; the first three of an attempt, too
_KEYS: dict[Criterion, Callable[[Any], Any]] = {
    Criterion.SCORE: lambda it: -it.score,
    Criterion.TIME_USED: lambda it: it.elapsed_ms,
    Criterion.EARLIER: lambda it: it.submitted_at,
    Criterion.NEAREST: lambda it: it.gap,
    Criterion.NEAREST_BELOW: lambda it: it.gap,
    Criterion.OLDER: _older,
    Criterion.YOUNGER: _younger,
    Criterion.LOT: lambda it: it.lot,
}
