"""What is known of the answers in a sitting, for the statistics of its questions and papers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemResponse:
    """One question of one attempt."""

    item: int  # the revision
    chosen: str  # the author's letters; "" if omitted, and for questions without options
    is_correct: bool
    earned: float  # of the question's points, 0 to 1
    answer_ms: int | None


AttemptResponses = Sequence[ItemResponse]
