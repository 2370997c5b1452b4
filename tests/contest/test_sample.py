"""The sample contest: a real contest that an office could have written."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant, Unit, User
from contest.draw_plans import read_draw_plan
from contest.models import Attempt, Contest, Participant, Round
from contest.rules.timing import RoundState
from contest.sample.loading import load_sample, sample_accounts
from contest.services.starting import start_attempt
from questionbank.enums import QuestionKind
from questionbank.models import Question, Revision
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """Loaded once for all tests here; each of them undoes only what it did itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_sample(at=NOON, password="mat-khau-mau")
        transaction.set_rollback(True)


def test_sample_has_a_closed_round_with_entrants_and_an_open_one(sample):
    states = {
        contest_round.slug: contest_round.state(at=NOON) for contest_round in Round.objects.all()
    }

    assert states == {
        "thi-thu": RoundState.OPEN,
        "tuan-1": RoundState.CLOSED,
        "tuan-2": RoundState.OPEN,
    }
    attempts = Attempt.objects.filter(round__slug="tuan-1")
    assert attempts.count() == sample.entrants_created == 320
    assert not attempts.running().exists()
    assert Participant.objects.exclude(division=None).count() == 320


def test_sample_rounds_are_dated_in_vietnamese_time(sample):
    closes_at = timezone.localtime(Round.objects.get(slug="tuan-2").closes_at)

    assert (closes_at.hour, closes_at.minute) == (22, 0)
    assert closes_at.date() == timezone.localtime(NOON).date() + timedelta(days=6)


def test_sample_questions_are_many_explained_and_rest_on_documents(sample):
    revisions = Revision.objects.prefetch_related("choices", "sources")

    assert Question.objects.drawable(on=NOON.date()).count() >= 120
    for revision in revisions:
        assert revision.explanation, revision
        assert revision.sources.all(), revision
        right = [choice for choice in revision.choices.all() if choice.is_correct]
        if revision.kind == "number":
            assert revision.number_key is not None, revision
        elif revision.kind == "short_text":
            assert revision.accepted_answers.exists(), revision
        else:
            assert right, revision
            assert len(right) == 1 or revision.kind == "multiple_choice", revision


def test_sample_practice_shows_every_kind_of_question(sample):
    practice = Question.objects.drawable(on=NOON.date()).filter(question_set__code="luyen-tap")

    kinds = set(practice.values_list("approved_revision__kind", flat=True))

    assert kinds == set(QuestionKind)
    assert practice.filter(approved_revision__scoring="partial").exists()


def test_sample_right_answers_stand_everywhere(sample):
    """Nobody gains by always choosing the same letter of the written order."""
    singles = Revision.objects.filter(kind="single_choice", choices__is_correct=True)
    places = Counter(singles.values_list("choices__position", flat=True))

    assert len(places) == 4
    assert max(places.values()) < 0.32 * sum(places.values())


def test_sample_rounds_share_no_question(sample):
    """Else the review of one round would give away the key of the next."""
    sets = Round.objects.values_list("question_set", flat=True)

    assert len(set(sets)) == 3


def test_sample_blueprints_can_be_filled_with_room_to_spare(sample):
    for contest_round in Round.objects.all():
        plan = read_draw_plan(contest_round, on=NOON.date())
        assert sum(plan.counts) in (10, 15)
        for row, (count, pool) in enumerate(zip(plan.counts, plan.pools, strict=True)):
            assert len(pool) >= 2 * count, (contest_round, row)


def test_sample_open_round_can_be_started(sample):
    user = User.objects.get(email="duthi@vidu.vn")
    contest_round = Round.objects.get(slug="tuan-2")

    attempt = start_attempt(contest_round=contest_round, user=user, at=NOON)

    assert attempt.answers.count() == 15


def test_sample_twice_changes_nothing_that_people_made(sample):
    Contest.objects.update(name="Tên của chúng tôi")
    User.objects.filter(email="tochuc@vidu.vn").update(full_name="Người khác")
    counts = [model.objects.count() for model in (Unit, Question, User, RoleGrant, Attempt)]

    again = load_sample(at=NOON + timedelta(days=40), password="khac")

    assert (again.contest_created, again.questions_created, again.entrants_created) == (False, 0, 0)
    assert counts == [model.objects.count() for model in (Unit, Question, User, RoleGrant, Attempt)]
    assert Contest.objects.get().name == "Tên của chúng tôi"
    assert User.objects.get(email="tochuc@vidu.vn").full_name == "Người khác"


def test_welcome_names_the_accounts_with_debug_only(sample, settings, capsys):
    settings.DEBUG = False
    call_command("welcome", "http://127.0.0.1:8000")
    assert "tochuc@vidu.vn" not in capsys.readouterr().out

    call_command("welcome", "http://127.0.0.1:8000", "--password", "rieng-mot-noi")
    assert "(password rieng-mot-noi)" in capsys.readouterr().out

    settings.DEBUG = True
    call_command("welcome", "http://127.0.0.1:8000")
    told = capsys.readouterr().out
    for account in sample_accounts():
        assert account["email"] in told
    assert "http://127.0.0.1:8000/hoi-thi/cchc-soc-trang/" in told
