"""What runs by the clock: expired attempts are closed, and predictions compared after a round."""

import logging

from django.db import close_old_connections
from django.utils import timezone

from contest.services.predicting import settle_due
from contest.services.submitting import close_all_expired

INTERVAL_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Expiry:
    """Closes what is overdue, a turn at a time. One object for each process that does so."""

    def __init__(self) -> None:
        self._is_failing = False

    def turn(self) -> None:
        """Never raises: the database may be away for a while, which is said once."""
        try:
            _work()
        except Exception:
            if not self._is_failing:
                logger.exception("closing expired attempts fails; trying again every second")
            self._is_failing = True
        else:
            if self._is_failing:
                logger.info("closing expired attempts works again")
            self._is_failing = False


def _work() -> None:
    close_old_connections()
    at = timezone.now()
    try:
        count = close_all_expired(at=at)
        settle_due(at=at)
    finally:
        close_old_connections()
    if count:
        logger.info("closed %d expired attempts", count)
