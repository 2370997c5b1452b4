from datetime import timedelta

import pytest
import time_machine

from accounts.enums import Role
from contest.enums import PredictionScope, PredictionSubject, PredictionUnit
from contest.errors import ContestError
from contest.models import PredictionTruth
from contest.services.deciding import exclude_attempt, undo
from contest.services.predicting import save_prediction, settle_due, settle_predictions
from contest.services.submitting import submit_attempt
from tests.factories import (
    NOON,
    AttemptFactory,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db

OVER = NOON + timedelta(hours=1, seconds=6)  # the round closes an hour after NOON; 5 s of grace


def save(attempt, text, number=1, at=NOON):
    saved = save_prediction(attempt_id=attempt.pk, text=text, number=number, at=at)
    attempt.refresh_from_db()
    return saved


def stored(attempt):
    attempt.refresh_from_db()
    return (attempt.prediction, attempt.prediction_number)


def test_save_and_take_back():
    attempt = AttemptFactory()

    assert save(attempt, "25.980", number=5).value == 25_980
    assert stored(attempt) == (25_980, 5)
    save(attempt, "", number=6)
    assert stored(attempt) == (None, 6)


def test_a_repeat_changes_nothing_and_an_older_save_never_overwrites():
    attempt = AttemptFactory()
    save(attempt, "10", number=5)

    assert save(attempt, "10", number=5).is_current
    older = save(attempt, "7", number=4)

    assert (older.value, older.number, older.is_current) == (10, 5, False)
    assert stored(attempt) == (10, 5)


@pytest.mark.parametrize("text", ["nhiều", "-1", "12,5", "9" * 30])
def test_nonsense_is_refused_and_what_was_there_stays(text):
    attempt = AttemptFactory()
    save(attempt, "10", number=5)

    with pytest.raises(ContestError) as refused:
        save(attempt, text, number=6)

    assert refused.value.status == 422
    assert stored(attempt) == (10, 5)


@pytest.mark.parametrize("number", [0, -1, 2**53])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(ContestError) as refused:
        save(AttemptFactory(), "1", number=number)

    assert refused.value.code == "bad_number"


@pytest.mark.parametrize(("seconds", "is_kept"), [(0, True), (5, True), (6, False)])
def test_a_save_is_taken_until_the_end_of_the_grace(seconds, is_kept):
    attempt = AttemptFactory()
    at = attempt.deadline_at + timedelta(seconds=seconds)

    if is_kept:
        save(attempt, "3", at=at)
    else:
        with pytest.raises(ContestError) as refused:
            save(attempt, "3", at=at)
        assert refused.value.code == "too_late"

    assert stored(attempt) == ((3, 1) if is_kept else (None, 0))


def test_after_the_submission_only_a_repeat_is_answered():
    attempt = AttemptFactory()
    save(attempt, "3", number=2)
    submit_attempt(code=attempt.code, user_id=attempt.participant.user_id, at=NOON)

    assert save(attempt, "3", number=2).is_current
    with pytest.raises(ContestError) as refused:
        save(attempt, "4", number=3)

    assert refused.value.code == "already_submitted"
    assert stored(attempt) == (3, 2)


# what was to be predicted -------------------------------------------------------------------------


def settle(contest_round, at=OVER):
    settle_predictions(round_id=contest_round.pk, at=at)
    return truths(contest_round)


def truths(contest_round):
    """The newest of each division."""
    rows = PredictionTruth.objects.filter(round=contest_round).order_by("pk")
    return {row.division_id: row.value for row in rows}


def crowded(**asked):
    """Division A has a person of two full papers and one of one, B one who missed a point."""
    contest_round = RoundFactory(max_attempts=3)
    contest = contest_round.contest
    PredictionQuestionFactory(round=contest_round, **asked)
    a, b = DivisionFactory.create_batch(2, contest=contest)
    twice, once = ParticipantFactory.create_batch(2, contest=contest, division=a)
    missed = ParticipantFactory(contest=contest, division=b)
    nowhere = ParticipantFactory(contest=contest)
    for person, number, score in [
        (twice, 1, 20),
        (twice, 2, 20),
        (once, 1, 20),
        (missed, 1, 19),
        (nowhere, 1, 5),
    ]:
        SubmittedAttemptFactory(round=contest_round, participant=person, number=number, score=score)
    SubmittedAttemptFactory()  # another round
    return contest_round, a.pk, b.pk


@pytest.mark.parametrize(
    ("subject", "unit", "whole", "in_a", "in_b"),
    [
        (PredictionSubject.TAKING_PART, PredictionUnit.PERSONS, 4, 2, 1),
        (PredictionSubject.TAKING_PART, PredictionUnit.ATTEMPTS, 5, 3, 1),
        (PredictionSubject.ALL_CORRECT, PredictionUnit.PERSONS, 2, 2, 0),
        (PredictionSubject.ALL_CORRECT, PredictionUnit.ATTEMPTS, 3, 3, 0),
    ],
)
def test_what_is_counted_is_what_the_settings_say(subject, unit, whole, in_a, in_b):
    contest_round, _a, _b = crowded(subject=subject, unit=unit)
    assert settle(contest_round) == {None: whole}

    contest_round, a, b = crowded(subject=subject, unit=unit, scope=PredictionScope.DIVISION)
    assert settle(contest_round) == {a: in_a, b: in_b}


def test_a_contest_without_divisions_is_one_division():
    contest_round = RoundFactory()
    PredictionQuestionFactory(round=contest_round, scope=PredictionScope.DIVISION)
    SubmittedAttemptFactory(round=contest_round)

    assert settle(contest_round) == {None: 1}


@pytest.mark.parametrize("leaves_out_struck", [False, True])
def test_decisions_change_the_number_where_the_settings_say_so(
    leaves_out_struck, django_capture_on_commit_callbacks
):
    contest_round = RoundFactory()
    PredictionQuestionFactory(round=contest_round, leaves_out_struck=leaves_out_struck)
    first, _second = SubmittedAttemptFactory.create_batch(2, round=contest_round)
    assert settle(contest_round) == {None: 2}
    about = {"reason": "Thi hộ", "actor": RoleGrantFactory(role=Role.JURY).user, "at": OVER}

    with time_machine.travel(OVER), django_capture_on_commit_callbacks(execute=True):
        decision = exclude_attempt(attempt=first, **about)

    assert truths(contest_round) == {None: 1 if leaves_out_struck else 2}
    with time_machine.travel(OVER), django_capture_on_commit_callbacks(execute=True):
        undo(decision=decision, **about)
    assert truths(contest_round) == {None: 2}
    assert PredictionTruth.objects.count() == (3 if leaves_out_struck else 1)


def test_the_number_is_kept_with_the_instant_and_the_settings_used():
    contest_round = RoundFactory()
    question = PredictionQuestionFactory(round=contest_round)
    SubmittedAttemptFactory(round=contest_round)

    settle(contest_round)
    settle(contest_round, at=OVER + timedelta(hours=1))  # the same: not written again

    row = PredictionTruth.objects.get()
    assert (row.value, row.counted_at, row.settings) == (1, OVER, question.settings())


def test_nothing_is_counted_before_the_round_is_over_and_its_attempts_closed():
    contest_round = RoundFactory()
    PredictionQuestionFactory(round=contest_round)
    AttemptFactory(round=contest_round)

    codes = []
    for at in (NOON, OVER):
        with pytest.raises(ContestError) as refused:
            settle(contest_round, at=at)
        codes.append(refused.value.code)

    assert codes == ["not_over", "attempts_running"]
    assert (settle_due(at=NOON), settle_due(at=OVER)) == (0, 0)
    assert not PredictionTruth.objects.exists()


def test_a_round_without_the_question_has_nothing_to_count():
    with pytest.raises(ContestError) as refused:
        settle(RoundFactory())

    assert refused.value.code == "no_prediction"


def test_the_clock_counts_each_round_once():
    contest_round = RoundFactory()
    PredictionQuestionFactory(round=contest_round)

    assert (settle_due(at=OVER), settle_due(at=OVER)) == (1, 0)
    assert truths(contest_round) == {None: 0}
