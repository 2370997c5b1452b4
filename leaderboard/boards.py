"""Which boards there are, how they are called, and what they may show when.

While a round is frozen it has two boards: the public one, which stands still, and the true one.
Whatever answers the public asks `round_board` and `total_board` and gets the public one; the true
one has to be asked for by name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from contest.enums import RoundsPolicy
from contest.models import Contest, Round, rules_of
from contest.rules.ranking_rules import USUAL, Rules
from contest.rules.reveal import is_revealed
from contest.rules.timing import BoardPhase, is_before
from leaderboard.enums import View

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

VIEW_WORDS = {View.INDIVIDUALS: "ca-nhan", View.UNITS: "don-vi"}  # in addresses


@dataclass(frozen=True)
class BoardRequest:
    """Which part of a board is asked for; `division` is a code, None for everybody."""

    view: View = View.INDIVIDUALS
    division: str | None = None
    page: int = 1


@dataclass(frozen=True)
class Board:
    """The results of these rounds of a contest, added up per participant, by the rules it ranks by.

    The name holds what makes one board another: a total's rounds, and which of them are frozen
    since when or released. When one more is revealed, frozen or released it is another board, which
    builds itself later and so has higher versions, and nothing that must not be shown is in it.
    """

    contest_id: int
    round_ids: tuple[int, ...]
    is_total: bool
    frozen: tuple[tuple[int, datetime], ...] = ()  # rounds of which only what was before counts
    released: tuple[int, ...] = ()  # rounds that were frozen once
    is_public: bool = True
    rules: Rules = USUAL

    @property
    def name(self) -> str:
        """Its name in the store."""
        rounds = "-".join(map(str, self.round_ids))
        parts = [f"total-{self.contest_id}-{rounds}" if self.is_total else f"round-{rounds}"]
        parts += [f"until-{pk}.{_microseconds(since)}" for pk, since in self.frozen]
        parts += [f"released-{pk}" for pk in self.released]
        parts += [f"by-{self.rules.tag}"] if self.rules.tag else []
        return "-".join(parts)

    @property
    def root(self) -> str:
        """What stays the same, whichever rounds it holds by now, and frozen or not."""
        kind, pk = ("total", self.contest_id) if self.is_total else ("round", self.round_ids[0])
        return f"board.{kind}.{pk}"

    @property
    def group(self) -> str:
        """Its channel-layer group: whoever watches it."""
        return self.root if self.is_public else f"{self.root}.true"

    def counts(self, *, round_id: int, submitted_at: datetime | None) -> bool:
        """Whether an attempt of one of its rounds, submitted then or no longer, may change it."""
        since = dict(self.frozen).get(round_id)
        return since is None or submitted_at is None or is_before(submitted_at, since)


def round_board(contest_round: Round, *, at: datetime) -> Board:
    """The round's board as everybody may see it."""
    return _public((contest_round,), contest_round.contest_id, is_total=False, at=at)


def total_board(contest_id: int, rounds: Iterable[Round], *, at: datetime) -> Board:
    """The contest's total over those of its official rounds whose scores may be shown.

    A frozen round brings what was submitted before its freeze. Without any round where the
    contest ranks its rounds apart.
    """
    shown = [
        it
        for it in rounds
        if not it.is_practice and scores_are_revealed(it, at=at) and has_total(it.contest)
    ]
    return _public(shown, contest_id, is_total=True, at=at)


def has_total(contest: Contest) -> bool:
    """Whether the contest ranks people over its rounds."""
    return rules_of(contest).rounds is not RoundsPolicy.SEPARATE


def true_board(board: Board) -> Board:
    """The same rounds with everything on them: for those who run the contest, and for nobody else.

    It is kept in step while its public twin is frozen.
    """
    return replace(board, frozen=(), released=(), is_public=False)


def scores_are_revealed(contest_round: Round, *, at: datetime) -> bool:
    return is_revealed(at=at, rounds=[contest_round.score_reveal])


def _public(rounds: Iterable[Round], contest_id: int, *, is_total: bool, at: datetime) -> Board:
    ordered = sorted(rounds, key=lambda it: it.pk)
    frozen = [(it.pk, it.frozen_since(at=at)) for it in ordered]
    return Board(
        contest_id,
        tuple(it.pk for it in ordered),
        is_total=is_total,
        frozen=tuple((pk, since) for pk, since in frozen if since is not None),
        released=tuple(it.pk for it in ordered if it.board_phase(at=at) is BoardPhase.RELEASED),
        rules=rules_of(ordered[0].contest) if ordered else USUAL,
    )


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)
