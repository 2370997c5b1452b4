from decimal import Decimal

import pytest

from accounts.enums import Role
from contest.results.participation import (
    total_participation,
    unit_people,
    units_in_care,
    units_participation,
)
from tests.factories import (
    AttemptFactory,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    return RoundFactory()


def taken_part(contest_round, unit):
    person = UserFactory(unit=unit)
    participant = ParticipantFactory(contest=contest_round.contest, user=person)
    SubmittedAttemptFactory(round=contest_round, participant=participant)
    return person


def test_units_in_care_are_the_own_unit_and_all_below():
    top = UnitFactory(name="B")
    child = UnitFactory(name="C", parent=top)
    grandchild = UnitFactory(name="A", parent=child)
    UnitFactory(name="Khác", parent=UnitFactory(name="Khác nữa"))
    coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=top).user

    assert units_in_care(coordinator) == [grandchild, top, child]


def test_units_in_care_end_even_when_the_tree_goes_round():
    first = UnitFactory(name="A")
    second = UnitFactory(name="B", parent=first)
    first.parent = second
    first.save(update_fields=["parent"])
    coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=first).user

    assert units_in_care(coordinator) == [first, second]


def test_other_duties_bring_no_unit_into_care():
    assert units_in_care(RoleGrantFactory(role=Role.ORGANISER).user) == []


def test_units_participation_counts_persons(contest_round):
    unit, quiet = UnitFactory(headcount=4), UnitFactory(headcount=None)
    taken_part(contest_round, unit)
    UserFactory(unit=unit)
    UserFactory(unit=unit, is_active=False)
    running = ParticipantFactory(contest=contest_round.contest, user=UserFactory(unit=unit))
    AttemptFactory(round=contest_round, participant=running)
    taken_part(RoundFactory(), unit)  # in another contest

    first, second = units_participation(units=[unit, quiet], contest=contest_round.contest)

    assert (first.unit, first.registered_count, first.person_count) == (unit, 4, 1)
    assert first.percent == Decimal(25)
    assert (second.unit, second.registered_count, second.person_count) == (quiet, 0, 0)
    assert second.percent is None


def test_person_with_several_attempts_is_one_person(contest_round):
    unit = UnitFactory()
    user = taken_part(contest_round, unit)
    second = RoundFactory(contest=contest_round.contest)
    SubmittedAttemptFactory(round=second, participant=user.participations.get())

    (row,) = units_participation(units=[unit], contest=contest_round.contest)

    assert row.person_count == 1


def test_total_participation_needs_every_headcount(contest_round):
    unit, quiet = UnitFactory(headcount=4), UnitFactory(headcount=None)
    taken_part(contest_round, unit)
    units = [unit, quiet]

    known = total_participation(units_participation(units=units, contest=contest_round.contest))
    taken_part(contest_round, quiet)
    unknown = total_participation(units_participation(units=units, contest=contest_round.contest))

    assert (known.person_count, known.headcount, known.percent) == (1, 4, Decimal(25))
    assert (unknown.person_count, unknown.headcount, unknown.percent) == (2, None, None)


def test_unit_people_are_those_of_the_units_with_or_without_an_attempt(contest_round):
    unit = UnitFactory()
    done = taken_part(contest_round, unit)
    waiting = UserFactory(unit=unit)
    UserFactory()  # of another unit
    UserFactory(unit=unit, is_active=False)

    people = unit_people(units=[unit], contest=contest_round.contest)

    assert {person: person.has_taken_part for person in people} == {done: True, waiting: False}


@pytest.mark.parametrize("count", [1, 3])
def test_participation_costs_one_query_each(count, django_assert_num_queries):
    contest = ContestFactory()
    units = UnitFactory.create_batch(count)
    for unit in units:
        UserFactory(unit=unit)

    with django_assert_num_queries(2):
        units_participation(units=units, contest=contest)
        assert len([person.unit.name for person in unit_people(units=units, contest=contest)])
