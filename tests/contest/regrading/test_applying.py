"""A question graded anew: applied to every attempt, undone to the byte, whatever happens beside."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Event, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import DecisionKind, KeyChangeKind
from contest.errors import ContestError
from contest.models import Attempt, Decision, KeyChange, RegradeRow
from contest.queries.keys import graded_items
from contest.queries.reviews import reviewed_questions
from contest.regrading import applying
from contest.regrading.applying import apply_regrade, last_number, undo_regrade
from contest.regrading.listing import regrade_notes
from contest.regrading.proposing import Proposal
from contest.results.responses import round_responses
from contest.rules.chaining import first_broken
from contest.rules.grading import grade
from contest.services.deciding import undo
from contest.services.submitting import close_all_expired, submit_attempt
from contest.signals import results_regraded
from questionbank.models import Question, Revision
from tests.contest.papers import (
    MINUTE,
    handed_in,
    playable_round,
    right_response,
    round_of_all_kinds,
    started_attempt,
    wrong_response,
)
from tests.factories import NOON, RoleGrantFactory, RoundFactory

pytestmark = pytest.mark.django_db

AFTER = NOON + timedelta(hours=3)
VOID, CORRECT, MORE, FULL = (
    KeyChangeKind.VOID,
    KeyChangeKind.CORRECT,
    KeyChangeKind.ACCEPT_MORE,
    KeyChangeKind.FULL_POINTS,
)


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


def answered(contest_round, letters_of, *, user=None):
    """An attempt handed in; `letters_of(answer)` is what was answered to each question."""
    attempt = started_attempt(contest_round=contest_round, user=user)
    for answer in attempt.answers.select_related("revision"):
        attempt.answers.filter(pk=answer.pk).update(response=letters_of(answer))
    return handed_in(attempt, at=NOON + MINUTE)


@pytest.fixture
def contest_round():
    """Three questions with key B, three people: all right, all wrong, nothing answered."""
    contest_round = playable_round()
    for letters_of in (right_response, wrong_response, lambda _answer: ""):
        answered(contest_round, letters_of)
    return contest_round


def question_of(contest_round):
    return Question.objects.filter(question_set=contest_round.question_set).first()


def reworded(question):
    """A second wording, which has no options yet."""
    return Revision.objects.create(
        question=question,
        number=2,
        kind="single_choice",
        difficulty="easy",
        stem="Khác",
        created_at=NOON,
    )


def proposed(contest_round, kind, *, question=None, **fields):
    question = question or question_of(contest_round)
    return Proposal(question=question, rounds=(contest_round,), kind=kind, **fields)


def regrade(contest_round, jury, kind, *, at=AFTER, **fields):
    return apply_regrade(
        contest_id=contest_round.contest_id,
        proposal=proposed(contest_round, kind, **fields),
        seen=last_number(contest_round.contest),
        reason="Đáp án sai",
        actor=jury,
        at=at,
    )


def undone(decision, jury):
    return undo_regrade(decision=decision, reason="Xem lại", actor=jury, at=AFTER)


def results(contest_round):
    rows = Attempt.objects.filter(round=contest_round).order_by("pk")
    return list(rows.values_list("score", "max_score", "correct_count"))


def dump():
    """Every column of every attempt, as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contest_attempt.*, CAST(score AS text), CAST(max_score AS text)"
            " FROM contest_attempt ORDER BY id"
        )
        return cursor.fetchall()


