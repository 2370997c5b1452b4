"""Results as fixed-width text: the order of the texts is the order of the board.

A sorted set whose members all have the same score is kept in the order of its members' bytes, so
that a place is the number of smaller members and costs O(log n) to count.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from contest.enums import Criterion
from contest.rules.ranking import Result
from contest.rules.ranking_rules import KNOWN_AT_ONCE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# missing hundredths, milliseconds, microseconds
_WIDTHS = {Criterion.SCORE: 12, Criterion.TIME_USED: 15, Criterion.EARLIER: 17}
_PARTICIPANT = 19
TOP: int = (
    10 ** _WIDTHS[Criterion.SCORE] - 1
)  # the better score is the smaller text: what is written is TOP - score


TIE_LENGTH = sum(width + 1 for width in _WIDTHS.values())


def encode(result: Result, chain: Sequence[Criterion] = KNOWN_AT_ONCE) -> str:
    """The member of a result. Raises ValueError for what does not fit or loses exactness.

    First what the chain asks, in its order, the score leading; zeros instead of what it does not
    ask, which is written behind the participant, where it parts nobody.
    """
    values = {
        Criterion.SCORE: TOP - hundredths(result.score),
        Criterion.TIME_USED: result.elapsed_ms,
        Criterion.EARLIER: (result.submitted_at - _EPOCH) // _MICROSECOND,
    }
    unasked = [it for it in KNOWN_AT_ONCE if it not in chain]
    fields = [_field(values[it], _WIDTHS[it]) for it in chain]
    fields += [_field(0, _WIDTHS[it]) for it in unasked]
    fields.append(_field(result.participant_id, _PARTICIPANT))
    fields += [_field(values[it], _WIDTHS[it]) for it in unasked]
    return ":".join(fields)


def decode(member: str, chain: Sequence[Criterion] = KNOWN_AT_ONCE) -> Result:
    """The result that `encode` was given, with the same chain."""
    numbers = [int(field) for field in member.split(":")]
    unasked = [it for it in KNOWN_AT_ONCE if it not in chain]
    count = len(KNOWN_AT_ONCE)
    values = dict(
        zip(
            [*chain, *unasked],
            [*numbers[: len(chain)], *numbers[count + 1 :]],
            strict=True,
        )
    )
    return Result(
        participant_id=numbers[count],
        score=Decimal(TOP - values[Criterion.SCORE]).scaleb(-2),
        elapsed_ms=values[Criterion.TIME_USED],
        submitted_at=_EPOCH + values[Criterion.EARLIER] * _MICROSECOND,
    )


def tie_key(member: str) -> str:
    """What equal results have in common: every smaller member is a better result."""
    return member[:TIE_LENGTH]


def hundredths(score: Decimal) -> int:
    """A score in hundredths. Raises ValueError when that is not exact."""
    whole = int(score * 100)
    if whole != score * 100:
        raise ValueError(f"score {score} has more than two decimals")
    return whole


def member_hundredths(member: str) -> int:
    """The score within a member, in hundredths."""
    return TOP - int(member[: _WIDTHS[Criterion.SCORE]])


def _field(value: int, width: int) -> str:
    text = f"{value:0{width}}"
    if value < 0 or len(text) > width:
        raise ValueError(f"{value} does not fit in {width} digits")
    return text
