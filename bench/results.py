"""Measure the jury's results on this machine: `make bench-results`.

100,000 people with two attempts each at a round that goes by the longest chain: prediction, time,
age, lot. `rank_pure_100k_s` is the pure function alone, `rank_100k_s` from the database with names
and units, as the jury's page and the exports read it. `rank_sql_100k_s` is the bare minimum beside
it: the same order and the same columns by one statement of PostgreSQL, written for these rules and
no others, without places explained.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

import django
from django.core.management import call_command
from django.db import connection

django.setup()

from bench.figures import figure  # noqa: E402 (the apps are loaded from here on)
from contest.enums import AttemptPolicy  # noqa: E402
from contest.models import LotDraw, PredictionTruth, RankingRules  # noqa: E402
from contest.queries.results import tried  # noqa: E402
from contest.results.queries import prediction_truths, round_standings  # noqa: E402
from contest.rules.ranking import Facts, Tried, standings  # noqa: E402
from tests.factories import (  # noqa: E402
    NOON,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    UnitFactory,
)

T = TypeVar("T")

PEOPLE, UNITS = 100_000, 200
CHAIN = ["score", "nearest", "time_used", "earlier", "older", "lot"]

FILL = (
    """
INSERT INTO accounts_user (password, is_superuser, phone_verified, full_name, kind, is_staff,
                           is_active, joined_at, email)
SELECT '', false, false, 'Người đo ' || n, 'citizen', false, true, %(noon)s,
       'do-' || n || '@vidu.vn'
FROM generate_series(1, %(count)s) AS n
""",
    """
INSERT INTO contest_participant (contest_id, user_id, unit_id, full_name, kind, joined_at)
SELECT %(contest)s, id, %(units)s + id %% 200, full_name, 'citizen', %(noon)s
FROM accounts_user WHERE email LIKE 'do-%%'
""",
    """
INSERT INTO contest_registration (participant_id, born_on, sex, phone, email, address, position,
                                  name_key, findings, registered_by, registered_at)
SELECT id, date '1950-01-01' + (id %% 18000)::int, '', '', '', '', '', '', '[]', 'person', %(noon)s
FROM contest_participant WHERE contest_id = %(contest)s
""",
    # three in five are perfect, as in real weeks
    """
INSERT INTO contest_attempt (code, round_id, participant_id, number, seed, started_at, deadline_at,
                             submitted_at, closed_by, elapsed_ms, score, max_score, correct_count,
                             receipt_code, prediction)
SELECT gen_random_uuid(), %(round)s, id, number, 1, %(noon)s, %(noon)s + interval '1 hour',
       %(noon)s + interval '1 ms' * (id * 7919 %% 900000 + number), 'participant',
       id * 7919 %% 900000 + number, least(20, 15 + id %% 13), 20, least(20, 15 + id %% 13),
       number || lpad(id::text, 9, '0'), 90000 + id * 31 %% 20000
FROM contest_participant, generate_series(1, 2) AS number WHERE contest_id = %(contest)s
""",
    "ANALYZE",
)


# what `rank_100k_s` is held against
SQL_ORDER = """
WITH counted AS (
    SELECT DISTINCT ON (participant_id) * FROM contest_attempt
    WHERE round_id = %s AND submitted_at IS NOT NULL AND is_counted
    ORDER BY participant_id, score DESC, elapsed_ms, submitted_at, number)
SELECT rank() OVER chain, counted.participant_id, score, max_score, correct_count, elapsed_ms,
       submitted_at, receipt_code, participant.full_name, participant.kind, unit.name, unit.kind
FROM counted
JOIN contest_participant AS participant ON participant.id = counted.participant_id
JOIN contest_registration AS registration USING (participant_id)
LEFT JOIN accounts_unit AS unit ON unit.id = participant.unit_id
WINDOW chain AS (ORDER BY score DESC, abs(prediction - %s), elapsed_ms, submitted_at, born_on,
                 encode(sha256(convert_to(%s || ':' || receipt_code, 'UTF8')), 'hex') COLLATE "C")
ORDER BY 1, 2
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    for line in ranking_lines(PEOPLE):
        print(line)


def ranking_lines(count: int) -> list[str]:
    """Fills the database, which must be PostgreSQL, migrated, and may be thrown away."""
    contest_round: Any = filled_round(count)
    from_database, ranked = _timed(lambda: round_standings(contest_round))
    rules = RankingRules.objects.get().as_rules()
    both = _both_attempts(contest_round.pk)
    facts = Facts(
        truths=prediction_truths([contest_round]),
        birthdays={pk: date(1950, 1, 1) + timedelta(days=pk % 18000) for pk, _tried in both},
        lot_number=LotDraw.objects.get().number,
    )
    attempts = [it for _pk, each in both for it in each]
    Random(1).shuffle(attempts)  # noqa: S311 (made-up order)
    pure, order = _timed(lambda: standings(attempts, rules, facts))
    bare, in_sql = _timed(lambda: _sql_order(contest_round.pk, facts))
    same = in_sql == [it.result.participant_id for it in order]
    same &= [it.result.participant_id for it in order] == [it.participant_id for it in ranked.rows]
    if not same or len(order) != count:
        raise SystemExit("the database's order is not the pure one")
    return [
        figure("rank_sql_100k_s", bare, "s"),
        figure("rank_vs_sql", from_database / bare, "times the one statement"),
        figure("rank_100k_s", from_database, "s"),
        figure("rank_pure_100k_s", pure, "s"),
    ]


def filled_round(count: int) -> Any:
    contest_round: Any = RoundFactory()  # type: ignore[no-untyped-call]  # factories are untyped
    contest = contest_round.contest
    RankingRulesFactory(contest=contest, chain=CHAIN)  # type: ignore[no-untyped-call]
    PredictionQuestionFactory(round=contest_round)  # type: ignore[no-untyped-call]
    units: list[Any] = UnitFactory.create_batch(UNITS)
    values = {"count": count, "noon": NOON, "units": units[0].pk}
    values |= {"contest": contest.pk, "round": contest_round.pk}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values if "%(" in statement else None)
    PredictionTruth.objects.create(round=contest_round, value=count, counted_at=NOON, settings={})
    jury: Any = RoleGrantFactory()  # type: ignore[no-untyped-call]
    LotDraw.objects.create(
        contest=contest,
        round=contest_round,
        number="58213",
        source="Đo",
        announced_by=jury.user,
        announced_at=NOON,
    )
    return contest_round


def _sql_order(round_id: int, facts: Facts) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(SQL_ORDER, [round_id, facts.truths[round_id, None], facts.lot_number])
        return [row[1] for row in cursor.fetchall()]


def _both_attempts(round_id: int) -> list[tuple[int, list[Tried]]]:
    """Of everybody, whatever counts of them: so that the pure function has to choose."""
    everything = replace(RankingRules.objects.get().as_rules(), attempts=AttemptPolicy.SUM)
    return list(tried(round_ids=[round_id], rules=everything).items())


def _timed(deed: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = deed()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    main()
