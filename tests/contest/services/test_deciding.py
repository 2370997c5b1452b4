from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import DecisionKind
from contest.errors import ContestError
from contest.models import Attempt, Decision
from contest.queries.results import round_results
from contest.rules.chaining import first_broken
from contest.services.deciding import disqualify, exclude_attempt, set_aside, undo
from contest.signals import counting_changed
from tests.factories import (
    NOON,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def attempts():
    """One person's two submitted attempts, the first with the better score."""
    contest_round = RoundFactory(max_attempts=2)
    person = ParticipantFactory(contest=contest_round.contest)
    of_person = {"round": contest_round, "participant": person}
    return [
        SubmittedAttemptFactory(**of_person, number=1, score=10),
        SubmittedAttemptFactory(**of_person, number=2, score=5),
    ]


def scores(attempt):
    return [result.score for result in round_results(round_id=attempt.round_id)]


def test_exclude_attempt_lets_the_next_best_count_and_undo_brings_it_back(attempts, jury):
    first = attempts[0]

    decision = exclude_attempt(attempt=first, reason="Thi hộ", actor=jury, at=NOON)
    assert scores(first) == [5]

    undo(decision=decision, reason="Xác minh lại", actor=jury, at=NOON + timedelta(hours=1))
    assert scores(first) == [10]
    assert list(Decision.objects.in_force()) == []


@pytest.mark.parametrize("deed", [disqualify, set_aside])
def test_a_person_struck_has_no_result_and_comes_back_whole(attempts, jury, deed):
    person = attempts[0].participant

    decision = deed(participant=person, reason="Thành viên Ban tổ chức", actor=jury, at=NOON)
    assert scores(attempts[0]) == []

    undo(decision=decision, reason="Trùng tên", actor=jury, at=NOON)
    assert scores(attempts[0]) == [10]


def test_undoing_one_of_two_decisions_leaves_the_other_in_force(attempts, jury):
    first = attempts[0]
    exclude_attempt(attempt=first, reason="Thi hộ", actor=jury, at=NOON)
    about_person = disqualify(participant=first.participant, reason="Khai sai", actor=jury, at=NOON)

    undo(decision=about_person, reason="Xác minh lại", actor=jury, at=NOON)

    assert scores(first) == [5]


def test_a_decision_is_recorded_numbered_and_chained(attempts, jury):
    first, second = attempts
    exclude_attempt(attempt=first, reason="Thi hộ", actor=jury, at=NOON)
    exclude_attempt(attempt=second, reason="Thi hộ", actor=jury, at=NOON)

    log = list(Decision.objects.order_by("number"))
    assert [(it.number, it.kind) for it in log] == [
        (1, DecisionKind.EXCLUDE_ATTEMPT),
        (2, DecisionKind.EXCLUDE_ATTEMPT),
    ]
    assert first_broken(it.link() for it in log) is None
    entry = AuditEntry.objects.order_by("pk").first()
    assert (entry.action, entry.reason, entry.actor) == (
        "decision.exclude_attempt",
        "Thi hộ",
        jury,
    )
    assert entry.after["digest"] == log[0].digest


def test_undo_twice_is_one_undoing(attempts, jury):
    decision = exclude_attempt(attempt=attempts[0], reason="Thi hộ", actor=jury, at=NOON)

    one = undo(decision=decision, reason="Nhầm", actor=jury, at=NOON)
    again = undo(decision=decision, reason="Nhầm", actor=jury, at=NOON)

    assert one == again


@pytest.mark.parametrize(
    ("reason", "role", "code"),
    [("Thi hộ", Role.ORGANISER, "not_allowed"), ("  ", Role.JURY, "reason_missing")],
)
def test_refusals(attempts, reason, role, code):
    actor = RoleGrantFactory(role=role).user

    with pytest.raises(ContestError) as refused:
        disqualify(participant=attempts[0].participant, reason=reason, actor=actor, at=NOON)

    assert (refused.value.code, Decision.objects.count(), scores(attempts[0])) == (code, 0, [10])


def test_the_same_decision_twice_is_refused(attempts, jury):
    exclude_attempt(attempt=attempts[0], reason="Thi hộ", actor=jury, at=NOON)

    with pytest.raises(ContestError) as refused:
        exclude_attempt(attempt=attempts[0], reason="Thi hộ", actor=jury, at=NOON)

    assert refused.value.code == "decided_already"


def test_an_undoing_is_not_undone(attempts, jury):
    decision = exclude_attempt(attempt=attempts[0], reason="Thi hộ", actor=jury, at=NOON)
    undoing = undo(decision=decision, reason="Nhầm", actor=jury, at=NOON)

    with pytest.raises(ContestError) as refused:
        undo(decision=undoing, reason="Nhầm", actor=jury, at=NOON)

    assert refused.value.code == "not_undoable"


def test_boards_are_told_of_the_people_whose_attempts_moved(
    attempts, jury, django_capture_on_commit_callbacks
):
    told = []

    def hear(contest, participant_ids, **kwargs):
        told.append((contest, participant_ids))

    counting_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            exclude_attempt(attempt=attempts[0], reason="Thi hộ", actor=jury, at=NOON)
    finally:
        counting_changed.disconnect(hear)

    person = attempts[0].participant
    assert told == [(person.contest, [person.pk])]


def test_the_database_refuses_to_rewrite_the_log(attempts, jury):
    exclude_attempt(attempt=attempts[0], reason="Thi hộ", actor=jury, at=NOON)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Decision.objects.update(reason="Khác")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_simultaneous_decisions_are_numbered_without_gaps(jury):
    contest_round = RoundFactory()
    people = ParticipantFactory.create_batch(8, contest=contest_round.contest)
    barrier = Barrier(len(people))

    def decide(person):
        barrier.wait()
        try:
            disqualify(participant=person, reason="Thi hộ", actor=jury, at=NOON)
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    log = list(Decision.objects.order_by("number"))
    assert [it.number for it in log] == list(range(1, 9))
    assert first_broken(it.link() for it in log) is None
    assert not Attempt.objects.counting().exists()
