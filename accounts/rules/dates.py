"""Dates of birth: how people type them, and which can be true."""

import re
from datetime import date

OLDEST_YEARS = 120
_DAY_FIRST = re.compile(r"(\d{1,2})[\s/.,-]+(\d{1,2})[\s/.,-]+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DIGITS_ONLY = re.compile(r"(\d{2})(\d{2})(\d{4})")  # a phone's number pad may have no slash


def parse_birth_date(text: str) -> date:
    """The date in "19/05/1990", "19-5-1990", "19051990" or "1990-05-19". Raises ValueError.

    Seven digits are refused: "1111990" may be 1 November or 11 January.
    """
    text = text.strip()
    if found := _DAY_FIRST.fullmatch(text) or _DIGITS_ONLY.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        raise ValueError("not a date")
    return date(year, month, day)


def is_possible_birth_date(born_on: date, *, today: date) -> bool:
    """Not in the future, and not longer ago than people live."""
    return today.year - OLDEST_YEARS <= born_on.year and born_on <= today
