"""When a board has lost touch with the database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """How many submitted attempts the database held, and on how many the board rested then."""

    in_database: int
    on_board: int


def has_strayed(*, before: Check, now: Check) -> bool:
    """Whether the board is still without attempts that were there at an earlier check.

    One check is not enough: between a commit and its place on the board lie a few milliseconds.
    """
    return now.on_board < before.in_database or now.in_database < before.on_board
