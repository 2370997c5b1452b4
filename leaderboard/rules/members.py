"""Results as fixed-width text: the order of the texts is the order of the board.

A sorted set whose members all have the same score is kept in the order of its members' bytes, so
that a place is the number of smaller members and costs O(log n) to count.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from contest.rules.ranking import Result

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WIDTHS = (12, 15, 17, 19)  # missing hundredths, milliseconds, microseconds, participant
TOP: int = (
    10 ** _WIDTHS[0] - 1
)  # the better score is the smaller text: what is written is TOP - score


def encode(result: Result) -> str:
    """The member of a result. Raises ValueError for what does not fit or loses exactness."""
    values = (
        TOP - hundredths(result.score),
        result.elapsed_ms,
        (result.submitted_at - _EPOCH) // _MICROSECOND,
        result.participant_id,
    )
    return ":".join(_field(value, width) for value, width in zip(values, _WIDTHS, strict=True))


def decode(member: str) -> Result:
    """The result that `encode` was given."""
    missing, elapsed_ms, instant, participant_id = map(int, member.split(":"))
    return Result(
        participant_id=participant_id,
        score=Decimal(TOP - missing).scaleb(-2),
        elapsed_ms=elapsed_ms,
        submitted_at=_EPOCH + instant * _MICROSECOND,
    )


def tie_key(member: str) -> str:
    """What equal results have in common: every smaller member is a better result."""
    return member[: -_WIDTHS[-1]]


def hundredths(score: Decimal) -> int:
    """A score in hundredths. Raises ValueError when that is not exact."""
    whole = int(score * 100)
    if whole != score * 100:
        raise ValueError(f"score {score} has more than two decimals")
    return whole


def member_hundredths(member: str) -> int:
    """The score within a member, in hundredths."""
    return TOP - int(member[: _WIDTHS[0]])


def _field(value: int, width: int) -> str:
    text = f"{value:0{width}}"
    if value < 0 or len(text) > width:
        raise ValueError(f"{value} does not fit in {width} digits")
    return text
