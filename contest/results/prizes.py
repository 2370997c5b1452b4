"""The prizes of a contest with who is to have them, for the jury to look at and to take over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from accounts.models import Unit
from contest.enums import BoardKind
from contest.models import (
    Award,
    AwardOverride,
    Contest,
    Participant,
    Prize,
    PrizeBoard,
    RankingRules,
    counted_headcount,
)
from contest.results.queries import (
    StandingRow,
    Standings,
    contest_standings,
    round_standings,
    within,
)
from contest.results.wording import lead_text, left_out_text, result_text, unit_lead_text, unit_text
from contest.rules.awarding import Flag, Placed, Proposal, Ruled, Stake, propose
from contest.rules.collectives import UnitStanding, UnitTally, rank_collectives


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody, or a unit, as the jury reads them.

    What is said of a person is put into words when it is read: few of a hundred thousand are.
    """

    pk: int
    name: str
    beside: str  # the person's unit, or the unit's kind
    place: int | None = None  # none: not in the standings
    row: StandingRow | None = None  # of a person
    words: tuple[str, str] = ("", "")  # of a unit: result, why

    @property
    def result(self) -> str:
        return result_text(self.row.result) if self.row else self.words[0]

    @property
    def why(self) -> str:
        """What parts them from the next."""
        return lead_text(self.row.lead) if self.row else self.words[1]


@dataclass(frozen=True)
class Winner:
    candidate: Candidate
    prize: Prize
    override: AwardOverride | None


@dataclass(frozen=True)
class OpenTie:
    """Equals among whom the jury has to choose, and what is left for them."""

    candidates: list[Candidate]
    prizes: list[tuple[Prize, int]]


@dataclass(frozen=True)
class BoardProposal:
    """A prize board with its proposal, and what was taken over of it so far."""

    board: PrizeBoard
    prizes: list[Prize]
    proposal: Proposal
    candidates: dict[int, Candidate]
    winners: list[Winner]
    ties: list[OpenTie]
    reserves: list[Candidate]
    left: list[tuple[Prize, int]]
    left_out: list[tuple[Candidate, str]]  # units, and why they are not ranked
    doubtful: list[Candidate]  # units whose headcount must be looked into
    overrides: list[AwardOverride]
    awards: list[Award]

    @property
    def is_taken_over(self) -> bool:
        """Whether the awards are what is proposed now."""
        awarded = {(it.prize_id, it.participant_id or it.unit_id) for it in self.awards}
        return awarded == {(it.prize, it.winner) for it in self.proposal.given} and bool(awarded)

    @property
    def has_too_many(self) -> bool:
        return Flag.TOO_MANY_RULED in self.proposal.flags

    @property
    def choices(self) -> list[Candidate]:
        """All whom the page shows, once each, for the form that decides otherwise."""
        shown = [it.candidate for it in self.winners]
        shown += [it for tie in self.ties for it in tie.candidates]
        shown += self.reserves
        return shown


def prize_boards(contest: Contest) -> list[PrizeBoard]:
    """In order, each with its prizes. Two queries."""
    boards = PrizeBoard.objects.filter(contest=contest).select_related(
        "round", "division", "contest__ranking_rules"
    )
    return list(boards.prefetch_related("prizes").order_by("position", "pk"))


def board_proposal(board: PrizeBoard, *, whole: Standings | None = None) -> BoardProposal:
    """The proposal as of now, or by `whole`: the standings that the board's division is taken from.

    Besides the standings seven queries at most.
    """
    prizes = list(board.prizes.all())
    overrides = list(
        board.overrides.in_force().select_related("participant", "unit", "prize", "actor")
    )
    standings = within(_standings(board) if whole is None else whole, board.division_id)
    left_out: list[UnitStanding] = []
    if board.is_collective:
        candidates, left_out = _units(board, standings)
    else:
        candidates = people(standings.rows)
    missing = {ruled_winner(it) for it in overrides} - candidates.keys()
    candidates |= _strangers(board, missing)
    proposal = propose(
        [Placed(it.pk, it.place) for it in candidates.values() if it.place],
        [Stake(it.pk, it.count) for it in prizes],
        ruled=[Ruled(ruled_winner(it), it.prize_id) for it in overrides],
        already=prized_elsewhere(board),
    )
    by_pk = {it.pk: it for it in prizes}
    ruled = {ruled_winner(it): it for it in overrides}
    return BoardProposal(
        board=board,
        prizes=prizes,
        proposal=proposal,
        candidates=candidates,
        winners=[
            Winner(
                candidates[it.winner],
                by_pk[it.prize],
                ruled.get(it.winner) if it.is_ruled else None,
            )
            for it in proposal.given
        ],
        ties=[
            OpenTie([candidates[pk] for pk in tie.winners], _named(tie.stakes, by_pk))
            for tie in proposal.ties
        ],
        reserves=[candidates[it.winner] for it in proposal.reserves],
        left=_named(proposal.left, by_pk),
        left_out=[
            (candidates[it.tally.unit_id], left_out_text(it.left_out))
            for it in left_out
            if it.left_out
        ],
        doubtful=[
            candidates[it.tally.unit_id]
            for it in left_out
            if it.left_out and it.left_out.is_doubtful
        ],
        overrides=overrides,
        awards=list(
            Award.objects.filter(prize__board=board)
            .select_related("prize", "participant", "unit")
            .order_by("prize__position", "place", "pk")
        ),
    )


