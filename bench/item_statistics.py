"""How long the questions of a large round take to measure: `make bench-statistics`.

ATTEMPTS submitted papers of QUESTIONS questions, each answered once and noted in the journal, are
put into a PostgreSQL of its own with SQL; then the product measures the round.
"""

import os
import resource
import time
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the apps are loaded from here on
from django.db import connection  # noqa: E402

from bench.figures import figure  # noqa: E402
from contest.models import Contest, Round  # noqa: E402
from contest.results.measuring import measure_round  # noqa: E402
from questionbank.models import QuestionSet, Topic  # noqa: E402

ATTEMPTS, QUESTIONS, BANK = 100_000, 20, 600
NOON = datetime(2026, 9, 15, 5, 0, tzinfo=UTC)

FILL = (
    """
INSERT INTO questionbank_question (id, code, topic_id, question_set_id, status)
SELECT n, 'DO-' || n, %(topic)s, %(set)s, 'draft' FROM generate_series(1, %(bank)s) AS n
""",
    """
INSERT INTO questionbank_revision (id, question_id, number, kind, difficulty, points, stem,
                                   explanation, search_key, created_at)
SELECT n, n, 1, 'single_choice', 'easy', 1, 'Câu đo ' || n, '', '', %(noon)s
FROM generate_series(1, %(bank)s) AS n
""",
    """
INSERT INTO questionbank_choice (revision_id, position, text, is_correct, is_pinned)
SELECT n, place, 'Phương án', place = 1, false
FROM generate_series(1, %(bank)s) AS n, generate_series(0, 3) AS place
""",
    """
INSERT INTO accounts_user (password, is_superuser, phone_verified, full_name, kind, is_staff,
                           is_active, joined_at, email)
SELECT '', false, false, 'Người đo ' || n, 'citizen', false, true, now(), 'do-' || n || '@vidu.vn'
FROM generate_series(1, %(count)s) AS n
""",
    """
INSERT INTO contest_participant (contest_id, user_id, full_name, kind, joined_at)
SELECT %(contest)s, id, full_name, 'citizen', %(noon)s FROM accounts_user WHERE email LIKE 'do-%%'
""",
    """
INSERT INTO contest_attempt (code, round_id, participant_id, number, seed, started_at, deadline_at,
                             submitted_at, closed_by, elapsed_ms, score, max_score, correct_count,
                             receipt_code)
SELECT gen_random_uuid(), %(round)s, id, 1, id, %(noon)s, %(noon)s + interval '15 minutes',
       %(noon)s + interval '14 minutes', 'participant', 840000, 10, 20, 10, 'D' || id
FROM contest_participant WHERE contest_id = %(contest)s
""",
    """
INSERT INTO contest_answer (attempt_id, position, revision_id, choice_order, response,
                            client_number, saved_at)
SELECT id, place, (id * 7 + place * 29) %% %(bank)s + 1,
       (ARRAY['ABCD', 'BADC', 'CDAB', 'DCBA'])[(id + place) %% 4 + 1],
       (ARRAY['A', 'B', 'C', 'D', ''])[(id * place) %% 5 + 1], 1,
       %(noon)s + place * interval '35 seconds'
FROM contest_attempt, generate_series(1, %(questions)s) AS place WHERE round_id = %(round)s
""",
    """
INSERT INTO contest_answerevent (attempt_id, position, response, client_number, saved_at)
SELECT attempt_id, position, response, client_number, saved_at FROM contest_answer
""",
)


def main() -> None:
    call_command("migrate", verbosity=0)
    contest_round = filled_round()
    before = _peak_mb()
    began, cpu_began = time.perf_counter(), time.process_time()
    measured = measure_round(contest_round, at=NOON + timedelta(days=1))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    print(figure("measure_attempts", measured.attempts, f"papers of {QUESTIONS}"))
    print(figure("measure_s", took, "s"))
    print(figure("measure_cpu_s", cpu, "s of Python's own"))
    print(figure("measure_memory_mb", _peak_mb() - before, "MB more than before"))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def filled_round() -> Round:
    contest = Contest.objects.create(slug="do-cau-hoi", name="Đo câu hỏi", host="Máy đo")
    question_set = QuestionSet.objects.create(code="do", name="Đo")
    contest_round = Round.objects.create(
        contest=contest,
        slug="tuan",
        name="Tuần đo",
        opens_at=NOON - timedelta(hours=1),
        closes_at=NOON + timedelta(hours=1),
        duration_seconds=900,
        question_set=question_set,
    )
    values: dict[str, int | datetime] = {
        "topic": Topic.objects.create(code="do", name="Đo").pk,
        "set": question_set.pk,
        "contest": contest.pk,
        "round": contest_round.pk,
        "bank": BANK,
        "count": ATTEMPTS,
        "questions": QUESTIONS,
        "noon": NOON,
    }
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
    return contest_round


if __name__ == "__main__":
    main()
