import logging

import pytest
from django.urls import reverse

from accounts.enums import Role
from contest.enums import DecisionKind
from contest.models import Attempt, Decision, Registration
from contest.rules.chaining import FIRST
from contest.services.deciding import disqualify, exclude_attempt, undo
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury(client):
    user = RoleGrantFactory(role=Role.JURY).user
    client.force_login(user)
    return user


@pytest.fixture
def attempt():
    return SubmittedAttemptFactory(
        receipt_code="ABCDE23456", participant__user__full_name="Trần Thị Bích Đào"
    )


def address(contest, name="decision_log"):
    return reverse(f"contest:{name}", args=[contest.slug])


def test_the_log_is_numbered_the_latest_first_with_its_digests(client, jury, attempt):
    contest = attempt.participant.contest
    first = exclude_attempt(attempt=attempt, reason="Thi hộ", actor=jury, at=NOON)
    second = undo(decision=first, reason="Nhầm", actor=jury, at=NOON)

    page = client.get(address(contest))

    assert [it.number for it in page.context["page"]] == [2, 1]
    html = page.content.decode()
    for decision in (first, second):
        assert f"<code>{decision.digest[:12]}</code>" in html
        assert decision.digest not in html
    assert "Chuỗi 2 quyết định còn nguyên vẹn" in html
    assert "Bị hủy bỏ bởi số 2" in html


def test_a_line_that_does_not_follow_is_named(client, jury, attempt):
    exclude_attempt(attempt=attempt, reason="Thi hộ", actor=jury, at=NOON)
    Decision.objects.create(
        contest=attempt.participant.contest,
        number=2,
        kind=DecisionKind.DISQUALIFY,
        participant=attempt.participant,
        reason="Chen vào",
        actor=jury,
        at=NOON,
        previous_digest=FIRST,
        digest=FIRST,
    )

    html = client.get(address(attempt.participant.contest)).content.decode()

    assert "bị đứt từ dòng thứ 2" in html


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"kind": "disqualify"}, [2]),
        ({"state": "in_force"}, [2]),
        ({"state": "undone"}, [1]),
        ({"kind": "undo", "state": "in_force"}, []),
    ],
)
def test_filters(client, jury, attempt, wanted, numbers):
    first = exclude_attempt(attempt=attempt, reason="Thi hộ", actor=jury, at=NOON)
    disqualify(participant=attempt.participant, reason="Khai sai", actor=jury, at=NOON)
    undo(decision=first, reason="Nhầm", actor=jury, at=NOON)

    page = client.get(address(attempt.participant.contest), wanted).context["page"]

    assert [it.number for it in page] == numbers


@pytest.mark.parametrize("count", [1, 4])
def test_the_log_takes_a_constant_number_of_queries(client, jury, count, django_assert_num_queries):
    contest = ContestFactory()
    for person in ParticipantFactory.create_batch(count, contest=contest):
        disqualify(participant=person, reason="Thi hộ", actor=jury, at=NOON)
    client.get(address(contest))

    with django_assert_num_queries(8):
        client.get(address(contest))


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("tran thi bich dao", True),
        ("BÍCH ĐÀO", True),
        ("bich", True),
        ("ich", False),
        ("abcde-23456", True),
        ("ABCDE 2345", False),
        ("0912 345 678", True),
        ("+84 912 345 678", True),
        ("0912 345 679", False),
        ("???", False),
    ],
)
def test_people_are_found_by_name_receipt_or_phone(client, jury, attempt, typed, finds):
    Registration.objects.create(
        participant=attempt.participant, phone="+84912345678", registered_at=NOON
    )
    SubmittedAttemptFactory(receipt_code="ABCDE23457")  # of another contest
    ParticipantFactory(contest=attempt.participant.contest)

    page = client.post(address(attempt.participant.contest, "decision_search"), {"who": typed})

    found = [form.person for form in page.context["found"]]
    assert found == [attempt.participant] * finds


@pytest.mark.parametrize("count", [1, 4])
def test_the_search_takes_a_constant_number_of_queries(
    client, jury, count, django_assert_num_queries
):
    contest_round = RoundFactory()
    contest = contest_round.contest
    for _ in range(count):
        person = ParticipantFactory(contest=contest, user__full_name="Lê Thị Hoa")
        SubmittedAttemptFactory(round=contest_round, participant=person)
    sent = {"who": "le thi hoa"}
    client.post(address(contest, "decision_search"), sent)

    with django_assert_num_queries(6):
        client.post(address(contest, "decision_search"), sent)


@pytest.mark.parametrize("deed", ["disqualify", "set_aside", "attempt"])
def test_a_decision_is_made_about_whoever_was_found(client, jury, attempt, deed):
    contest = attempt.participant.contest
    sent = {
        "participant": attempt.participant_id,
        "deed": f"attempt-{attempt.pk}" if deed == "attempt" else deed,
        "reason": "Thi hộ",
    }

    assert client.post(address(contest, "decision_make"), sent).status_code == 302

    decision = Decision.objects.get()
    assert decision.kind == {"attempt": "exclude_attempt"}.get(deed, deed)
    assert (decision.actor, decision.reason) == (jury, "Thi hộ")
    assert not Attempt.objects.counting().exists()
    again = client.post(address(contest, "decision_make"), sent)
    assert again.status_code == 422
    assert "đang có hiệu lực" in again.content.decode()


def test_nothing_is_decided_about_people_or_attempts_of_elsewhere(client, jury, attempt):
    stranger = SubmittedAttemptFactory()
    contest = attempt.participant.contest
    sent = {"participant": stranger.participant_id, "deed": "disqualify", "reason": "Thi hộ"}
    assert client.post(address(contest, "decision_make"), sent).status_code == 404

    sent = {
        "participant": attempt.participant_id,
        "deed": f"attempt-{stranger.pk}",
        "reason": "Thi hộ",
    }
    assert client.post(address(contest, "decision_make"), sent).status_code == 422
    assert Decision.objects.count() == 0


def test_a_decision_is_undone_with_a_reason(client, jury, attempt):
    contest = attempt.participant.contest
    exclude_attempt(attempt=attempt, reason="Thi hộ", actor=jury, at=NOON)

    client.post(address(contest, "decision_undo"), {"number": 1, "reason": " "})
    assert Decision.objects.count() == 1
    client.post(address(contest, "decision_undo"), {"number": 1, "reason": "Nhầm"})

    assert list(Decision.objects.in_force()) == []
    assert Attempt.objects.counting().count() == 1
    answer = client.post(address(contest, "decision_undo"), {"number": 2, "reason": "Nhầm"})
    assert answer.status_code == 302
    assert Decision.objects.count() == 2


def test_what_is_typed_is_neither_in_the_address_nor_in_the_log(client, jury, attempt, caplog):
    caplog.set_level(logging.DEBUG)
    contest = attempt.participant.contest

    page = client.post(address(contest, "decision_search"), {"who": "0912 345 678"})

    assert page.request["QUERY_STRING"] == ""
    assert page.request["PATH_INFO"] == address(contest, "decision_search")
    ours = [it.getMessage() for it in caplog.records if not it.name.startswith("django.db")]
    assert not any("345 678" in line or "912345678" in line for line in ours)