def _standings(board: PrizeBoard) -> Standings:
    if board.round:
        return round_standings(board.round)
    return contest_standings(board.contest, of_units=board.is_collective)


def people(rows: Iterable[StandingRow]) -> dict[int, Candidate]:
    """By participant."""
    return {
        row.participant_id: Candidate(
            row.participant_id,
            row.entrant.full_name,
            row.entrant.unit,
            row.place,
            row,
        )
        for row in rows
    }


def _units(
    board: PrizeBoard, standings: Standings
) -> tuple[dict[int, Candidate], list[UnitStanding]]:
    """Those of the board's kind that somebody took part for; the second: those without a place."""
    by_unit: dict[int, list[StandingRow]] = {}
    for row in standings.rows:
        if row.entrant.unit_id and board.unit_kind in ("", row.entrant.unit_kind):
            by_unit.setdefault(row.entrant.unit_id, []).append(row)
    counted = Unit.objects.filter(pk__in=by_unit).annotate(
        counted_on=counted_headcount(board.contest_id)
    )
    units: dict[int, Any] = {unit.pk: unit for unit in counted}
    winners = winners_by_unit(board)
    ranked = rank_collectives(
        [
            UnitTally(
                unit_id=pk,
                people=len(rows),
                points=sum((row.score for row in rows), Decimal(0)),
                headcount=units[pk].counted_on,
                winners=winners.get(pk, 0),
            )
            for pk, rows in by_unit.items()
        ],
        board.chain,
        min_people=board.min_people,
        min_percent=board.min_percent,
    )
    candidates = {
        it.tally.unit_id: Candidate(
            it.tally.unit_id,
            units[it.tally.unit_id].name,
            units[it.tally.unit_id].get_kind_display(),
            it.place,
            words=(unit_text(it.tally, board.chain), unit_lead_text(it.lead)),
        )
        for it in ranked
    }
    return candidates, [it for it in ranked if it.left_out]


def winners_by_unit(board: PrizeBoard) -> Mapping[int, int]:
    """People with a prize of their own: of the board's round, or of the whole contest."""
    awards = Award.objects.filter(
        prize__board__contest=board.contest_id, participant__unit__isnull=False
    )
    if board.round_id:
        awards = awards.filter(prize__board__round=board.round_id)
    by_unit = awards.order_by().values_list("participant__unit")
    return dict(by_unit.annotate(number=Count("participant", distinct=True)))


def prized_elsewhere(board: PrizeBoard) -> set[int]:
    """Who may not have a second prize."""
    rules = RankingRules.objects.filter(contest=board.contest_id, one_prize_per_person=True)
    if board.is_collective or not rules.exists():
        return set()
    elsewhere = Award.objects.filter(
        prize__board__contest=board.contest_id, prize__board__kind=BoardKind.INDIVIDUAL
    ).exclude(prize__board=board)
    return set(elsewhere.values_list("participant_id", flat=True))


def _strangers(board: PrizeBoard, keys: set[int]) -> dict[int, Candidate]:
    """Whom the jury ruled about although they are not in the standings."""
    if not keys:
        return {}
    if board.is_collective:
        units = Unit.objects.filter(pk__in=keys)
        return {it.pk: Candidate(it.pk, it.name, it.get_kind_display()) for it in units}
    people = Participant.objects.filter(pk__in=keys).select_related("unit")
    return {it.pk: Candidate(it.pk, it.full_name, it.unit.name if it.unit else "") for it in people}


def ruled_winner(override: AwardOverride) -> int:
    """Whom it is about: a person, or a unit."""
    return override.participant_id or override.unit_id or 0


def _named(stakes: Iterable[Stake], prizes: Mapping[int, Prize]) -> list[tuple[Prize, int]]:
    return [(prizes[it.prize], it.count) for it in stakes]
