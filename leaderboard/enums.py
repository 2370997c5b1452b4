"""Closed sets of the leaderboard app."""

from enum import StrEnum


class View(StrEnum):
    """What the rows of a board are."""

    INDIVIDUALS = "individuals"
    UNITS = "units"
