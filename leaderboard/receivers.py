"""News from the contest: attempts graded, or under way again, and releases move its boards."""

import logging
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from contest.models import Attempt, Contest, Round
from contest.signals import (
    attempt_graded,
    attempt_reopened,
    board_released,
    counting_changed,
    results_regraded,
)
from leaderboard.boards import Board, true_board
from leaderboard.queries import boards_and_hearing, boards_of_attempt, public_boards
from leaderboard.services.announcing import announce
from leaderboard.services.standings import (
    board_state,
    drop_board,
    is_built,
    rebuild,
    record_result,
)

logger = logging.getLogger(__name__)


@receiver([attempt_graded, attempt_reopened], dispatch_uid="leaderboard.move_boards")
def move_boards(attempt: Attempt, **kwargs: Any) -> None:
    """Put the result on its boards and tell their watchers. Never raises.

    What fails here is made good when the board is next read: see `has_strayed`.
    """
    try:
        moved = boards_of_attempt(attempt, at=timezone.now())
        boards = [board for board, _is_revealed in moved]
        _tell(moved, record_result(boards, participant_id=attempt.participant_id))
    except Exception:
        logger.exception("attempt %s did not reach its boards", attempt.pk)


@receiver(board_released, dispatch_uid="leaderboard.show_released_boards")
def show_released_boards(contest_round: Round, **kwargs: Any) -> None:
    """Build what the public sees from now on, and tell those who watch. Never raises."""
    try:
        at = timezone.now()
        for board in public_boards(contest_round, at=at):
            drop_board(true_board(board))  # nothing keeps it in step from now on
            announce(board, version=board_state(board).version)
    except Exception:
        logger.exception("the released board of round %s was not announced", contest_round.pk)


@receiver(counting_changed, dispatch_uid="leaderboard.recount")
def recount(contest: Contest, participant_ids: list[int], **kwargs: Any) -> None:
    """Move the people whose attempts were struck, or count again, on every board. Never raises."""
    try:
        moved = boards_and_hearing(contest, at=timezone.now())
        boards = [board for board, _is_revealed in moved]
        for participant_id in participant_ids:
            _tell(moved, record_result(boards, participant_id=participant_id))
    except Exception:
        logger.exception("the boards of contest %s did not follow a decision", contest.pk)


@receiver(results_regraded, dispatch_uid="leaderboard.rebuild_regraded")
def rebuild_regraded(contest: Contest, round_ids: list[int], **kwargs: Any) -> None:
    """Read every board there is of these rounds anew, once, and tell who watches. Never raises."""
    try:
        for board, is_revealed in boards_and_hearing(contest, at=timezone.now()):
            if set(board.round_ids).isdisjoint(round_ids) or not is_built(board):
                continue
            version = rebuild(board)
            if is_revealed:
                announce(board, version=version)
    except Exception:
        logger.exception("the boards of contest %s did not follow a regrade", contest.pk)


def _tell(moved: list[tuple[Board, bool]], versions: list[int | None]) -> None:
    for (board, is_revealed), version in zip(moved, versions, strict=True):
        if version is not None and is_revealed:
            announce(board, version=version)
