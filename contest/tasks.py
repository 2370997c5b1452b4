"""What runs by the clock: attempts expire, predictions are compared, files kept for a day end."""

import logging
import time

from django.db import close_old_connections
from django.utils import timezone

from contest.exports.desk_files import remove_expired
from contest.services.predicting import settle_due
from contest.services.submitting import close_all_expired

INTERVAL_SECONDS = 1.0
SWEEP_SECONDS = 300.0

logger = logging.getLogger(__name__)


class Expiry:
    """Closes what is overdue, a turn at a time. One object for each process that does so."""

    def __init__(self) -> None:
        self._is_failing = False
        self._swept_at = -SWEEP_SECONDS

    def turn(self) -> None:
        """Never raises: the database may be away for a while, which is said once."""
        try:
            _work()
            if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
                self._swept_at = time.monotonic()
                _sweep()
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


def _sweep() -> None:
    try:
        remove_expired(at=timezone.now())
    finally:
        close_old_connections()