def graded_from_scratch():
    attempts = Attempt.objects.submitted()
    papers = graded_items(attempt_ids=[it.pk for it in attempts])
    for attempt in attempts:
        result = grade(papers[attempt.pk])
        stored = attempt.score, attempt.max_score, attempt.correct_count
        assert stored == (result.score, result.max_score, result.correct_count)


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (VOID, {}, [(2, 2, 2), (0, 2, 0), (0, 2, 0)]),
        (FULL, {}, [(3, 3, 3), (1, 3, 1), (1, 3, 1)]),
        (CORRECT, {"letters": "A"}, [(2, 3, 2), (1, 3, 1), (0, 3, 0)]),
        (MORE, {"letters": "A"}, [(3, 3, 3), (1, 3, 1), (0, 3, 0)]),
    ],
)
def test_a_regrade_moves_every_attempt_and_undoing_it_restores_them_to_the_byte(
    contest_round, jury, kind, fields, expected
):
    wrong = Attempt.objects.order_by("pk")[1]
    revision = question_of(contest_round).current_revision
    answer = wrong.answers.get(revision=revision)
    wrong.answers.filter(pk=answer.pk).update(response=right_response(answer, "A"))
    before = dump()

    decision = regrade(contest_round, jury, kind, **fields)

    assert results(contest_round) == expected
    graded_from_scratch()
    undone(decision, jury)
    assert dump() == before


def test_changes_upon_changes_undone_in_any_order_leave_nothing_behind(jury, monkeypatch):
    monkeypatch.setattr(applying, "BATCH", 2)  # several batches
    contest_round = round_of_all_kinds()
    for letters in ("A", "B", "AC", "ABC", "D"):

        def letters_of(answer, letters=letters):
            if answer.choice_order:
                takes_several = answer.revision.kind == "multiple_choice"
                return right_response(answer, letters if takes_several else letters[0])
            return "một cửa" if answer.revision.kind == "short_text" else "88,9"

        answered(contest_round, letters_of)
    partial = Question.objects.get(current_revision__scoring="partial")
    text = Question.objects.get(current_revision__kind="short_text")
    number = Question.objects.get(current_revision__kind="number")
    before = dump()

    decisions = [
        regrade(contest_round, jury, MORE, question=partial, letters="B"),
        regrade(contest_round, jury, CORRECT, question=text, accepted=("Liên thông",)),
        regrade(contest_round, jury, CORRECT, question=partial, letters="ABD"),
        regrade(contest_round, jury, VOID, question=partial),
        regrade(
            *(contest_round, jury, CORRECT),
            question=number,
            number_key=Decimal(89),
            tolerance=Decimal("0.1"),
        ),
        regrade(contest_round, jury, MORE, question=partial, letters="C"),
    ]

    for decision in (decisions[place] for place in (3, 0, 5, 1, 4, 2)):
        graded_from_scratch()
        undone(decision, jury)
    assert dump() == before
    assert list(KeyChange.objects.in_force()) == []


def test_only_the_rounds_and_the_wording_that_are_named_are_regraded(contest_round, jury):
    other = RoundFactory(
        contest=contest_round.contest, question_set=contest_round.question_set, max_attempts=1
    )
    question = question_of(contest_round)
    old = question.current_revision
    new = reworded(question)
    moved = Attempt.objects.filter(round=contest_round).first()
    moved.answers.filter(revision=old).update(revision=new)  # no right option: nobody has it
    Attempt.objects.filter(pk=moved.pk).update(score=2, correct_count=2)

    regrade(contest_round, jury, FULL, revision=new)

    assert results(contest_round) == [(3, 3, 3), (0, 3, 0), (0, 3, 0)]
    changes = KeyChange.objects.by_place(round_ids=[contest_round.pk, other.pk])
    assert list(changes) == [(contest_round.pk, new.pk)]


def test_a_regrade_is_numbered_chained_recorded_and_keeps_what_was_before(contest_round, jury):
    decision = regrade(contest_round, jury, VOID)
    undoing = undone(decision, jury)

    log = list(Decision.objects.order_by("number"))
    assert [(it.number, it.kind) for it in log] == [
        *((1, DecisionKind.REGRADE), (2, DecisionKind.UNDO))
    ]
    assert first_broken(it.link() for it in log) is None
    question = question_of(contest_round)
    assert decision.details == {
        "question": question.code,
        "revision": None,
        "rounds": [contest_round.slug],
        "change": "void",
        "letters": "",
        "accepted": [],
        "number_key": None,
        "tolerance": "0",
    }
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "reason")) == [
        *(("decision.regrade", "Đáp án sai"), ("decision.undo", "Xem lại"))
    ]
    rows = decision.regrade_rows.order_by("attempt").values_list("score_before", "score_after")
    assert list(rows) == [(3, 2), (0, 0), (0, 0)]
    assert list(undoing.regrade_rows.order_by("attempt").values_list("score_after")) == [
        *((3,), (0,), (0,))
    ]
    assert undone(decision, jury) == undoing  # a second time changes nothing


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda: KeyChange.objects.update(kind=FULL),
        lambda: KeyChange.rounds.through.objects.update(round=1),
        lambda: RegradeRow.objects.update(score_after=1),
    ],
)
def test_the_database_refuses_to_rewrite_a_regrade(contest_round, jury, rewrite):
    regrade(contest_round, jury, VOID)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rewrite()


