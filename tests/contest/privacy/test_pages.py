"""What a person reads and takes of their own data, and what organisers answer."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from accounts.services.identity import set_national_id
from contest.enums import RevealTime
from contest.models import AttemptOrigin, DeletionRequest, Participant, Registration
from tests.factories import (
    NOON,
    ConsentTextFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def entry():
    contest_round = RoundFactory(show_score=RevealTime.NEVER)
    user = UserFactory(
        unit=None, full_name="Lý Thị Hỏi", phone="+84912345678", born_on=date(1984, 5, 6)
    )
    participant = ParticipantFactory(contest=contest_round.contest, user=user)
    set_national_id(user=user, typed="087084000999", at=NOON)
    Registration.objects.create(
        participant=participant,
        address="Số 1 đường Hỏi",
        name_key="ly thi hoi",
        consent=ConsentTextFactory(contest=contest_round.contest, version=3),
        consented_at=NOON,
        registered_at=NOON,
    )
    attempt = SubmittedAttemptFactory(round=contest_round, participant=participant, score=17)
    AttemptOrigin.objects.create(attempt=attempt, device_digest="d" * 64, address_digest="")
    return participant


@pytest.fixture
def other():
    """Data that could leak."""
    participant = ParticipantFactory(user__full_name="Người Khác", user__phone="+84900000000")
    SubmittedAttemptFactory(
        round=RoundFactory(contest=participant.contest), participant=participant
    )
    return participant


def test_page_shows_what_is_held_with_the_number_masked(client, entry, other):
    client.force_login(entry.user)

    html = client.get(reverse("contest:own_data")).content.decode()

    for words in (
        "Lý Thị Hỏi",
        "0912 345 678",
        "06/05/1984",
        "********0999",
        "Số 1 đường Hỏi",
        "phiên bản 3, lúc 12:00 15/09/2026",
        "1 lượt thi có lưu nơi bắt đầu",
    ):
        assert words in html
    assert "087084000999" not in html
    assert "d" * 64 not in html
    assert "Người Khác" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_many_contests(count, client, entry, django_assert_num_queries):
    for _each in range(count - 1):
        ParticipantFactory(user=entry.user)
    client.force_login(entry.user)
    client.get(reverse("contest:own_data"))

    with django_assert_num_queries(5):
        client.get(reverse("contest:own_data"))


def test_export_is_everything_of_ones_own_and_recorded(client, entry, other):
    client.force_login(entry.user)

    response = client.post(reverse("contest:own_data_export"))

    data = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="du-lieu-cua-toi.json"'
    assert "no-store" in response["Cache-Control"]
    assert data["account"]["national_id"] == "087084000999"
    (contest,) = data["contests"]
    assert contest["registration"]["address"] == "Số 1 đường Hỏi"
    assert contest["registration"]["consent_version"] == 3
    (attempt,) = contest["attempts"]
    assert attempt["device"] == "kept as a keyed digest, cannot be read back"
    assert attempt["address"] is None
    assert attempt["elapsed_ms"] == 300_000
    assert attempt["score"] is None  # the round does not show it
    assert "Người Khác" not in response.content.decode()
    assert set(AuditEntry.objects.values_list("actor", "action", "target")) == {
        (entry.user_id, "national_id.reveal", f"user:{entry.user_id}"),
        (entry.user_id, "own_data.export", f"user:{entry.user_id}"),
    }


def test_person_asks_thinks_better_and_asks_again(client, entry):
    client.force_login(entry.user)
    address = reverse("contest:deletion_ask")

    unread = client.post(address)
    client.post(address, {"understood": "on"})
    request = DeletionRequest.objects.get()
    shown = client.get(reverse("contest:own_data")).content.decode()
    back = client.post(reverse("contest:deletion_withdraw", args=[request.code]), follow=True)

    assert unread.status_code == 422
    assert "Đến 12:00 18/09/2026 Ban tổ chức mới thực hiện" in shown
    assert "Đã rút yêu cầu." in back.content.decode()
    assert "Yêu cầu xóa</a>" in back.content.decode()


def test_strangers_request_cannot_be_withdrawn(client, entry):
    request = DeletionRequest.objects.create(
        user=entry.user, asked_at=NOON, due_at=NOON + timedelta(days=3)
    )
    client.force_login(UserFactory())

    response = client.post(reverse("contest:deletion_withdraw", args=[request.code]))

    assert response.status_code == 404


def test_consent_is_withdrawn_for_ones_own_contest_only(client, entry):
    new = ParticipantFactory(user=entry.user)
    client.force_login(entry.user)

    response = client.post(
        reverse("contest:consent_withdraw", args=[new.contest.slug]), {"understood": "on"}
    )
    stranger = client.get(
        reverse("contest:consent_withdraw", args=[ParticipantFactory().contest.slug])
    )

    assert response.status_code == 302
    assert not Participant.objects.filter(pk=new.pk).exists()
    assert stranger.status_code == 404


def test_organiser_refuses_then_the_person_reads_why(client, entry):
    request = DeletionRequest.objects.create(
        user=entry.user, asked_at=NOON, due_at=NOON + timedelta(days=3)
    )
    client.force_login(RoleGrantFactory(role=Role.ORGANISER).user)
    address = reverse("contest:deletion_answer", args=[request.code])

    early = client.post(address, {"deed": "accept"}, follow=True)
    silent = client.post(address, {"deed": "refuse"}, follow=True)
    nonsense = client.post(address, {"deed": "x"}, follow=True)
    client.post(address, {"deed": "refuse", "reason": "Đang giải quyết khiếu nại"})
    client.force_login(entry.user)

    assert "chưa thực hiện được" in early.content.decode()
    assert "Xin ghi lý do" in silent.content.decode()
    assert "Yêu cầu không hợp lệ." in nonsense.content.decode()
    assert "Đang giải quyết khiếu nại" in client.get(reverse("contest:own_data")).content.decode()


def test_organiser_carries_out_a_request_when_it_is_due(client, entry, noon):
    request = DeletionRequest.objects.create(
        user=entry.user, asked_at=NOON, due_at=NOON + timedelta(days=3)
    )
    noon.shift(timedelta(days=3))
    client.force_login(RoleGrantFactory(role=Role.ORGANISER).user)

    client.post(reverse("contest:deletion_answer", args=[request.code]), {"deed": "accept"})

    request.refresh_from_db()
    entry.user.refresh_from_db()
    assert request.status == "accepted"
    assert not entry.user.is_active


def test_notice_is_one_link_away_from_every_page(client):
    html = client.get(reverse("contest:contest_list")).content.decode()

    assert reverse("contest:privacy_notice") in html
    assert "91/2025/QH15" in client.get(reverse("contest:privacy_notice")).content.decode()
