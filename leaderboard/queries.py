"""Reads from the database: what fills a board, and what its rows show beside the figures."""

from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.crypto import salted_hmac

from accounts.enums import Role
from accounts.models import Unit, User
from accounts.policies import has_role
from contest.enums import NameDisplay
from contest.models import (
    Attempt,
    Contest,
    Division,
    Participant,
    Round,
    counted_headcount,
    rules_of,
)
from contest.queries.results import TRIED, tried
from contest.results.wording import later_notice, ranking_rule
from contest.rules.naming import name_shown
from contest.rules.ranking import Tried, person_result
from leaderboard.boards import (
    Board,
    has_total,
    round_board,
    scores_are_revealed,
    total_board,
    true_board,
)
from leaderboard.rules.members import encode
from leaderboard.stores import Entry

_ruled = Round.objects.select_related("contest__ranking_rules")


@dataclass(frozen=True)
class BoardPlace:
    """A contest's total or one round of it, as far as the person may see it now."""

    contest: Contest
    rounds: list[Round]
    contest_round: Round | None  # None: the total
    at: datetime

    @cached_property
    def board(self) -> Board:
        if self.contest_round is not None:
            return round_board(self.contest_round, at=self.at)
        return total_board(self.contest.pk, self.rounds, at=self.at)

    @property
    def is_revealed(self) -> bool:
        """Whether scores and places may be shown."""
        if self.contest_round is not None:
            return scores_are_revealed(self.contest_round, at=self.at)
        return bool(self.board.round_ids)

    @property
    def has_total(self) -> bool:
        """Whether people are ranked over the rounds; its own page says so where they are not."""
        return has_total(self.contest)

    @property
    def ranking_rule(self) -> str:
        """In words, for everybody."""
        return ranking_rule(rules_of(self.contest), over_rounds=self.contest_round is None)

    @property
    def later_notice(self) -> str:
        """That the order shown is not the final one; "" where it is."""
        return later_notice(rules_of(self.contest))

    @property
    def frozen_rounds(self) -> list[Round]:
        """Rounds of this board of which only what was submitted before their freeze is shown."""
        frozen = dict(self.board.frozen)
        return [it for it in self.rounds if it.pk in frozen]

    @property
    def missing_rounds(self) -> list[Round]:
        """Rounds that have begun and will count in the total, but may not be shown yet."""
        return [
            it
            for it in self.rounds
            if not it.is_practice
            and it.has_opened(at=self.at)
            and it.pk not in self.board.round_ids
        ]


def board_place(
    *, slug: str, round_slug: str | None, user: User | AnonymousUser, at: datetime
) -> BoardPlace:
    """Raises Http404 where there is nothing, or nothing for this person. Two queries."""
    contest = next(iter(Contest.objects.filter(slug=slug).select_related("ranking_rules")), None)
    if contest is None or not _may_see(contest, user):
        raise Http404
    rounds = list(contest.rounds.order_by("opens_at", "id"))  # each knows its contest
    if round_slug is None:
        return BoardPlace(contest, rounds, None, at)
    contest_round = next((it for it in rounds if it.slug == round_slug), None)
    if contest_round is None:
        raise Http404
    return BoardPlace(contest, rounds, contest_round, at)


def _may_see(contest: Contest, user: User | AnonymousUser) -> bool:
    return contest.is_published or has_role(user, Role.ORGANISER, Role.JURY, Role.OBSERVER)


def board_entries(board: Board) -> Iterator[Entry]:
    """Everybody on the board, in no particular order. A query per round and two more."""
    found = tried(round_ids=board.round_ids, rules=board.rules, frozen=dict(board.frozen))
    counts = dict(
        _submitted(board).values_list("participant_id").annotate(count=Count("pk")).order_by()
    )
    people = Participant.objects.filter(contest_id=board.contest_id)
    rows = people.values_list("pk", "division_id", "unit_id")
    for participant_id, division_id, unit_id in rows.iterator(chunk_size=5000):
        own = found.get(participant_id)
        if own and participant_id in counts:
            member = _member(board, own)
            yield Entry(participant_id, member, division_id, unit_id, counts[participant_id])


def participant_entries(boards: Iterable[Board], *, participant_id: int) -> list[Entry | None]:
    """One participant's entry on each board; None without a submitted attempt there. One query."""
    attempts = list(
        Attempt.objects.counting()
        .filter(participant_id=participant_id)
        .select_related("participant")
    )
    return [_entry(board, [it for it in attempts if _counts(board, it)]) for board in boards]