def test_refusals(contest_round, jury):
    running = playable_round(contest=contest_round.contest)
    started_attempt(contest_round=running)
    question = question_of(contest_round)

    def refusal(**changes):
        proposal = {"question": question, "rounds": (contest_round,), "kind": VOID}
        asked = {
            "contest_id": contest_round.contest_id,
            "seen": 0,
            "reason": "Sai",
            "actor": jury,
            "at": AFTER,
        }
        proposal |= {name: it for name, it in changes.items() if name not in asked}
        asked |= {name: it for name, it in changes.items() if name in asked}
        with pytest.raises(ContestError) as refused:
            apply_regrade(proposal=Proposal(**proposal), **asked)
        return refused.value.code

    over_at = contest_round.over_at
    assert refusal(actor=RoleGrantFactory(role=Role.ORGANISER).user) == "not_allowed"
    assert refusal(reason="  ") == "reason_missing"
    assert refusal(at=over_at) == "not_over"
    assert refusal(seen=1) == "changed_meanwhile"
    assert refusal(rounds=()) == "no_round"
    assert refusal(rounds=(playable_round(),)) == "no_round"  # of another contest
    assert refusal(question=question_of(playable_round())) == "not_on_papers"
    assert refusal(kind=CORRECT) == "bad_key"
    assert refusal(kind=CORRECT, letters="AC") == "bad_key"
    assert refusal(kind=MORE, letters="E") == "bad_key"
    assert (Decision.objects.count(), KeyChange.objects.count()) == (0, 0)
    regrade(contest_round, jury, VOID, at=over_at + timedelta(microseconds=1))


def test_letters_of_wordings_with_other_options_need_one_of_them(contest_round, jury):
    question = question_of(contest_round)
    old = question.current_revision
    new = reworded(question)
    first = Attempt.objects.first()
    first.answers.filter(revision=old).update(revision=new)

    with pytest.raises(ContestError) as refused:
        regrade(contest_round, jury, CORRECT, letters="C")
    assert refused.value.code == "revision_needed"
    regrade(contest_round, jury, CORRECT, letters="C", revision=old)


def test_a_regrade_is_undone_on_its_own_page_only(contest_round, jury):
    decision = regrade(contest_round, jury, VOID)

    with pytest.raises(ContestError) as refused:
        undo(decision=decision, reason="Nhầm", actor=jury, at=AFTER)

    assert refused.value.code == "not_undoable"


