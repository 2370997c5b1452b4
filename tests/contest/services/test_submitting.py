import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from contest.enums import ClosedBy
from contest.services.saving import save_answers
from contest.services.storing import Save
from contest.services.submitting import close_all_expired, close_expired
from contest.signals import attempt_graded
from tests.contest.papers import (
    MINUTE,
    handed_in,
    playable_round,
    right_response,
    started_attempt,
    wrong_response,
)
from tests.factories import NOON

pytestmark = pytest.mark.django_db

GRACE = timedelta(seconds=5)


@pytest.fixture
def news():
    """The attempts announced as graded."""
    heard = []

    def listen(attempt, **_kwargs):
        heard.append(attempt.pk)

    attempt_graded.connect(listen)
    yield heard
    attempt_graded.disconnect(listen)


def answer(attempt, *choose):
    """Answer the questions in order, each by a function of its row."""
    for number, (row, chosen) in enumerate(
        zip(attempt.answers.order_by("position"), choose, strict=False), start=1
    ):
        save_answers([Save(attempt.pk, row.position, chosen(row), number, NOON + MINUTE)])


def test_submit_attempt_grades_what_was_saved():
    attempt = started_attempt()
    answer(attempt, right_response, right_response, wrong_response)

    done = handed_in(attempt, at=NOON + timedelta(seconds=61, microseconds=999))

    assert (done.score, done.max_score, done.correct_count) == (Decimal(2), Decimal(3), 2)
    assert done.elapsed_ms == 61_000
    assert done.closed_by == ClosedBy.PARTICIPANT
    assert len(done.receipt_code) == 10


def test_submit_attempt_twice_keeps_the_first_time_and_receipt(
    news, django_capture_on_commit_callbacks
):
    attempt = started_attempt()

    with django_capture_on_commit_callbacks(execute=True):
        first = handed_in(attempt, at=NOON + MINUTE)
        second = handed_in(attempt, at=NOON + 2 * MINUTE)

    assert second.submitted_at == NOON + MINUTE
    assert second.receipt_code == first.receipt_code
    assert news == [attempt.pk]


def test_submit_attempt_in_the_grace_counts_as_submitted_at_the_deadline():
    attempt = started_attempt()

    done = handed_in(attempt, at=attempt.deadline_at + GRACE)

    assert done.submitted_at == attempt.deadline_at
    assert done.closed_by == ClosedBy.PARTICIPANT


def test_submit_attempt_after_the_grace_is_marked_as_expired():
    attempt = started_attempt()

    done = handed_in(attempt, at=attempt.deadline_at + 2 * GRACE)

    assert done.submitted_at == attempt.deadline_at
    assert done.closed_by == ClosedBy.EXPIRY


def test_close_expired_waits_for_the_end_of_the_grace():
    attempt = started_attempt()

    assert close_expired(attempt_id=attempt.pk, at=attempt.deadline_at + GRACE) is None

    closed = close_expired(
        attempt_id=attempt.pk, at=attempt.deadline_at + GRACE + timedelta(microseconds=1)
    )
    assert closed.closed_by == ClosedBy.EXPIRY
    assert closed.elapsed_ms == 900_000


def test_close_all_expired_closes_each_overdue_attempt_once(
    news, django_capture_on_commit_callbacks
):
    contest_round = playable_round()
    overdue = {started_attempt(contest_round=contest_round).pk for _number in range(3)}
    running = started_attempt(contest_round=contest_round, at=NOON + 30 * MINUTE)

    with django_capture_on_commit_callbacks(execute=True):
        assert close_all_expired(at=NOON + 30 * MINUTE) == 3
        assert close_all_expired(at=NOON + 30 * MINUTE) == 0

    running.refresh_from_db()
    assert running.submitted_at is None
    assert set(news) == overdue
    assert len(news) == 3


def test_a_fault_in_a_listener_cannot_undo_a_submission(django_capture_on_commit_callbacks):
    attempt = started_attempt()

    def broken(**_kwargs):
        raise RuntimeError("board is down")

    attempt_graded.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            handed_in(attempt, at=NOON + MINUTE)
    finally:
        attempt_graded.disconnect(broken)

    attempt.refresh_from_db()
    assert attempt.submitted_at == NOON + MINUTE


@pytest.mark.django_db(transaction=True)
def test_submit_and_expiry_at_the_same_moment_grade_once(news):
    attempt = started_attempt()
    late = attempt.deadline_at + 2 * GRACE
    deeds = [
        lambda: handed_in(attempt, at=late),
        lambda: close_expired(attempt_id=attempt.pk, at=late),
    ] * 4
    barrier = threading.Barrier(len(deeds))
    failures = []

    def run(deed):
        try:
            barrier.wait(timeout=10)
            deed()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert news == [attempt.pk]


def test_a_round_that_ends_closes_thousands_in_few_queries(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("contest.services.submitting.BATCH", 4)
    contest_round = playable_round()
    attempts = [started_attempt(contest_round=contest_round) for _number in range(6)]
    late = attempts[0].deadline_at + 2 * GRACE

    # two batches and the look that finds nothing more: savepoints, read, papers, keys, update
    with django_assert_num_queries(6 + 6 + 3):
        assert close_all_expired(at=late) == 6

    for attempt in attempts:
        attempt.refresh_from_db()
    assert {attempt.closed_by for attempt in attempts} == {ClosedBy.EXPIRY}
    assert len({attempt.receipt_code for attempt in attempts}) == 6
