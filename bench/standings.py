"""How long a board takes to rebuild, and a rank to be found; printed as JSON.

    python -m bench.standings REBUILT RANKED

REBUILT participants with a submitted attempt are put into the database, and their board is built
from it by the product, on Redis and in memory. Then a board of RANKED made-up results is held, and
the ranks of some of them are asked for.
"""

import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import django
import msgspec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the apps are loaded from here on
from django.db import connection  # noqa: E402

from bench.figures import percentile  # noqa: E402
from contest.models import Contest, Round  # noqa: E402
from contest.rules.ranking import Result  # noqa: E402
from leaderboard.boards import round_board  # noqa: E402
from leaderboard.rules.members import encode  # noqa: E402
from leaderboard.services.standings import rebuild  # noqa: E402
from leaderboard.stores import Entry, StandingsStore, local_store, main_store  # noqa: E402
from questionbank.models import QuestionSet  # noqa: E402

SLUG = "xep-hang"
UNITS = 200
ASKED, ASKED_NAIVELY = 5000, 20
NOON = datetime(2026, 9, 15, 5, 0, tzinfo=UTC)

FILL = (
    """
INSERT INTO accounts_unit (code, name, kind, search_key, aliases)
SELECT 'do-' || n, 'Đơn vị đo ' || n, 'department', '', '' FROM generate_series(1, %(units)s) AS n
""",
    """
INSERT INTO accounts_user (password, is_superuser, phone_verified, full_name, kind, is_staff,
                           is_active, joined_at, email)
SELECT '', false, false, 'Người đo ' || n, 'citizen', false, true, now(), 'do-' || n || '@vidu.vn'
FROM generate_series(1, %(count)s) AS n
""",
    """
INSERT INTO contest_participant (contest_id, user_id, unit_id, full_name, kind, joined_at)
SELECT %(contest)s, person.id, unit.id, person.full_name, 'citizen', now()
FROM accounts_user AS person
JOIN accounts_unit AS unit ON unit.code = 'do-' || (person.id %% %(units)s + 1)
WHERE person.email LIKE 'do-%%'
""",
    """
INSERT INTO contest_attempt (code, round_id, participant_id, number, seed, started_at, deadline_at,
                             submitted_at, closed_by, elapsed_ms, score, max_score, correct_count,
                             receipt_code)
SELECT gen_random_uuid(), %(round)s, id, 1, 1, %(noon)s, %(noon)s + interval '1 hour',
       %(noon)s + interval '1 ms' * (id %% 900000 + 1), 'participant', id %% 900000 + 1,
       id %% 21, 20, id %% 21, 'R' || lpad(id::text, 10, '0')
FROM contest_participant WHERE contest_id = %(contest)s
""",
    "ANALYZE",
)
NAIVE_RANK = """
SELECT count(*) + 1 FROM contest_attempt AS better, contest_attempt AS own
WHERE own.participant_id = %s AND better.round_id = own.round_id
  AND (better.score > own.score OR better.score = own.score
       AND (better.elapsed_ms < own.elapsed_ms OR better.elapsed_ms = own.elapsed_ms
            AND better.submitted_at < own.submitted_at))
"""


def filled_round(count: int) -> Round:
    contest = Contest.objects.create(slug=SLUG, name="Đo", host="Đo", is_published=True)
    contest_round = Round.objects.create(
        contest=contest,
        slug=SLUG,
        name="Đo",
        opens_at=NOON,
        closes_at=NOON + timedelta(hours=1),
        duration_seconds=3600,
        question_set=QuestionSet.objects.create(code=SLUG, name="Đo"),
    )
    values: dict[str, Any] = {"count": count, "units": UNITS, "noon": NOON}
    values |= {"contest": contest.pk, "round": contest_round.pk}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values if "%(" in statement else None)
    return contest_round


def timed(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def made_up(count: int) -> Iterator[Entry]:
    chance = random.Random(20260915)  # noqa: S311
    for participant_id in range(1, count + 1):
        milliseconds = chance.randrange(900_000)
        result = Result(
            participant_id=participant_id,
            score=Decimal(chance.randrange(21)),
            elapsed_ms=milliseconds,
            submitted_at=NOON + timedelta(milliseconds=milliseconds),
        )
        yield Entry(participant_id, encode(result), None, participant_id % UNITS + 1, 1)


def rank_p99_ms(store: StandingsStore, count: int) -> float:
    board = "made-up"
    store.swap(board, made_up(count), store.ticket(board))
    chance = random.Random(1)  # noqa: S311
    asked = [chance.randint(1, count) for _turn in range(ASKED)]
    spent = [timed(partial(store.rank, board, pk, division_id=None)) for pk in asked]
    store.clear(board)
    return percentile(spent, 99) * 1000


def naive_rank_ms(contest_round: Round) -> float:
    """The middle one of some: what counting those who are better costs in SQL."""
    people = contest_round.attempts.values_list("participant_id", flat=True)[:ASKED_NAIVELY]
    with connection.cursor() as cursor:
        spent = [timed(partial(cursor.execute, NAIVE_RANK, [pk])) for pk in people]
    return percentile(spent, 50) * 1000


def main() -> None:
    rebuilt, ranked = map(int, sys.argv[1:])
    contest_round = filled_round(rebuilt)
    board = round_board(contest_round, at=NOON)
    figures = {
        "rebuild_s": timed(lambda: rebuild(board, main_store())),
        "rebuild_memory_s": timed(lambda: rebuild(board, local_store())),
        "rebuild_peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "naive_rank_ms": naive_rank_ms(contest_round),
        "rank_p99_ms": rank_p99_ms(main_store(), ranked),
        "rank_memory_p99_ms": rank_p99_ms(local_store(), ranked),
    }
    sys.stdout.write(msgspec.json.encode(figures).decode())


if __name__ == "__main__":
    main()
