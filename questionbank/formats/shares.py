"""Percentages of the points, as Moodle's formats give them to each answer.

We hold what is right and what is wrong, and of several right options that each earns as much as
another. What a wrong one costs is our own rule, so below nothing is as good as nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from questionbank.enums import Scoring
from questionbank.formats.fields import BadField

FULL = 100.0
_ROUNDED = 0.1  # thirds are written 33.33333, so 100 may be 99.99999
_ALIKE = 1.0  # "33" beside "34"


@dataclass(frozen=True)
class Right:
    """The places of the right options, from 0, and a value of Scoring."""

    places: tuple[int, ...]
    scoring: str = ""


def right_one(shares: Sequence[float]) -> Right:
    """Of options of which one is chosen. Raises BadField where one earns a part."""
    check_no_parts(shares)
    return Right(tuple(place for place, share in enumerate(shares) if is_full(share)))


def right_several(shares: Sequence[float]) -> Right:
    """Of options of which several are chosen. Raises BadField for shares that we cannot hold.

    They are parts that make up the whole; or each is the whole, which is how people write that
    all are needed.
    """
    places = tuple(place for place, share in enumerate(shares) if share > 0)
    earned = [shares[place] for place in places]
    check_equal(earned)
    if abs(sum(earned) - FULL) < _ALIKE:
        return Right(places, Scoring.PARTIAL.value)
    if all(map(is_full, earned)):
        return Right(places)
    raise BadField(
        _("tỉ lệ điểm của các phương án đúng cộng lại phải là 100, hiện là %(total)s.")
        % {"total": f"{sum(earned):g}"}
    )


def is_full(share: float) -> bool:
    return abs(share - FULL) < _ROUNDED


def check_no_parts(shares: Sequence[float]) -> None:
    """Raises BadField unless each answer earns everything or nothing."""
    if any(share > FULL + _ROUNDED for share in shares):
        raise BadField(_("có tỉ lệ điểm lớn hơn 100."))
    if any(share > 0 and not is_full(share) for share in shares):
        raise partial_credit()


def check_equal(earned: Sequence[float]) -> None:
    """Raises BadField unless each right option earns as much as another."""
    if earned and max(earned) - min(earned) > _ALIKE:
        raise BadField(_("các phương án đúng không được điểm như nhau, chưa được hỗ trợ."))


def partial_credit() -> BadField:
    return BadField(
        _(
            "có câu trả lời được một phần điểm, chưa được hỗ trợ; xin cho mỗi câu trả lời trọn"
            " điểm hoặc không điểm."
        )
    )
