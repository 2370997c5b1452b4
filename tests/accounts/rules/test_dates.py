from datetime import date

import pytest
from hypothesis import given, strategies as st

from accounts.rules.dates import is_possible_birth_date, parse_birth_date

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born_on", "possible"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),
        (date(1906, 1, 1), True),
        (date(1905, 12, 31), False),
    ],
)
def test_is_possible_birth_date_at_its_edges(born_on, possible):
    assert is_possible_birth_date(born_on, today=TODAY) is possible


@pytest.mark.parametrize(
    "typed",
    ["19/05/1990", "19/5/1990", "19-5-1990", "19. 05. 1990", " 19051990 ", "1990-05-19"],
)
def test_parse_birth_date_as_people_type_it(typed):
    assert parse_birth_date(typed) == date(1990, 5, 19)


@pytest.mark.parametrize(
    "typed", ["", "hôm qua", "19/05/90", "31/02/1990", "05/19/1990", "1111990", "1/1/1990/1"]
)
def test_parse_birth_date_refuses_what_is_not_clear(typed):
    with pytest.raises(ValueError, match=r"date|day|month"):
        parse_birth_date(typed)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"]))
def test_parse_birth_date_reads_back_every_date(day, style):
    assert parse_birth_date(day.strftime(style)) == day
