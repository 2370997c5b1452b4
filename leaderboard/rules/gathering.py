"""How often a board speaks: at once when it was silent, then at most once an interval."""

INTERVAL_SECONDS = 0.5


def wait_before_announcing(
    *, at: float, last_at: float | None, interval: float = INTERVAL_SECONDS
) -> float:
    """Seconds from `at` until a change may be announced; 0 means now."""
    if last_at is None:
        return 0.0
    return max(0.0, last_at + interval - at)
