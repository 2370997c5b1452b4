"""What runs by the clock: the closing of expired attempts."""

import logging

from django.db import close_old_connections
from django.utils import timezone

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
            _close_expired()
        except Exception:
            if not self._is_failing:
                logger.exception("closing expired attempts fails; trying again every second")
            self._is_failing = True
        else:
            if self._is_failing:
                logger.info("closing expired attempts works again")
            self._is_failing = False


def _close_expired() -> None:
    close_old_connections()
    try:
        count = close_all_expired(at=timezone.now())
    finally:
        close_old_connections()
    if count:
        logger.info("closed %d expired attempts", count)
