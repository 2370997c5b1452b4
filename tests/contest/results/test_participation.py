from decimal import Decimal

import pytest

from accounts.enums import Role
from accounts.models import Unit
from accounts.units.history import parents_on
from contest.models import UnitHeadcount
from contest.results.participation import (
    branch_participation,
    total_participation,
    unit_people,
    units_in_care,
    units_participation,
)
from leaderboard.queries import units as board_units
from tests.accounts.units.merger import (
    BEGIN,
    INTO_ONE,
    LAST,
    before_2025,
    merge_2025,
    unit as unit_of,
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

OLD = INTO_ONE["ubnd-phuong-my-xuyen"]


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


def test_a_contest_counts_on_its_own_headcount(contest_round):
    unit = UnitFactory(headcount=4)
    taken_part(contest_round, unit)
    UnitHeadcount.objects.create(contest=contest_round.contest, unit=unit, headcount=2)
    UnitHeadcount.objects.create(contest=ContestFactory(), unit=unit, headcount=1)

    (row,) = units_participation(units=[unit], contest=contest_round.contest)

    assert (row.headcount, row.percent) == (2, Decimal(50))


def test_boards_count_on_the_contests_headcount_too(contest_round):
    contest = contest_round.contest
    unit, plain = UnitFactory(headcount=4), UnitFactory(headcount=7)
    UnitHeadcount.objects.create(contest=contest, unit=unit, headcount=2)

    shown = board_units([unit.pk, plain.pk], contest_id=contest.pk)

    assert {key: it.counted_on for key, it in shown.items()} == {unit.pk: 2, plain.pk: 7}


@pytest.mark.parametrize(
    ("headcount", "percent", "is_doubtful"),
    [(0, None, True), (1, None, True), (2, Decimal(100), False), (None, None, False)],
)
def test_a_headcount_that_cannot_be_gives_no_rate_but_a_flag(
    contest_round, headcount, percent, is_doubtful
):
    unit = UnitFactory(headcount=headcount)
    taken_part(contest_round, unit)
    taken_part(contest_round, unit)

    (row,) = units_participation(units=[unit], contest=contest_round.contest)

    assert (row.percent, row.is_doubtful) == (percent, is_doubtful)


@pytest.fixture
def merged(contest_round):
    """Sóc Trăng of 2022 with people of three units in the contest, then merged in 2025."""
    before_2025()
    Unit.objects.filter(code__in=[*OLD, "so-noi-vu"]).update(headcount=2)
    for code in [*OLD, OLD[0], "so-noi-vu"]:
        taken_part(contest_round, unit_of(code))
    merge_2025(UserFactory(unit=None))
    return contest_round.contest


def test_after_a_merger_people_stand_with_the_unit_of_then(merged):
    units = [unit_of(code) for code in [*OLD, "ubnd-phuong-my-xuyen"]]

    rows = units_participation(units=units, contest=merged)

    assert [(row.person_count, row.percent) for row in rows] == [
        (2, Decimal(100)),
        (1, Decimal(50)),
        (0, None),
    ]


def test_after_a_merger_rates_can_be_asked_for_of_the_units_of_now(
    merged, django_assert_num_queries
):
    units = [unit_of(code) for code in [*OLD, "ubnd-phuong-my-xuyen"]]

    with django_assert_num_queries(2):
        (now,) = units_participation(units=units, contest=merged, on=BEGIN)
    then = units_participation(units=units, contest=merged, on=LAST)

    assert now.unit.code == "ubnd-phuong-my-xuyen"
    assert (now.registered_count, now.person_count, now.headcount) == (3, 3, 4)
    assert now.percent == Decimal(75)
    assert [row.person_count for row in then] == [2, 1, 0]


def test_an_heir_with_a_number_of_its_own_counts_on_it(merged):
    heir = unit_of("ubnd-phuong-my-xuyen")
    UnitHeadcount.objects.create(contest=merged, unit=heir, headcount=6)

    (now,) = units_participation(units=[heir], contest=merged, on=BEGIN)

    assert now.percent == Decimal(50)


@pytest.mark.parametrize("day", [LAST, BEGIN])
def test_children_sum_to_their_parent(merged, day):
    units = list(Unit.objects.valid_on(day=day))
    rows = units_participation(units=units, contest=merged, on=day)
    parents = parents_on(day)

    branches = branch_participation(rows, parents=parents)

    people = {row.unit.pk: row.person_count for row in rows}
    assert sum(people.values()) == 4
    for key, branch in branches.items():
        below = [other for other, above in parents.items() if above == key and other in people]
        own_and_below = people[key] + sum(
            branches[it].person_count if it in branches else people[it] for it in below
        )
        assert branch.person_count == own_and_below
    tops = sum(
        branches[key].person_count if key in branches else count
        for key, count in people.items()
        if parents[key] not in people
    )
    assert tops == 4


def test_a_coordinator_of_the_heir_sees_who_took_part_before_the_merger(merged):
    heir = unit_of("ubnd-phuong-my-xuyen")
    coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=heir).user

    units = units_in_care(coordinator)

    assert {unit.code for unit in units} == {heir.code, *OLD}
