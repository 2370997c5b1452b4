"""Which boards there are, how they are called, and what they may show when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contest.models import Round
from contest.rules.reveal import is_revealed
from leaderboard.enums import View

VIEW_WORDS = {View.INDIVIDUALS: "ca-nhan", View.UNITS: "don-vi"}  # in addresses


@dataclass(frozen=True)
class BoardRequest:
    """Which part of a board is asked for; `division` is a code, None for everybody."""

    view: View = View.INDIVIDUALS
    division: str | None = None
    page: int = 1


@dataclass(frozen=True)
class Board:
    """The results of these rounds of a contest, added up per participant.

    A total's name holds its rounds: when one more is revealed it is another board, which builds
    itself, and nothing of a round that must not be shown is in it.
    """

    contest_id: int
    round_ids: tuple[int, ...]
    is_total: bool

    @property
    def name(self) -> str:
        """Its name in the store."""
        rounds = "-".join(map(str, self.round_ids))
        return f"total-{self.contest_id}-{rounds}" if self.is_total else f"round-{rounds}"

    @property
    def group(self) -> str:
        """Its channel-layer group: whoever watches it, whichever rounds it holds by now."""
        kind, pk = ("total", self.contest_id) if self.is_total else ("round", self.round_ids[0])
        return f"board.{kind}.{pk}"


def round_board(contest_round: Round) -> Board:
    return Board(contest_round.contest_id, (contest_round.pk,), is_total=False)


def total_board(contest_id: int, rounds: Iterable[Round], *, at: datetime) -> Board:
    """The contest's total over those of its official rounds whose scores may be shown."""
    shown = [it.pk for it in rounds if not it.is_practice and scores_are_revealed(it, at=at)]
    return Board(contest_id, tuple(sorted(shown)), is_total=True)


def scores_are_revealed(contest_round: Round, *, at: datetime) -> bool:
    return is_revealed(at=at, rounds=[contest_round.score_reveal])
