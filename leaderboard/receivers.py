"""News from the contest: an attempt graded, or under way again, moves its boards."""

import logging
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from contest.models import Attempt
from contest.signals import attempt_graded, attempt_reopened
from leaderboard.queries import boards_of_attempt
from leaderboard.services.announcing import announce
from leaderboard.services.standings import record_result

logger = logging.getLogger(__name__)


@receiver([attempt_graded, attempt_reopened], dispatch_uid="leaderboard.move_boards")
def move_boards(attempt: Attempt, **kwargs: Any) -> None:
    """Put the result on its boards and tell their watchers. Never raises.

    What fails here is made good when the board is next read: see `has_strayed`.
    """
    try:
        for board, is_revealed in boards_of_attempt(attempt, at=timezone.now()):
            version = record_result(board, participant_id=attempt.participant_id)
            if version is not None and is_revealed:
                announce(board, version=version)
    except Exception:
        logger.exception("attempt %s did not reach its boards", attempt.pk)
