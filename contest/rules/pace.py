"""How long people take for a question, as far as the journal of their saves can tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta

Save = tuple[int, str, datetime]  # position, response ("": taken back), instant

_MILLISECOND = timedelta(milliseconds=1)


def answer_times(started_at: datetime, saves: Sequence[Save]) -> dict[int, int]:
    """By position: milliseconds from the save before it to the first answer of a question.

    The first save counts from the start. What lies in between is the reading of the question, and
    of others that were looked at and left. Answers that arrive at the same instant (sent together
    after an outage, or with a form) cannot be told apart: their times are unknown, and left out.
    `saves` are in order of time.
    """
    times: dict[int, int] = {}
    answered: set[int] = set()
    before = started_at
    last = len(saves) - 1
    for index, (position, response, saved_at) in enumerate(saves):
        is_alone = saved_at != before and (index == last or saves[index + 1][2] != saved_at)
        if response and position not in answered:
            answered.add(position)
            if is_alone:
                times[position] = (saved_at - before) // _MILLISECOND
        before = saved_at
    return times
