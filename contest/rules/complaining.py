"""Until when a participant may complain."""

from datetime import datetime, timedelta

LONGEST_HOURS = 720  # 30 days: after that personal data may go


def complaints_end(*, over_at: datetime, hours: int) -> datetime:
    """`over_at`: from then on no answer can arrive in the round."""
    return over_at + timedelta(hours=hours)


def complaints_are_taken(*, at: datetime, until: datetime) -> bool:
    """The last instant still belongs to the period."""
    return at <= until
