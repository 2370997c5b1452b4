"""Dates of birth that can be true."""

from datetime import date

OLDEST_YEARS = 120


def is_possible_birth_date(born_on: date, *, today: date) -> bool:
    """Not in the future, and not longer ago than people live."""
    return today.year - OLDEST_YEARS <= born_on.year and born_on <= today
