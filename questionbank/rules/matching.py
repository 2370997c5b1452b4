"""Which row of a blueprint gets which question, where rows want the same ones."""

from collections.abc import Sequence


def matched(counts: Sequence[int], preferences: Sequence[Sequence[int]]) -> dict[int, int]:
    """The row of each question that is taken: as many as can be, `counts[row]` for a row at most.

    A row gets those it prefers, the row with the shortest list choosing first. A maximum matching
    along augmenting paths: a row that finds nothing free takes what another can spare.
    """
    owner: dict[int, int] = {}
    for row in sorted(range(len(counts)), key=lambda row: len(preferences[row])):
        for _question in range(counts[row]):
            if not _take_one(row, preferences, owner):
                break
    return owner


def _take_one(row: int, preferences: Sequence[Sequence[int]], owner: dict[int, int]) -> bool:
    """Find the row one more question; all others keep their number."""
    wants: dict[int, tuple[int, int] | None] = {row: None}  # by row: who asks it for which question
    queue = [row]
    for current in queue:  # which grows
        questions = preferences[current]
        free = next((it for it in questions if it not in owner), None)
        if free is not None:
            _hand_on(current, free, wants, owner)
            return True
        for question in questions:
            if owner[question] not in wants:
                wants[owner[question]] = (current, question)
                queue.append(owner[question])
    return False


def _hand_on(
    row: int, question: int, wants: dict[int, tuple[int, int] | None], owner: dict[int, int]
) -> None:
    """Give the row the question, and what it gives up for that to the row that asked for it."""
    owner[question] = row
    while (asked := wants[row]) is not None:
        row, question = asked
        owner[question] = row
