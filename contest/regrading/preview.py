"""What a proposed regrade would do: to whom, to which ranks and winners. Nothing is stored."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Unit
from contest.enums import RoundsPolicy
from contest.models import Answer, Contest, Division, PrizeBoard, Round, rules_of
from contest.regrading.applying import Progress, last_number, silent
from contest.regrading.proposing import Proposal, Shifts, proposed_shifts
from contest.results.prizes import BoardProposal, Candidate, board_proposal, people, prize_boards
from contest.results.queries import AsIf, Standings, contest_standings, round_standings, within
from contest.rules.regrading import NO_SHIFT, Shift
from contest.services.predicting import truths_as_if

BANDS = 10  # of scores, as tenths of the maximum
UNITS_SHOWN = 20
WINNERS_SHOWN = 50  # of those who come among the winners of a board, leave them or change prize


@dataclass(frozen=True)
class Move:
    """Somebody, or a unit, who would come among the winners, leave them or have another prize."""

    before: Candidate
    after: Candidate
    prize_before: str  # "" for none, and where only places are compared
    prize_after: str


@dataclass(frozen=True)
class BoardChange:
    """What becomes of a ranking or a prize board, or of a division on it."""

    name: str
    division: str  # "" for everybody
    count: int  # people, or units, that have a place
    moved_count: int  # of these, whose place changes
    has_winners: bool = True  # False of a ranking where prize boards say who wins
    is_of_units: bool = False
    coming: tuple[Move, ...] = ()
    leaving: tuple[Move, ...] = ()
    changing: tuple[Move, ...] = ()  # of prize
    coming_count: int = 0
    leaving_count: int = 0
    changing_count: int = 0
    tied_count: int = 0  # equals among whom the jury would have to choose
    is_outdated: bool = False  # what was taken over of it would no longer be what is proposed

    @property
    def changes_winners(self) -> bool:
        return bool(self.coming or self.leaving or self.changing)


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
    winner_count: int  # how many places of a ranking were looked at; 0: the prize boards were

    @property
    def with_winners(self) -> list[BoardChange]:
        return [it for it in self.boards if it.has_winners]

    @property
    def rankings(self) -> list[BoardChange]:
        """The others: of these only the places are told."""
        return [it for it in self.boards if not it.has_winners]


class _Touched(NamedTuple):
    """An attempt handed in whose paper has the question, and how far its result would move."""

    unit_id: int | None
    score: Decimal
    max_score: Decimal
    shift: Shift


class _Side(NamedTuple):
    """A board before or after."""

    shown: Mapping[int, Candidate]
    prizes: Mapping[int, str]  # of the winners; "" where only places are compared


def preview_regrade(
    contest: Contest, proposal: Proposal, *, winner_count: int = 0, progress: Progress = silent
) -> Preview:
    """Reckoned by the functions that the results go by. `refuse_bad` is asked before.

    Winners are those of the prize boards; of a contest without any, the first `winner_count`.
    A few queries; for each ranking its own, twice; the memory grows with the contest.
    """
    seen = last_number(contest)
    shifts = proposed_shifts(proposal, number=seen + 1)
    prizes = prize_boards(contest)
    rankings = _rankings(contest, proposal, prizes)
    steps = 1 + len(rankings)
    progress(0, steps)
    touched = _touched(proposal, shifts)
    shift_of = {pk: it.shift for pk, it in touched.items() if it.shift}
    as_if = AsIf(shift_of, truths_as_if(proposal.rounds, shift_of))
    boards: list[BoardChange] = []
    for done, ranked in enumerate(rankings, start=1):
        progress(done, steps)
        own = [it for it in prizes if it.round == ranked]
        boards += _board_changes(contest, ranked, as_if, own, 0 if prizes else winner_count)
    progress(steps, steps)
    units = _unit_changes(it for it in touched.values() if it.shift)
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
        winner_count=0 if prizes else winner_count,
    )


def _rankings(
    contest: Contest, proposal: Proposal, prizes: Collection[PrizeBoard]
) -> list[Round | None]:
    """Those that the proposal moves: of its rounds, and, as None, of the whole contest."""
    official = contest.rounds.official()
    counts_in_whole = official.filter(pk__in=proposal.round_ids).exists()
    has_whole = any(it.round is None for it in prizes) or official.count() > 1
    return [*proposal.rounds, *([None] if counts_in_whole and has_whole else [])]


def _touched(proposal: Proposal, shifts: Shifts) -> dict[int, _Touched]:
    """By attempt. One query."""
    rows = Answer.objects.filter(
        revision__in=shifts.revision_ids,
        attempt__round__in=proposal.round_ids,
        attempt__submitted_at__isnull=False,
    ).values_list(
        *("attempt_id", "attempt__participant__unit_id", "attempt__score", "attempt__max_score"),
        *("attempt__round_id", "revision_id", "choice_order", "response"),
    )
    touched: dict[int, _Touched] = {}
    for pk, unit_id, score, max_score, *answer in rows.order_by().iterator(chunk_size=5000):
        earlier = touched[pk].shift if pk in touched else NO_SHIFT
        touched[pk] = _Touched(unit_id, score, max_score, earlier + shifts.of(*answer))
    return touched


def _board_changes(
    contest: Contest,
    ranked: Round | None,
    as_if: AsIf,
    prizes: Collection[PrizeBoard],
    winner_count: int,
) -> Iterator[BoardChange]:
    """Of one ranking, its divisions and the prize boards that go by it."""
    before, after = (_standings(contest, ranked, it) for it in (None, as_if))
    is_apart = rules_of(contest).rounds is RoundsPolicy.SEPARATE
    if ranked is not None or not is_apart:
        name = ranked.name if ranked else _("Toàn hội thi")
        divisions: list[Division | None] = [None, *contest.divisions.order_by("position", "id")]
        for division in divisions:
            change = _ranking_change(name, division, before, after, winner_count)
            if change.count:
                yield change
    for board in prizes:
        if ranked is not None or board.is_collective or not is_apart:
            yield _prizes_change(board, before, after)


def _standings(contest: Contest, ranked: Round | None, as_if: AsIf | None) -> Standings:
    """For people and units alike."""
    if ranked is None:
        return contest_standings(contest, of_units=True, as_if=as_if)
    return round_standings(ranked, as_if=as_if)


def _ranking_change(
    name: str, division: Division | None, before: Standings, after: Standings, winner_count: int
) -> BoardChange:
    sides = []
    for standings in (before, after):
        shown = people(within(standings, division.pk if division else None).rows)
        prizes = {pk: "" for pk, it in shown.items() if it.place and it.place <= winner_count}
        sides.append(_Side(shown, prizes))
    return _change(name, division, *sides, has_winners=bool(winner_count))


def _prizes_change(board: PrizeBoard, before: Standings, after: Standings) -> BoardChange:
    proposed = [board_proposal(board, whole=standings) for standings in (before, after)]
    will_be = proposed[1]
    return _change(
        board.name,
        board.division,
        *map(_prizes_side, proposed),
        is_of_units=board.is_collective,
        tied_count=sum(len(tie.candidates) for tie in will_be.ties),
        is_outdated=bool(will_be.awards) and not will_be.is_taken_over,
    )


def _prizes_side(proposed: BoardProposal) -> _Side:
    prizes = {it.candidate.pk: it.prize.name for it in proposed.winners}
    return _Side(proposed.candidates, prizes)


def _change(
    name: str, division: Division | None, before: _Side, after: _Side, **rest: Any
) -> BoardChange:
    was, wins = before.prizes, after.prizes
    coming = _moves(wins.keys() - was.keys(), before, after)
    leaving = _moves(was.keys() - wins.keys(), before, after)
    kept = was.keys() & wins.keys()
    changing = _moves((pk for pk in kept if was[pk] != wins[pk]), before, after)
    placed = {pk: it.place for pk, it in before.shown.items() if it.place}
    return BoardChange(
        name=name,
        division=division.name if division else "",
        count=len(placed),
        moved_count=sum(place != after.shown[pk].place for pk, place in placed.items()),
        coming=coming[:WINNERS_SHOWN],
        leaving=leaving[:WINNERS_SHOWN],
        changing=changing[:WINNERS_SHOWN],
        coming_count=len(coming),
        leaving_count=len(leaving),
        changing_count=len(changing),
        **rest,
    )


def _moves(keys: Iterable[int], before: _Side, after: _Side) -> tuple[Move, ...]:
    """In the order of the better of both places; who has none comes last."""
    moves = [
        Move(before.shown[pk], after.shown[pk], before.prizes.get(pk, ""), after.prizes.get(pk, ""))
        for pk in keys
    ]
    return tuple(sorted(moves, key=lambda it: (_best_place(it), it.before.pk)))


def _best_place(move: Move) -> float:
    return min(it.place or float("inf") for it in (move.before, move.after))


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


def _unit_changes(changed: Iterable[_Touched]) -> tuple[UnitChange, ...]:
    """The units of those whose result changes, those with the most attempts first. One query."""
    counts: Counter[int | None] = Counter()
    sums: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for it in changed:
        counts[it.unit_id] += 1
        sums[it.unit_id] += it.shift.score
    names: dict[int | None, str] = {None: _("Không thuộc đơn vị nào")}
    names |= dict(Unit.objects.filter(pk__in=filter(None, counts)).values_list("pk", "name"))
    ordered = sorted(counts, key=lambda pk: (-counts[pk], names[pk]))
    return tuple(
        UnitChange(names[pk], counts[pk], (sums[pk] / counts[pk]).quantize(Decimal("0.01")))
        for pk in ordered
    )
