"""A coordinator's people: how far each has come, whom to remind, and the file of them."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import RoundKind, Turnout
from contest.results.turnout import (
    opened_rounds,
    people_turnout,
    rounds_turnout,
    to_remind,
    turnout_counts,
)
from tests.factories import (
    NOON,
    AttemptFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def first():
    return RoundFactory(contest__slug="cchc", slug="tuan-1")


@pytest.fixture
def second(first):
    return RoundFactory(contest=first.contest, slug="tuan-2")


@pytest.fixture
def unit():
    return UnitFactory(name="Sở Của Tôi")


def entered(first, unit, **account):
    return ParticipantFactory(contest=first.contest, user=UserFactory(unit=unit, **account))


def turnouts(unit, first, rounds):
    people = people_turnout(units=[unit], contest=first.contest, rounds=rounds)
    return {person.pk: person.turnout for person in people}


def test_turnout_of_a_round_and_of_all(first, second, unit):
    nobody = UserFactory(unit=unit)
    waiting, working, half, done = (entered(first, unit) for _each in range(4))
    AttemptFactory(round=first, participant=working)
    SubmittedAttemptFactory(round=first, participant=half)
    for contest_round in (first, second):
        SubmittedAttemptFactory(round=contest_round, participant=done)
    invited = entered(first, unit)
    invited.is_confirmed = False
    invited.save(update_fields=["is_confirmed"])

    assert turnouts(unit, first, [first, second]) == {
        nobody.pk: "not_registered",
        invited.user_id: "not_registered",
        waiting.user_id: "not_started",
        working.user_id: "unfinished",
        half.user_id: "unfinished",
        done.user_id: "done",
    }
    assert turnouts(unit, first, [first])[half.user_id] == "done"
    assert turnouts(unit, first, [second])[half.user_id] == "not_started"


def test_several_attempts_at_one_round_are_one_round(first, second, unit):
    person = entered(first, unit)
    for number in (1, 2):
        SubmittedAttemptFactory(round=first, participant=person, number=number)

    assert turnouts(unit, first, [first, second]) == {person.user_id: "unfinished"}


def test_nobody_is_done_before_a_round_has_opened(first, unit):
    person = entered(first, unit)

    assert turnouts(unit, first, []) == {person.user_id: "not_started"}


def test_opened_rounds_are_the_official_ones_from_their_first_second(first):
    RoundFactory(contest=first.contest, kind=RoundKind.PRACTICE)
    later = RoundFactory(contest=first.contest, opens_at=NOON + timedelta(minutes=1))

    assert opened_rounds(first.contest, at=NOON) == [first]
    assert opened_rounds(first.contest, at=later.opens_at) == [first, later]


def test_rounds_count_people_not_attempts(first, second, unit):
    person, stranger = entered(first, unit), entered(first, UnitFactory())
    for number in (1, 2):
        SubmittedAttemptFactory(round=first, participant=person, number=number)
    AttemptFactory(round=second, participant=person)
    SubmittedAttemptFactory(round=first, participant=stranger)

    found = rounds_turnout(units=[unit], rounds=[first, second])

    assert [(it.contest_round, it.started_count, it.finished_count) for it in found] == [
        (first, 1, 1),
        (second, 1, 0),
    ]


@pytest.mark.parametrize("count", [1, 300])
def test_reading_costs_the_same_for_one_and_for_three_hundred(
    count, first, unit, django_assert_num_queries
):
    UserFactory.create_batch(count, unit=unit)

    with django_assert_num_queries(3):
        people = people_turnout(units=[unit], contest=first.contest, rounds=[first])
        assert turnout_counts(people)[Turnout.NOT_REGISTERED] == count
        assert len([person.unit.name for person in to_remind(people)]) == count
        rounds_turnout(units=[unit], rounds=[first])


# The pages ----------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(client, unit):
    user = RoleGrantFactory(
        role=Role.COORDINATOR, unit=unit, user__unit=None, user__full_name="Đầu Mối"
    ).user
    client.force_login(user)
    return user


@pytest.fixture
def people(first, unit):
    done = entered(first, unit, full_name="Nguyễn Thị Xong", phone="+84912345678")
    SubmittedAttemptFactory(round=first, participant=done)
    UserFactory(unit=unit, full_name="=1+1 Chưa Thi", phone="+84987654321")
    UserFactory(full_name="Người Sở Khác", phone="+84900000001")


def page(client, name, data=None, **query):
    address = reverse(f"contest:{name}", args=["cchc"], query=query)
    return client.post(address, data) if data is not None else client.get(address)


def names(response):
    return [person.full_name for person in response.context["page"]]


def test_list_is_filtered_by_state(client, coordinator, people):
    assert names(page(client, "unit_people_list")) == ["=1+1 Chưa Thi", "Nguyễn Thị Xong"]
    assert names(page(client, "unit_people_list", xem="done")) == ["Nguyễn Thị Xong"]
    assert names(page(client, "unit_people_list", xem="not_registered", ky="tuan-1")) == [
        "=1+1 Chưa Thi"
    ]
    assert page(client, "unit_people_list", xem="khong-co").status_code == 404
    assert page(client, "unit_people_list", ky="khong-co").status_code == 404


def test_name_is_found_without_marks_and_stays_out_of_the_address(client, coordinator, people):
    response = page(client, "unit_people_list", {"q": "thi xong"})
    stranger = page(client, "unit_people_list", {"q": "so khac"})

    assert names(response) == ["Nguyễn Thị Xong"]
    assert 'value="thi xong"' in response.content.decode()
    assert names(stranger) == []


def test_reminder_list_names_those_without_a_paper_and_masks_phones(client, coordinator, people):
    html = page(client, "reminder_list").content.decode()

    assert "1 người chưa nộp bài" in html
    assert "=1+1 Chưa Thi" in html
    assert "0987***321" in html
    for absent in ("Nguyễn Thị Xong", "Người Sở Khác", "0987654321", "+84987654321"):
        assert absent not in html


def test_export_is_typed_masked_recorded_and_of_own_units_only(client, coordinator, people, unit):
    response = page(client, "turnout_export", {"format": "xlsx", "ky": "", "xem": ""})

    sheet = load_workbook(BytesIO(response.getvalue()))["Người dự thi"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("=1+1 Chưa Thi", "Sở Của Tôi", "0987***321", "Chưa đăng ký", 0, None)
    assert rows[1][0] == "Nguyễn Thị Xong"
    assert rows[1][4] == 1
    assert len(rows) == 2
    assert {sheet["A2"].data_type, sheet["C2"].data_type} == {"s"}
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.at, entry.action) == (coordinator, NOON, "turnout.export")
    assert entry.after == {
        "format": "xlsx",
        "round": "",
        "state": "",
        "to_remind": False,
        "units": [unit.code],
        "row_count": 2,
    }


def test_csv_of_those_to_remind_holds_no_formula(client, coordinator, people):
    response = page(client, "turnout_export", {"format": "csv", "nhac": "on", "ky": "tuan-1"})

    rows = list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'=1+1 Chưa Thi"]


@pytest.mark.parametrize("data", [{}, {"format": "pdf"}, {"format": "csv", "xem": "x"}], ids=str)
def test_export_of_nothing_known_is_refused_and_not_recorded(data, client, coordinator, people):
    assert page(client, "turnout_export", data).status_code == 400
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("count", [1, 300])
def test_pages_cost_the_same_for_one_and_for_three_hundred(
    count, client, coordinator, first, unit, django_assert_num_queries
):
    UserFactory.create_batch(count, unit=unit)
    page(client, "unit_people_list")

    with django_assert_num_queries(10):
        page(client, "unit_people_list")
    with django_assert_num_queries(7):
        page(client, "reminder_list")
