"""Fill an empty, migrated database with a bank, a round, and people who are signed in.

    python -m bench.people PAPERS OTHERS

PAPERS people have an open attempt; OTHERS, who come after them, have none yet. Prints a JSON list
of bench.plan.Person.
"""

import os
import sys
import uuid
from datetime import datetime, timedelta

import django
import msgspec

from bench.plan import QUESTIONS, SLUG, Person

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the apps are loaded from here on
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.cached_db import KEY_PREFIX, SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.enums import PersonKind  # noqa: E402
from accounts.models import User  # noqa: E402
from contest.models import (  # noqa: E402
    Attempt,
    BlueprintRow,
    Contest,
    Division,
    DivisionKind,
    Participant,
    Round,
)
from contest.rules.timing import plain_deadline  # noqa: E402
from questionbank.enums import Difficulty, QuestionKind, QuestionStatus  # noqa: E402
from questionbank.models import Choice, Question, QuestionSet, Revision, Topic  # noqa: E402

TOPICS, QUESTIONS_OF_A_TOPIC = 4, 75  # a bank of 300
SEVERAL_AT_ONCE = 5000

PAPERS_SQL = """
INSERT INTO contest_answer
    (attempt_id, position, revision_id, choice_order, response, client_number)
SELECT attempt.id, drawn.position, drawn.revision_id, 'ABCD', '', 0
FROM contest_attempt AS attempt
CROSS JOIN (
    SELECT row_number() OVER (ORDER BY id) AS position, id AS revision_id
    FROM questionbank_revision ORDER BY id LIMIT %s
) AS drawn
"""


@transaction.atomic
def fill(*, papers: int, others: int, at: datetime) -> list[Person]:
    contest_round = _round_with_bank(at=at)
    users = _users(papers + others, at=at)
    attempts = _attempts(contest_round, users[:papers], at=at)
    with connection.cursor() as cursor:
        # the rows fit by construction: half a million checks of foreign keys would only take time
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(PAPERS_SQL, [QUESTIONS])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    codes = [str(attempt.code) for attempt in attempts] + [""] * others
    sessions = _sessions(users, at=at)
    return [Person(session, code) for session, code in zip(sessions, codes, strict=True)]


def _round_with_bank(*, at: datetime) -> Round:
    contest = Contest.objects.create(slug=SLUG, name="Đo tải", host="Đo tải", is_published=True)
    division = Division.objects.create(contest=contest, code="chung", name="Chung")
    DivisionKind.objects.create(contest=contest, division=division, kind=PersonKind.CITIZEN)
    contest_round = Round.objects.create(
        contest=contest,
        slug=SLUG,
        name="Đo tải",
        opens_at=at - timedelta(hours=1),
        closes_at=at + timedelta(hours=6),
        duration_seconds=3 * 3600,
        max_attempts=1,
        question_set=QuestionSet.objects.create(code=SLUG, name="Đo tải"),
    )
    for number in range(TOPICS):
        topic = Topic.objects.create(code=f"chu-de-{number}", name=f"Chủ đề {number}")
        BlueprintRow.objects.create(
            round=contest_round, topic=topic, position=number, question_count=QUESTIONS // TOPICS
        )
        _questions(topic, contest_round.question_set, at=at)
    return contest_round


def _questions(topic: Topic, question_set: QuestionSet, *, at: datetime) -> None:
    """Approved questions with four options each, the second of which is right."""
    questions = Question.objects.bulk_create(
        Question(code=f"{topic.code}-{number}", topic=topic, question_set=question_set)
        for number in range(QUESTIONS_OF_A_TOPIC)
    )
    revisions = Revision.objects.bulk_create(
        Revision(
            question=question,
            number=1,
            kind=QuestionKind.SINGLE_CHOICE,
            difficulty=Difficulty.values[0],
            stem=f"Cơ quan nào chịu trách nhiệm về nội dung số {question.code}? " * 2,
            created_at=at,
        )
        for question in questions
    )
    Choice.objects.bulk_create(
        Choice(
            revision=revision,
            position=position,
            text=f"Phương án thứ {position} của {revision}, dài như một phương án thường gặp",
            is_correct=position == 1,
        )
        for revision in revisions
        for position in range(4)
    )
    for question, revision in zip(questions, revisions, strict=True):
        question.current_revision = question.approved_revision = revision
        question.status = QuestionStatus.APPROVED
    Question.objects.bulk_update(questions, ["current_revision", "approved_revision", "status"])


def _users(count: int, *, at: datetime) -> list[User]:
    return User.objects.bulk_create(
        [
            User(
                email=f"nguoi-{number}@example.test",
                full_name=f"Nguyễn Văn {number}",
                kind=PersonKind.CITIZEN,
                password="!",  # noqa: S106 (nobody signs in: the sessions are made below)
                joined_at=at,
            )
            for number in range(count)
        ],
        batch_size=SEVERAL_AT_ONCE,
    )


def _attempts(contest_round: Round, users: list[User], *, at: datetime) -> list[Attempt]:
    division = Division.objects.get(contest=contest_round.contest_id)
    participants = Participant.objects.bulk_create(
        [
            Participant(
                contest_id=contest_round.contest_id,
                user=user,
                division=division,
                full_name=user.full_name,
                kind=user.kind,
                joined_at=at,
            )
            for user in users
        ],
        batch_size=SEVERAL_AT_ONCE,
    )
    deadline_at = plain_deadline(
        started_at=at, duration=contest_round.duration, closes_at=contest_round.closes_at
    )
    return Attempt.objects.bulk_create(
        [
            Attempt(
                round=contest_round,
                participant=participant,
                number=1,
                seed=1,
                started_at=at,
                deadline_at=deadline_at,
            )
            for participant in participants
        ],
        batch_size=SEVERAL_AT_ONCE,
    )


def _sessions(users: list[User], *, at: datetime) -> list[str]:
    """A session for each person, as signing in leaves it in the database and in the cache."""
    store = SessionStore()
    fingerprint = users[0].get_session_auth_hash()  # of the password, which is the same for all
    backend = "accounts.backends.PersonBackend"
    sessions = {
        uuid.uuid4().hex: {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: backend,
            HASH_SESSION_KEY: fingerprint,
        }
        for user in users
    }
    rows = (
        Session(
            session_key=key, session_data=store.encode(data), expire_date=at + timedelta(days=1)
        )
        for key, data in sessions.items()
    )
    Session.objects.bulk_create(rows, batch_size=SEVERAL_AT_ONCE)
    cache.set_many(
        {f"{KEY_PREFIX}{key}": data for key, data in sessions.items()}, timeout=24 * 60 * 60
    )
    return list(sessions)


def _settle() -> None:
    """What autovacuum would do within minutes of such a load."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    people = fill(papers=int(sys.argv[1]), others=int(sys.argv[2]), at=timezone.now())
    _settle()
    sys.stdout.write(msgspec.json.encode(people).decode())