def _counts(board: Board, attempt: Attempt) -> bool:
    return attempt.round_id in board.round_ids and board.counts(
        round_id=attempt.round_id, submitted_at=attempt.submitted_at
    )


def _entry(board: Board, attempts: list[Attempt]) -> Entry | None:
    if not attempts:
        return None
    person = attempts[0].participant
    member = _member(board, [_tried(attempt) for attempt in attempts])
    return Entry(person.pk, member, person.division_id, person.unit_id, len(attempts))


def _member(board: Board, own: list[Tried]) -> str:
    """What a person's attempts come to on a board, as far as it is known at once."""
    return encode(person_result(own, board.rules), board.rules.live_chain)


def submitted_count(board: Board) -> int:
    """How many attempts a board that is up to date rests on."""
    return _submitted(board).count()


def boards_of_attempt(attempt: Attempt, *, at: datetime) -> list[tuple[Board, bool]]:
    """The boards that an attempt moves, and whether the public may hear of it. One query.

    A frozen board is not among them when the attempt came after the freeze: not even its being
    touched may show.
    """
    rounds = list(_ruled.filter(contest__rounds=attempt.round_id))
    own = next(it for it in rounds if it.pk == attempt.round_id)
    boards = [(round_board(own, at=at), scores_are_revealed(own, at=at))]
    everything = total_board(own.contest_id, rounds, at=at)
    if own.pk in everything.round_ids:
        boards.append((everything, True))
    moved = [
        (board, may_hear)
        for board, may_hear in boards
        if board.counts(round_id=own.pk, submitted_at=attempt.submitted_at)
    ]
    return moved + [(true_board(board), False) for board, _may_hear in boards if board.frozen]


def boards_of_contest(contest: Contest, *, at: datetime) -> list[Board]:
    """Every board of a contest, the total as it may be shown now. One query."""
    return [board for board, _may_hear in boards_and_hearing(contest, at=at)]


def boards_and_hearing(contest: Contest, *, at: datetime) -> list[tuple[Board, bool]]:
    """Every board of a contest, and whether the public may hear that it moves. One query."""
    rounds = list(_ruled.filter(contest=contest))
    boards = [(round_board(it, at=at), scores_are_revealed(it, at=at)) for it in rounds]
    everything = total_board(contest.pk, rounds, at=at)
    if everything.round_ids:
        boards.append((everything, True))
    return boards + [(true_board(board), False) for board, _may_hear in boards if board.frozen]


def public_boards(contest_round: Round, *, at: datetime) -> list[Board]:
    """The round's board and the total with it, as far as the public may see them. One query."""
    if not scores_are_revealed(contest_round, at=at):
        return []
    rounds = _ruled.filter(contest_id=contest_round.contest_id)
    everything = total_board(contest_round.contest_id, rounds, at=at)
    boards = [round_board(contest_round, at=at)]
    return [*boards, everything] if contest_round.pk in everything.round_ids else boards


@dataclass(frozen=True)
class Participation:
    """How many take part in a contest; of what followed a freeze only `running` tells."""

    participants: int
    units: int
    submitted: int
    running: int
    is_frozen: bool


def participation(contest: Contest, *, at: datetime) -> Participation:
    """Over all rounds; while some are frozen, as of the first freeze. Three queries."""
    rounds = {it.pk: it.frozen_since(at=at) for it in Round.objects.filter(contest=contest)}
    frozen = {pk: since for pk, since in rounds.items() if since is not None}
    everybody = Participant.objects.filter(contest=contest)
    if frozen:
        everybody = everybody.filter(joined_at__lt=min(frozen.values()))
    board = Board(contest.pk, tuple(rounds), is_total=True, frozen=tuple(frozen.items()))
    attempts = Attempt.objects.filter(round_id__in=rounds)
    people = everybody.aggregate(all=Count("pk"), units=Count("unit_id", distinct=True))
    counts = attempts.aggregate(
        submitted=Count("pk", filter=_in_time(board)),
        running=Count("pk", filter=Q(submitted_at=None)),
    )
    return Participation(
        people["all"], people["units"], counts["submitted"], counts["running"], bool(frozen)
    )


