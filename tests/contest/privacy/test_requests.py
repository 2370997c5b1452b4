"""Asking to be forgotten: thought over, answered, carried out when results are final."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import DeletionStatus
from contest.errors import ContestError
from contest.models import DeletionRequest, Participant
from contest.privacy.requests import (
    COOLING,
    accept_deletion,
    ask_deletion,
    finish_deletion,
    refuse_deletion,
    withdraw_consent,
    withdraw_deletion,
)
from contest.results.queries import contest_standings
from contest.services.starting import start_attempt
from tests.factories import (
    NOON,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DUE = NOON + COOLING


@pytest.fixture
def organiser():
    return RoleGrantFactory(role=Role.ORGANISER).user


def taken_part(**account):
    contest_round = RoundFactory()
    participant = ParticipantFactory(contest=contest_round.contest, user=UserFactory(**account))
    SubmittedAttemptFactory(round=contest_round, participant=participant)
    return participant, contest_round


def final(contest_round):
    return contest_round.over_at + timedelta(days=30)


def test_asking_twice_is_asking_once():
    user = UserFactory()

    first = ask_deletion(user=user, contest=None, at=NOON)
    second = ask_deletion(user=user, contest=None, at=NOON + timedelta(hours=1))

    assert first == second
    assert second.due_at == DUE
    assert AuditEntry.objects.get().action == "deletion.ask"


def test_the_database_holds_one_unfinished_request():
    user = UserFactory()
    contest = RoundFactory().contest
    for about in (None, contest):
        ask_deletion(user=user, contest=about, at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            DeletionRequest.objects.create(user=user, contest=about, asked_at=NOON, due_at=DUE)


def test_who_holds_a_duty_cannot_have_the_account_deleted(organiser):
    with pytest.raises(ContestError, match="holds_duty"):
        ask_deletion(user=organiser, contest=None, at=NOON)


def test_a_duty_given_meanwhile_stops_the_deletion(organiser):
    request = ask_deletion(user=UserFactory(), contest=None, at=NOON)
    RoleGrantFactory(role=Role.JURY, user=request.user)

    with pytest.raises(ContestError, match="holds_duty"):
        accept_deletion(request_id=request.pk, actor=organiser, at=DUE)


def test_account_without_an_entry_goes_at_once(organiser, client):
    user = UserFactory(phone="+84912345678")
    client.force_login(user)
    request = ask_deletion(user=user, contest=None, at=NOON)

    done = accept_deletion(request_id=request.pk, actor=organiser, at=DUE)

    user.refresh_from_db()
    assert (done.status, done.done_at) == (DeletionStatus.DONE, DUE)
    assert (user.email, user.phone, user.is_active) == (None, None, False)
    assert not Session.objects.exists()
    assert AuditEntry.objects.filter(actor=organiser, action="deletion.accept").count() == 1


def test_nobody_carries_it_out_while_the_person_may_think_better(organiser):
    request = ask_deletion(user=UserFactory(), contest=None, at=NOON)

    with pytest.raises(ContestError, match="still_cooling"):
        accept_deletion(request_id=request.pk, actor=organiser, at=DUE - timedelta(seconds=1))


def test_entry_of_a_contest_keeps_its_name_until_results_are_final(organiser):
    participant, contest_round = taken_part(full_name="Lý Thị Chờ")
    request = ask_deletion(user=participant.user, contest=None, at=NOON)

    accepted = accept_deletion(request_id=request.pk, actor=organiser, at=DUE)
    early = finish_deletion(request_id=request.pk, at=final(contest_round) - timedelta(seconds=1))
    (row,) = contest_standings(contest_round.contest).rows
    done = finish_deletion(request_id=request.pk, at=final(contest_round))

    assert [it.status for it in (accepted, early, done)] == ["accepted", "accepted", "done"]
    assert row.entrant.full_name == "Lý Thị Chờ"
    owner = participant.user
    owner.refresh_from_db()
    assert owner.anonymised_at == final(contest_round)
    (after,) = contest_standings(contest_round.contest).rows
    assert after.score == row.score
    assert after.entrant.full_name == f"Người dự thi đã ẩn danh {participant.pk}"


def test_refusal_needs_a_reason_which_the_person_reads(organiser):
    request = ask_deletion(user=UserFactory(), contest=None, at=NOON)

    with pytest.raises(ContestError, match="reason_missing"):
        refuse_deletion(request_id=request.pk, answer=" ", actor=organiser, at=NOON)
    refuse_deletion(request_id=request.pk, answer="Đang khiếu nại", actor=organiser, at=NOON)

    request.refresh_from_db()
    assert (request.status, request.answer) == ("refused", "Đang khiếu nại")
    assert AuditEntry.objects.get(action="deletion.refuse").reason == "Đang khiếu nại"


@pytest.mark.parametrize("role", [None, Role.JURY, Role.OBSERVER, Role.IDENTITY_VIEWER])
def test_only_organisers_answer(role):
    actor = RoleGrantFactory(role=role).user if role else UserFactory()
    request = ask_deletion(user=UserFactory(), contest=None, at=NOON)

    with pytest.raises(ContestError, match="not_allowed"):
        accept_deletion(request_id=request.pk, actor=actor, at=DUE)
    with pytest.raises(ContestError, match="not_allowed"):
        refuse_deletion(request_id=request.pk, answer="Không", actor=actor, at=DUE)


def test_what_was_withdrawn_or_answered_is_settled(organiser):
    user = UserFactory()
    request = ask_deletion(user=user, contest=None, at=NOON)

    withdraw_deletion(request_id=request.pk, user=user, at=NOON)

    with pytest.raises(ContestError, match="settled_already"):
        accept_deletion(request_id=request.pk, actor=organiser, at=DUE)
    with pytest.raises(ContestError, match="settled_already"):
        withdraw_deletion(request_id=request.pk, user=user, at=NOON)
    assert finish_deletion(request_id=request.pk, at=DUE).status == "withdrawn"
    assert ask_deletion(user=user, contest=None, at=NOON) != request


def test_consent_withdrawn_before_any_paper_deletes_the_entry():
    participant = ParticipantFactory()

    asked = withdraw_consent(user=participant.user, contest=participant.contest, at=NOON)

    assert asked is None
    assert not Participant.objects.exists()
    assert AuditEntry.objects.get().action == "consent.withdraw"


def test_consent_withdrawn_after_a_paper_touches_that_contest_only(organiser):
    participant, contest_round = taken_part(full_name="Lý Thị Chờ")
    elsewhere = ParticipantFactory(user=participant.user)
    request = withdraw_consent(user=participant.user, contest=contest_round.contest, at=NOON)

    accept_deletion(request_id=request.pk, actor=organiser, at=DUE)
    with pytest.raises(ContestError, match="not_registered"):
        start_attempt(contest_round=contest_round, user=participant.user, at=NOON)
    done = finish_deletion(request_id=request.pk, at=final(contest_round))

    participant.refresh_from_db()
    elsewhere.refresh_from_db()
    owner = elsewhere.user
    assert done.status == "done"
    assert participant.user != owner
    assert (owner.full_name, owner.is_active, owner.anonymised_at) == ("Lý Thị Chờ", True, None)
    assert elsewhere.anonymised_at is None
