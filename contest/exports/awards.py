"""The prizes as the jury gave them by now, beside what follows from the results as they stand."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from contest.exports.people import name_order
from contest.exports.rows import SheetRow, among_themselves
from contest.exports.sources import Source
from contest.models import Award, Contest, PrizeBoard, Round, counted_headcount
from contest.results.prizes import prize_boards, prized_elsewhere, ruled_winner, winners_by_unit
from contest.results.wording import unit_rule, unit_text
from contest.rules.awarding import Placed, Proposal, Ruled, Stake, propose
from contest.rules.collectives import UnitTally, rank_collectives


@dataclass(frozen=True)
class AwardLine:
    """A prize and who gets it; `amount` in đồng. A unit's prize has no participant."""

    prize: str
    board: str
    full_name: str
    unit: str
    participant_id: int | None = None
    place: int | None = None  # none: not in the ranking
    score: Decimal | None = None
    elapsed_ms: int | None = None
    amount: int | None = None
    note: str = ""


@dataclass(frozen=True)
class ReserveLine:
    """Who follows the last winner of a prize board."""

    board: str
    place: int
    full_name: str
    unit: str
    note: str = ""


@dataclass(frozen=True)
class PrizesGiven:
    """Of one round, or of the contest as a whole."""

    awards: tuple[AwardLine, ...] = ()
    reserves: tuple[ReserveLine, ...] = ()
    left: tuple[tuple[str, str, int], ...] = ()  # board, prize, how many nobody was given
    differing: tuple[str, ...] = ()  # boards whose awards do not follow from these results
    rules: tuple[str, ...] = ()  # of collective boards, in words


def awarded(contest: Contest, contest_round: Round | None) -> list[Award]:
    """In the order of boards, prizes and places. One query."""
    awards = Award.objects.filter(prize__board__contest=contest, prize__board__round=contest_round)
    order = ("prize__board__position", "prize__board", "prize__position", "place", "pk")
    about = ("prize__board", "participant__unit", "unit", "override")
    return list(awards.select_related(*about).order_by(*order))


def prizes_given(
    contest: Contest, contest_round: Round | None, source: Source, *, by_given_name: bool = False
) -> PrizesGiven:
    """What the jury took over of the prize boards, and whether it is what these results come to.

    Of a sealed result see `sealed_prizes`.
    """
    boards = [it for it in prize_boards(contest) if it.round == contest_round]
    awards = awarded(contest, contest_round)
    given = [
        _board_prizes(board, own, source, by_given_name=by_given_name)
        for board in boards
        if (own := [it for it in awards if it.prize.board_id == board.pk])
    ]
    return PrizesGiven(
        awards=tuple(it for each in given for it in each.awards),
        reserves=tuple(it for each in given for it in each.reserves),
        left=tuple(it for each in given for it in each.left),
        differing=tuple(it for each in given for it in each.differing),
        rules=tuple(f"{it.name}: {unit_rule(it)}" for it in boards if it.is_collective),
    )


@dataclass(frozen=True)
class Entry:
    """What is printed of somebody, or of a unit."""

    name: str
    beside: str  # the person's unit, or the unit's kind
    note: str = ""
    score: Decimal | None = None
    elapsed_ms: int | None = None


def _board_prizes(
    board: PrizeBoard, awards: list[Award], source: Source, *, by_given_name: bool
) -> PrizesGiven:
    if board.is_collective:
        units = _units(board, source)
        placed = [Placed(pk, place) for pk, (place, _entry) in units.items() if place]
        proposal = _proposal(board, placed)
        entries = {pk: entry for pk, (_place, entry) in units.items()}
    else:
        placed = [Placed(row.participant_id, row.place) for row in _people(board, source)]
        proposal = _proposal(board, placed)
        wanted = {it.participant_id or 0 for it in awards}
        entries = _entries(board, source, wanted | {it.winner for it in proposal.reserves})
    lines = [_line(award, board, entries) for award in awards]
    if by_given_name:
        lines = by_given_name_within_prizes(lines)
    return PrizesGiven(
        awards=tuple(lines),
        reserves=tuple(_reserve(board, it, entries[it.winner]) for it in proposal.reserves),
        left=tuple(
            (board.name, prize.name, missing)
            for prize in board.prizes.all()
            if (missing := prize.count - sum(it.prize_id == prize.pk for it in awards)) > 0
        ),
        differing=() if _agree(awards, proposal) else (board.name,),
    )


