from datetime import date

import pytest
from hypothesis import given, strategies as st

from accounts.enums import PersonKind
from contest.rules.eligibility import Applicant, Conditions, Obstacle, age, obstacles

TODAY = date(2026, 9, 15)


def against(applicant, **conditions):
    return obstacles(applicant, Conditions(**conditions), today=TODAY)


def citizen(born_on=date(1990, 5, 19), **more):
    return Applicant(PersonKind.CITIZEN, born_on, **more)


def test_a_contest_without_conditions_takes_everybody():
    assert against(citizen(born_on=None)) == ()


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (date(2008, 9, 14), ()),
        (date(2008, 9, 15), ()),
        (date(2008, 9, 16), (Obstacle.TOO_YOUNG,)),
        (None, (Obstacle.AGE_UNKNOWN,)),
    ],
)
def test_the_youngest_is_full_age_on_the_day(born_on, expected):
    assert against(citizen(born_on), min_age=18) == expected


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [(date(1990, 9, 16), ()), (date(1990, 9, 15), (Obstacle.TOO_OLD,))],
)
def test_the_oldest_has_not_completed_the_next_year(born_on, expected):
    assert against(citizen(born_on), max_age=35) == expected


def test_ages_may_be_taken_on_a_day_of_the_contest():
    born_on = date(2008, 10, 1)

    assert against(citizen(born_on), min_age=18) == (Obstacle.TOO_YOUNG,)
    assert against(citizen(born_on), min_age=18, age_on=date(2026, 10, 1)) == ()


def test_only_the_kinds_named_may_register():
    conditions = {"kinds": frozenset({PersonKind.OFFICIAL})}

    assert against(citizen(), **conditions) == (Obstacle.KIND,)
    assert against(Applicant(PersonKind.OFFICIAL, None), **conditions) == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({3, 1}, ()),  # below an admitted unit
        ({4, 3, 1}, (Obstacle.UNIT,)),  # but excluded further down
        ({9}, (Obstacle.UNIT,)),
        (set(), (Obstacle.UNIT,)),  # no unit at all
    ],
)
def test_units_stand_for_all_below_them(line, expected):
    conditions = {"units_admitted": frozenset({1}), "units_excluded": frozenset({4})}

    assert against(citizen(unit_line=frozenset(line)), **conditions) == expected


def test_who_is_listed_is_kept_out_only_where_the_contest_says_so():
    assert against(citizen(is_listed=True)) == ()
    assert against(citizen(is_listed=True), bars_listed=True) == (Obstacle.LISTED,)


def test_every_obstacle_is_named():
    applicant = citizen(date(2020, 1, 1), unit_line=frozenset({9}))
    conditions = {
        "min_age": 18,
        "kinds": frozenset({PersonKind.OFFICIAL}),
        "units_excluded": frozenset({9}),
    }

    assert set(against(applicant, **conditions)) == {
        Obstacle.TOO_YOUNG,
        Obstacle.UNIT,
        Obstacle.KIND,
    }


def test_a_leap_day_child_completes_a_year_on_the_first_of_march():
    born_on = date(2008, 2, 29)

    assert age(born_on, on=date(2026, 2, 28)) == 17
    assert age(born_on, on=date(2026, 3, 1)) == 18
    assert age(born_on, on=date(2028, 2, 29)) == 20


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 100))
def test_age_grows_by_one_on_each_birthday(born_on, years):
    try:
        birthday = born_on.replace(year=born_on.year + years)
    except ValueError:  # 29 February of a common year
        birthday = date(born_on.year + years, 3, 1)

    assert age(born_on, on=birthday) == years
    assert age(born_on, on=date.fromordinal(birthday.toordinal() - 1)) == years - 1
