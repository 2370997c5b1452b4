"""What the desks show and do, beyond who may open them."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role, SuccessionKind
from accounts.models import AuditEntry
from accounts.services.succeeding_units import succeed_units
from contest.enums import RevealTime
from tests.factories import (
    NOON,
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

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in(client):
    def as_role(role, unit=None):
        user = RoleGrantFactory(role=role, unit=unit).user
        client.force_login(user)
        return user

    return as_role


def page(client, name, *args, **query):
    response = client.get(reverse(f"contest:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_organiser_contest_shows_counters_and_absent_units(client, sign_in):
    sign_in(Role.ORGANISER)
    contest_round = RoundFactory(name="Tuần 1")
    SubmittedAttemptFactory.create_batch(2, round=contest_round, score=15)
    AttemptFactory(round=contest_round)
    UnitFactory(name="Sở Vắng mặt")

    html = page(client, "organiser_contest", contest_round.contest.slug)

    assert "Tuần 1" in html
    assert "Đang mở" in html
    assert "Sở Vắng mặt" in html
    assert html.count("<dd>3</dd>") == 1  # participants
    assert "15" in html


def test_organiser_contest_leads_to_poster_qr_and_board(client, sign_in):
    sign_in(Role.ORGANISER)
    contest = ContestFactory(slug="cchc")

    html = page(client, "organiser_contest", contest.slug)

    for address in ("/ap-phich/", "/qr.png", "/qr.svg"):
        assert f"/hoi-thi/cchc{address}" in html
    assert reverse("leaderboard:board", args=["cchc"]) in html


def test_observer_reads_without_buttons(client, sign_in):
    sign_in(Role.OBSERVER)
    contest = RoundFactory().contest

    html = page(client, "organiser_contest", contest.slug)

    assert "Chỉ xem" in html
    assert reverse("contest:contest_publish", args=[contest.slug]) not in html
    assert reverse("contest:standings_export", args=[contest.slug]) not in html


def test_organiser_hides_and_shows_a_contest(client, sign_in):
    organiser = sign_in(Role.ORGANISER)
    contest = RoundFactory().contest
    address = reverse("contest:contest_publish", args=[contest.slug])

    refused = client.post(address, {"is_published": "0", "reason": "  "}, follow=True)
    hidden = client.post(address, {"is_published": "0", "reason": "Lùi lịch"}, follow=True)
    shown = client.post(address, {"is_published": "1"}, follow=True)
    nonsense = client.post(address, {"is_published": "x"}, follow=True)

    assert "Vui lòng ghi lý do ẩn hội thi." in refused.content.decode()
    assert "Hội thi đã được ẩn." in hidden.content.decode()
    assert "Hội thi đã được công khai." in shown.content.decode()
    assert "Yêu cầu không hợp lệ." in nonsense.content.decode()
    assert set(AuditEntry.objects.values_list("actor", "action", "reason", "at")) == {
        (organiser.pk, "contest.unpublish", "Lùi lịch", NOON),
        (organiser.pk, "contest.publish", "", NOON),
    }


def test_jury_contest_warns_of_running_attempts_in_a_closed_round(client, sign_in, noon):
    sign_in(Role.JURY)
    contest_round = RoundFactory(name="Tuần 1")
    AttemptFactory(round=contest_round)
    warning = "Tuần 1 đã đóng nhưng còn 1 lượt thi chưa kết thúc"

    before = page(client, "jury_contest", contest_round.contest.slug)
    noon.move_to(NOON + timedelta(hours=1))
    after = page(client, "jury_contest", contest_round.contest.slug)

    assert warning not in before
    assert warning in after


def test_jury_contest_shows_the_top_of_the_contest_or_of_a_round(client, sign_in):
    sign_in(Role.JURY)
    first = RoundFactory(slug="tuan-1", show_score=RevealTime.NEVER)
    second = RoundFactory(contest=first.contest, slug="tuan-2")
    SubmittedAttemptFactory(
        round=first,
        participant=ParticipantFactory(contest=first.contest, full_name="Người Tuần Một"),
        elapsed_ms=125_250,
        receipt_code="ABCDE23456",
    )
    SubmittedAttemptFactory(
        round=second,
        participant=ParticipantFactory(contest=first.contest, full_name="Người Tuần Hai"),
    )
    slug = first.contest.slug

    whole = page(client, "jury_contest", slug)
    one = page(client, "jury_contest", slug, ky="tuan-1")

    assert "Người Tuần Một" in whole
    assert "Người Tuần Hai" in whole
    assert "Người Tuần Một" in one
    assert "Người Tuần Hai" not in one
    assert "02:05,250" in one
    assert "ABCDE-23456" in one
    missing = client.get(reverse("contest:jury_contest", args=[slug]), {"ky": "khong-co"})
    assert missing.status_code == 404


def test_export_of_a_round_is_a_workbook(client, sign_in):
    jury = sign_in(Role.JURY)
    contest_round = RoundFactory(contest__slug="cchc", slug="tuan-1", show_score=RevealTime.NEVER)
    SubmittedAttemptFactory.create_batch(3, round=contest_round)

    response = client.post(
        reverse("contest:standings_export", args=["cchc"]), {"round": "tuan-1", "format": "xlsx"}
    )

    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"] == (
        'attachment; filename="xep-hang-cchc-tuan-1-20260915-1200.xlsx"'
    )
    workbook = load_workbook(BytesIO(response.getvalue()))
    assert workbook["Xếp hạng"].max_row == 4
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.at, entry.after["row_count"]) == (jury, NOON, 3)


def test_export_of_the_contest_is_csv(client, sign_in):
    sign_in(Role.ORGANISER)
    contest_round = RoundFactory()
    SubmittedAttemptFactory(round=contest_round)

    response = client.post(
        reverse("contest:standings_export", args=[contest_round.contest.slug]),
        {"round": "", "format": "csv"},
    )

    text = response.getvalue().decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(text, newline=""), delimiter=";"))) == 2


@pytest.mark.parametrize(
    "data", [{}, {"format": "pdf"}, {"format": "csv", "round": "khong-co"}], ids=str
)
def test_export_of_nothing_known_is_refused_and_not_recorded(data, client, sign_in):
    sign_in(Role.JURY)
    contest = RoundFactory().contest
    RoundFactory(slug="khong-co")  # of another contest

    response = client.post(reverse("contest:standings_export", args=[contest.slug]), data)

    assert response.status_code == 400
    assert response.content.decode() == "Không có kỳ thi hoặc định dạng tệp này."
    assert not AuditEntry.objects.exists()


def test_coordinator_sees_the_own_unit_and_those_below_only(client, sign_in):
    own = UnitFactory(name="Sở Của Tôi", headcount=2)
    below = UnitFactory(name="Trung tâm Bên Dưới", parent=own, headcount=1)
    UserFactory(unit=own, full_name="Người Của Sở")
    UserFactory(unit=below, full_name="Người Bên Dưới")
    stranger = UserFactory(full_name="Người Sở Khác")
    contest_round = RoundFactory()
    SubmittedAttemptFactory(
        round=contest_round,
        participant=ParticipantFactory(contest=contest_round.contest, user=stranger),
    )
    sign_in(Role.COORDINATOR, unit=own)

    html = page(client, "coordinator_desk")

    assert "Sở Của Tôi" in html
    assert "Trung tâm Bên Dưới" in html
    assert "Người Của Sở" in html
    assert "Người Bên Dưới" in html
    assert "Người Sở Khác" not in html
    assert stranger.unit.name not in html


def test_coordinator_of_an_heir_sees_people_as_of_then_and_as_of_now(client, sign_in):
    old, heir = UnitFactory(name="Phường Cũ", headcount=4), UnitFactory(name="Phường Mới")
    UnitFactory(name="Trạm Bên Dưới", parent=heir)
    contest_round = RoundFactory()
    SubmittedAttemptFactory(
        round=contest_round,
        participant=ParticipantFactory(contest=contest_round.contest, user=UserFactory(unit=old)),
    )
    succeed_units(
        unit_ids=[old.pk],
        successor_ids=[heir.pk],
        kind=SuccessionKind.MERGED,
        on=date(2025, 7, 1),
        reason="Nghị quyết",
        actor=UserFactory(),
        at=NOON,
    )
    sign_in(Role.COORDINATOR, unit=heir)

    then = client.get(reverse("contest:coordinator_desk"))
    now = client.get(reverse("contest:coordinator_desk"), {"cay": "nay"})

    def rows(response):
        return {row.unit.name: row.person_count for row, _branch in response.context["rows"]}

    assert rows(then) == {"Phường Cũ": 1, "Phường Mới": 0, "Trạm Bên Dưới": 0}
    assert rows(now) == {"Phường Mới": 1, "Trạm Bên Dưới": 0}
    assert "đến hết ngày 30/06/2025" in then.content.decode()
    assert "Phường Mới và các đơn vị bên dưới" in now.content.decode()
    assert "25,00 %" in now.content.decode()


def test_coordinator_chooses_among_published_contests(client, sign_in):
    sign_in(Role.COORDINATOR, unit=UnitFactory())
    old = ContestFactory(name="Hội thi năm cũ")
    ContestFactory(name="Hội thi năm nay")
    hidden = ContestFactory(name="Hội thi chưa công khai", is_published=False)

    newest = page(client, "coordinator_desk")
    chosen = page(client, "coordinator_desk", **{"hoi-thi": old.slug})
    refused = client.get(reverse("contest:coordinator_desk"), {"hoi-thi": hidden.slug})

    assert '<p class="lead">Hội thi năm nay</p>' in newest
    assert '<p class="lead">Hội thi năm cũ</p>' in chosen
    assert "Hội thi chưa công khai" not in newest
    assert refused.status_code == 404


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("organiser_desk", Role.ORGANISER, "Chưa có hội thi nào"),
        ("jury_desk", Role.JURY, "Chưa có hội thi nào"),
        ("coordinator_desk", Role.COORDINATOR, "Chưa có hội thi nào được công khai"),
    ],
)
def test_desk_without_a_contest_says_so(name, role, words, client, sign_in):
    sign_in(role, unit=UnitFactory() if role is Role.COORDINATOR else None)

    assert words in page(client, name)


@pytest.mark.parametrize("name", ["organiser_contest", "jury_contest"])
def test_contest_without_rounds_says_so(name, client, sign_in):
    sign_in(Role.ORGANISER if name == "organiser_contest" else Role.JURY)

    assert "Hội thi chưa có kỳ thi nào" in page(client, name, ContestFactory().slug)
