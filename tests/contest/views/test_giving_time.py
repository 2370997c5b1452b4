"""The organisers' page: what is sent wrongly comes back with the reason, and nothing is lost."""

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from contest.models import Participant, RoundOutage
from tests.contest.papers import MINUTE, playable_round, started_attempt
from tests.factories import NOON, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

OUTAGE = {
    "su-co-began_at": "2026-09-15T12:05:00",
    "su-co-ended_at": "2026-09-15T12:08:00",
    "su-co-reason": "Mất điện",
}


@pytest.fixture
def noon():
    with time_machine.travel(NOON + MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def contest_round():
    return playable_round(duration_seconds=20 * 60)


@pytest.fixture
def organiser(client):
    user = RoleGrantFactory(role=Role.ORGANISER).user
    client.force_login(user)
    return user


def send(client, page, contest_round, data):
    return client.post(reverse(f"contest:{page}", args=[contest_round.contest.slug]), data)


def outage(contest_round, **changes):
    return {**OUTAGE, "su-co-round": contest_round.slug, **changes}


def test_an_outage_is_recorded_in_local_time_and_told(client, organiser, contest_round, noon):
    attempt = started_attempt(contest_round=contest_round)
    noon.move_to(NOON.replace(minute=9))

    answer = send(client, "outage_record", contest_round, outage(contest_round))

    page = client.get(answer.url).content.decode()
    attempt.refresh_from_db()
    assert attempt.deadline_at == NOON.replace(minute=23)
    assert "1 bài đang làm được lùi hạn nộp." in page
    assert "12:05:00 15/09/2026 – 12:08:00 15/09/2026" in page


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"su-co-ended_at": "2026-09-15T12:04:00"}, "phải sau thời điểm bắt đầu"),
        ({"su-co-ended_at": "hôm qua"}, "Thời điểm chưa đúng"),
        ({"su-co-reason": "  "}, "Vui lòng ghi lý do."),
        ({"su-co-round": "khong-co"}, "Hãy chọn"),
    ],
)
def test_a_bad_outage_comes_back_with_the_reason(
    client, organiser, contest_round, noon, changes, word
):
    noon.move_to(NOON.replace(minute=9))

    answer = send(client, "outage_record", contest_round, outage(contest_round, **changes))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert word in page
    assert 'value="2026-09-15T12:05:00"' in page
    assert not RoundOutage.objects.exists()


@pytest.mark.parametrize("contact", ["0912 345 671", "+84912345671", "NGUOI@vidu.vn "])
def test_extra_time_finds_the_person_by_phone_or_e_mail(
    client, organiser, contest_round, noon, contact
):
    UserFactory(email="nguoi@vidu.vn", phone="+84912345671", full_name="Thạch Thị Sa Rây")

    answer = send(
        client,
        "extra_time_give",
        contest_round,
        {"ca-nhan-contact": contact, "ca-nhan-percent": "50", "ca-nhan-reason": "Khiếm thị"},
    )

    page = client.get(answer.url).content.decode()
    assert Participant.objects.get().extra_time_percent == 50
    assert "Thạch Thị Sa Rây được cộng 50% thời gian làm bài." in page


def test_extra_time_for_nobody_is_refused(client, organiser, contest_round, noon):
    answer = send(
        client,
        "extra_time_give",
        contest_round,
        {"ca-nhan-contact": "ai-do@vidu.vn", "ca-nhan-percent": "50", "ca-nhan-reason": "Lý do"},
    )

    assert answer.status_code == 422
    assert "Không có tài khoản nào" in answer.content.decode()


def test_observers_read_and_are_offered_no_form(client, contest_round):
    user = RoleGrantFactory(role=Role.OBSERVER).user
    client.force_login(user)

    page = client.get(reverse("contest:giving_time", args=[contest_round.contest.slug]))

    assert "<form" not in page.content.decode().split("<main")[1].split("</main>")[0]


def test_the_page_asks_the_same_number_of_queries_however_much_it_lists(
    client, organiser, contest_round, django_assert_max_num_queries
):
    for number in range(3):
        RoundOutage.objects.create(
            round=contest_round, began_at=NOON, ended_at=NOON.replace(minute=number + 1)
        )
        attempt = started_attempt(contest_round=contest_round)
        Participant.objects.filter(pk=attempt.participant_id).update(extra_time_percent=25)

    with django_assert_max_num_queries(8):
        client.get(reverse("contest:giving_time", args=[contest_round.contest.slug]))
