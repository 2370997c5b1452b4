"""Places: equal results share one, and the next place counts them all (1, 2, 2, 4)."""

from collections.abc import Sequence

from leaderboard.rules.members import tie_key


def places(members: Sequence[str], *, offset: int, first_place: int) -> list[int]:
    """The places of neighbouring members in order, the first of which stands at `offset`.

    `first_place` is given because its equals may stand on an earlier page.
    """
    found: list[int] = []
    for index, member in enumerate(members):
        if index == 0:
            found.append(first_place)
        elif tie_key(member) == tie_key(members[index - 1]):
            found.append(found[-1])
        else:
            found.append(offset + index + 1)
    return found