def test_boards_are_told_once_and_progress_is_shown(
    contest_round, jury, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(applying, "BATCH", 2)
    told, shown = [], []

    def hear(contest, round_ids, **kwargs):
        told.append((contest, round_ids))

    results_regraded.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            apply_regrade(
                contest_id=contest_round.contest_id,
                proposal=proposed(contest_round, VOID),
                seen=0,
                reason="Sai",
                actor=jury,
                at=AFTER,
                progress=lambda done, total: shown.append((done, total)),
            )
    finally:
        results_regraded.disconnect(hear)

    assert told == [(contest_round.contest, [contest_round.pk])]
    assert shown == [(2, 3), (3, 3)]


def test_what_is_handed_in_after_a_regrade_is_graded_by_the_new_key(
    contest_round, jury, django_assert_num_queries
):
    late = [started_attempt(contest_round=contest_round) for _number in range(3)]
    regrade(contest_round, jury, FULL)

    # one batch with a query more for the changes, and the look that finds nothing more
    with django_assert_num_queries(7 + 3):
        assert close_all_expired(at=AFTER) == 3

    for attempt in late:
        attempt.refresh_from_db()
        assert (attempt.score, attempt.correct_count) == (1, 1)


def test_a_question_set_s_statistics_stay_by_the_wording_s_own_key(contest_round, jury):
    before = list(round_responses(contest_round))

    regrade(contest_round, jury, VOID)

    assert list(round_responses(contest_round)) == before


def test_the_participant_is_told_what_was_done_to_which_question(contest_round, jury):
    attempt = Attempt.objects.filter(round=contest_round).order_by("pk").first()
    decision = regrade(contest_round, jury, VOID)
    revision = question_of(contest_round).current_revision
    position = attempt.answers.get(revision=revision).position

    reviewed = {it.question.position: it for it in reviewed_questions(attempt_id=attempt.pk)}
    assert [it.change for it in reviewed.values() if it.change] == [VOID]
    assert (reviewed[position].points, reviewed[position].earned) == (0, 0)
    (note,) = regrade_notes(attempt)
    assert (note.position, note.kind, note.is_undoing) == (position, VOID, False)

    undone(decision, jury)
    assert [it.is_undoing for it in regrade_notes(attempt)] == [False, True]
    assert [it.change for it in reviewed_questions(attempt_id=attempt.pk)] == [None] * 3


# Side by side ------------------------------------------------------------------------------------


def side_by_side(*deeds):
    """Done at once, each with a connection of its own; returns what they raised."""
    barrier, failures = Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait(timeout=10)
            deed()
        except ContestError as refusal:
            failures.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_jury_members_at_once_the_second_has_to_look_again(contest_round):
    jurors = [RoleGrantFactory(role=Role.JURY).user for _number in range(2)]

    def apply(juror):
        apply_regrade(
            contest_id=contest_round.contest_id,
            proposal=proposed(contest_round, VOID),
            seen=0,
            reason="Sai",
            actor=juror,
            at=AFTER,
        )

    refused = side_by_side(*(lambda juror=juror: apply(juror) for juror in jurors))

    assert refused == ["changed_meanwhile"]
    assert results(contest_round) == [(2, 2, 2), (0, 2, 0), (0, 2, 0)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_handed_in_while_a_regrade_is_under_way_is_graded_by_the_new_key(
    contest_round, jury
):
    """It waits for the regrade, which has locked its attempt and is not committed yet."""
    running = started_attempt(contest_round=contest_round)
    is_moved, is_waiting = Event(), Event()

    def linger(_done, _total):
        is_moved.set()
        assert is_waiting.wait(timeout=10)

    def apply():
        apply_regrade(
            contest_id=contest_round.contest_id,
            proposal=proposed(contest_round, FULL),
            seen=0,
            reason="Sai",
            actor=jury,
            at=AFTER,
            progress=linger,
        )

    def hand_in():
        assert is_moved.wait(timeout=10)
        user_id = running.participant.user_id
        submit_attempt(code=running.code, user_id=user_id, at=NOON + MINUTE)

    def watch():
        assert is_moved.wait(timeout=10)
        while not blocked_count():
            pass
        is_waiting.set()

    assert side_by_side(apply, hand_in, watch) == []

    running.refresh_from_db()
    assert (running.score, running.max_score, running.correct_count) == (1, 3, 1)
    graded_from_scratch()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_was_being_handed_in_when_a_regrade_began_is_moved_with_the_others(
    contest_round, jury
):
    """The regrade waits for the attempt, which was graded by the old key and locked before it."""
    running = started_attempt(contest_round=contest_round)
    is_graded = Event()

    def hand_in():
        with transaction.atomic():
            user_id = running.participant.user_id
            submit_attempt(code=running.code, user_id=user_id, at=NOON + MINUTE)
            is_graded.set()
            while not blocked_count():
                pass

    def apply():
        assert is_graded.wait(timeout=10)
        regrade(contest_round, jury, FULL)

    assert side_by_side(hand_in, apply) == []

    running.refresh_from_db()
    assert (running.score, running.correct_count) == (1, 1)
    graded_from_scratch()


def blocked_count():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]
