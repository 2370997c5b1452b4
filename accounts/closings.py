"""Connections that this process closed for a fault of theirs: counted, and said now and then."""

import logging
import time
from collections import Counter

SECONDS_BETWEEN_LINES = 60.0
FOREIGN_ORIGIN = 403  # refused before there was a socket, with a status instead of a code
TOO_LARGE = 1009  # the server's own, for a frame that it did not even read

logger = logging.getLogger(__name__)
closed: Counter[int] = Counter()  # by close code, since the process began
_said_at = float("-inf")


def note_closing(code: int) -> None:
    """Count one, and log all counts unless that was done within the last minute."""
    global _said_at  # noqa: PLW0603 (one process, one log)
    closed[code] += 1
    now = time.monotonic()
    if now - _said_at >= SECONDS_BETWEEN_LINES:
        _said_at = now
        logger.warning("sockets closed so far, by code: %s", dict(closed))