@dataclass(frozen=True)
class Person:
    """What a row shows of a participant. Nothing else personal ever leaves for a board."""

    name: str  # as the contest shows names
    unit_name: str
    correct_count: int  # in the attempts that count, added up over the board's rounds


class _Shown(NamedTuple):
    participant__full_name: str
    participant__unit__name: str | None
    participant__contest__name_display: str
    participant__anonymised_at: datetime | None


def people(board: Board, participant_ids: Iterable[int]) -> dict[int, Person]:
    """By participant. The one place where a name becomes what a board shows. One query."""
    rows = _submitted(board).filter(participant_id__in=list(participant_ids))
    own: dict[int, list[Tried]] = {}
    shown: dict[int, _Shown] = {}
    for row in rows.values_list(*TRIED, *_Shown._fields):
        own.setdefault(row[0], []).append(Tried(*row[: len(TRIED)]))
        shown[row[0]] = _Shown(*row[len(TRIED) :])
    return {
        pk: _person(board, pk, shown[pk], person_result(attempts, board.rules).correct_count)
        for pk, attempts in own.items()
    }


def _person(board: Board, participant_id: int, row: _Shown, correct_count: int) -> Person:
    display = NameDisplay(row.participant__contest__name_display)
    name = name_shown(
        row.participant__full_name,
        display=NameDisplay.HIDDEN if row.participant__anonymised_at else display,
        code=_code(board, participant_id),
    )
    return Person(name, row.participant__unit__name or "", correct_count)


def people_named(
    board: Board, folded: str, *, display: NameDisplay, limit: int, among: Iterable[int] | None
) -> list[int]:
    """Participants on the board who show a name with a word that begins so, in order of names.

    `folded` may be several words in a row. Names that are not shown are not searched: a short one
    is found by what is left of it, a hidden one not at all. One query, over those in `among` only,
    which spares a small board the look at everybody in the contest.
    """
    if display is NameDisplay.HIDDEN:
        return []
    column = "folded_name" if display is NameDisplay.FULL else "folded_short"
    found = Participant.objects.filter(
        **{"contest_id": board.contest_id, f"{column}__contains": f" {folded}"}
    )
    if among is None:
        found = found.filter(Exists(_submitted(board).filter(participant_id=OuterRef("pk"))))
    else:
        found = found.filter(pk__in=list(among))
    return list(found.order_by(column, "pk").values_list("pk", flat=True)[:limit])


def people_on(board: Board) -> list[int]:
    """All participants on the board. One query."""
    ids = _submitted(board).order_by().values_list("participant_id", flat=True)
    return list(ids.distinct())


def units(unit_ids: Iterable[int], *, contest_id: int) -> dict[int, Any]:
    """Units with `counted_on`, the headcount that the contest counts on. One query."""
    counted = Unit.objects.only("name").annotate(counted_on=counted_headcount(contest_id))
    return counted.in_bulk(list(unit_ids))


def contest_divisions(contest: Contest) -> list[Division]:
    return list(Division.objects.filter(contest=contest).order_by("position", "id"))


def own_participant(contest: Contest, user: User | AnonymousUser) -> Participant | None:
    if not user.is_authenticated:
        return None
    own = Participant.objects.filter(contest=contest, user_id=user.pk)
    return next(iter(own.select_related("division")), None)


def _submitted(board: Board) -> QuerySet[Attempt]:
    """The attempts that a board rests on."""
    return Attempt.objects.filter(_in_time(board), is_counted=True)


def _in_time(board: Board) -> Q:
    """What was submitted in the rounds of a board, before the freeze where there is one."""
    frozen = dict(board.frozen)
    moving = [pk for pk in board.round_ids if pk not in frozen]
    counted = Q(round_id__in=moving, submitted_at__isnull=False)
    for round_id, since in board.frozen:
        counted |= Q(round_id=round_id, submitted_at__lt=since)
    return counted


def _code(board: Board, participant_id: int) -> str:
    """Names a person on one board without saying who it is: five bytes, so that none share it."""
    digest = salted_hmac("leaderboard.code", f"{board.root}:{participant_id}").digest()
    return b32encode(digest[:5]).decode()


def _tried(attempt: Attempt) -> Tried:
    """Of a submitted attempt, whose columns the database keeps filled."""
    return Tried(*(getattr(attempt, field) for field in TRIED))