def _proposal(board: PrizeBoard, placed: list[Placed]) -> Proposal:
    return propose(
        placed,
        [Stake(it.pk, it.count) for it in board.prizes.all()],
        ruled=[Ruled(ruled_winner(it), it.prize_id) for it in board.overrides.in_force()],
        already=prized_elsewhere(board),
    )


def _agree(awards: list[Award], proposal: Proposal) -> bool:
    given = {(it.prize_id, it.participant_id or it.unit_id, it.place) for it in awards}
    return given == {(it.prize, it.winner, it.place) for it in proposal.given}


def _people(board: PrizeBoard, source: Source) -> Iterable[SheetRow]:
    division = board.division
    if not source.is_ranked:
        return ()
    if division is None:
        return source.people
    return among_themselves(
        source.people, source.rules.chain, lambda row: row.division == division.name
    )


def _entries(board: PrizeBoard, source: Source, wanted: set[int]) -> dict[int, Entry]:
    return {
        row.participant_id: Entry(
            row.full_name, row.unit, score=row.score, elapsed_ms=row.elapsed_ms
        )
        for row in _people(board, source)
        if row.participant_id in wanted
    }


def _units(board: PrizeBoard, source: Source) -> dict[int, tuple[int | None, Entry]]:
    """By unit of the board's kind: its place, if it has one, and what is printed of it."""
    people: Counter[int] = Counter()
    points: defaultdict[int, Decimal] = defaultdict(Decimal)
    division = board.division
    for row in source.people:
        if division is not None and row.division != division.name:
            continue
        if row.unit_id and board.unit_kind in ("", row.unit_kind):
            people[row.unit_id] += 1
            points[row.unit_id] += row.score
    counted: Any = Unit.objects.filter(pk__in=people).annotate(
        counted_on=counted_headcount(board.contest_id)
    )
    units = {unit.pk: unit for unit in counted}
    winners = winners_by_unit(board)
    ranked = rank_collectives(
        [
            UnitTally(pk, count, points[pk], units[pk].counted_on, winners.get(pk, 0))
            for pk, count in people.items()
        ],
        board.chain,
        min_people=board.min_people,
        min_percent=board.min_percent,
    )
    return {
        it.tally.unit_id: (
            it.place,
            Entry(
                units[it.tally.unit_id].name,
                units[it.tally.unit_id].get_kind_display(),
                unit_text(it.tally, board.chain),
            ),
        )
        for it in ranked
    }


def _line(award: Award, board: PrizeBoard, entries: dict[int, Entry]) -> AwardLine:
    entry = entries.get(award.participant_id or award.unit_id or 0) or _outsider(award)
    notes = [entry.note]
    if award.override:
        notes.append(jury_note(award.override.reason))
    return AwardLine(
        prize=award.prize.name,
        board=board.name,
        full_name=entry.name,
        unit=entry.beside,
        participant_id=award.participant_id,
        place=award.place,
        score=entry.score,
        elapsed_ms=entry.elapsed_ms,
        amount=award.prize.amount or None,
        note="; ".join(note for note in notes if note),
    )


def jury_note(reason: str) -> str:
    return _("Ban giám khảo quyết định: %(reason)s") % {"reason": reason}


def _outsider(award: Award) -> Entry:
    """Whom the jury gave it to although they are not in the ranking."""
    if award.unit:
        return Entry(award.unit.name, award.unit.get_kind_display())
    person: Any = award.participant
    return Entry(person.full_name, person.unit.name if person.unit else "")


def _reserve(board: PrizeBoard, reserve: Placed, entry: Entry) -> ReserveLine:
    return ReserveLine(board.name, reserve.place, entry.name, entry.beside, entry.note)


def by_given_name_within_prizes(lines: list[AwardLine]) -> list[AwardLine]:
    """Within each prize; the prizes stay in their order."""
    prizes = list(dict.fromkeys(line.prize for line in lines))
    return sorted(lines, key=lambda it: (prizes.index(it.prize), name_order(it.full_name)))
