"""Compare what was acknowledged with what the database holds."""

from dataclasses import dataclass

import psycopg

from bench.plan import QUESTIONS, Person

JOURNAL = """
WITH acknowledged (attempt_id, saves) AS (
    SELECT attempt.id, told.saves FROM unnest(%(codes)s::uuid[], %(saves)s::bigint[])
        AS told (code, saves) JOIN contest_attempt AS attempt ON attempt.code = told.code
), journal AS (
    SELECT acknowledged.attempt_id, acknowledged.saves, count(event.id) AS rows,
           count(DISTINCT event.client_number) AS numbers,
           coalesce(max(event.client_number), 0) AS newest
    FROM acknowledged LEFT JOIN contest_answerevent AS event USING (attempt_id)
    GROUP BY 1, 2
)
SELECT coalesce(sum(rows), 0)::bigint,
       count(*) FILTER (WHERE rows <> saves OR numbers <> saves OR newest <> saves)
FROM journal
"""
# of a person's saves 1, 2, ... n the newest at a position is n - (n - position) mod QUESTIONS
CURRENT = """
WITH acknowledged (attempt_id, saves) AS (
    SELECT attempt.id, told.saves FROM unnest(%(codes)s::uuid[], %(saves)s::bigint[])
        AS told (code, saves) JOIN contest_attempt AS attempt ON attempt.code = told.code
), expected AS (
    SELECT attempt_id, position, CASE WHEN saves < position THEN 0
               ELSE saves - (saves - position) %% %(questions)s END AS number
    FROM acknowledged CROSS JOIN generate_series(1, %(questions)s) AS position
)
SELECT count(*) FROM expected JOIN contest_answer AS answer USING (attempt_id, position)
WHERE answer.client_number <> expected.number OR answer.response <>
    CASE WHEN number = 0 THEN '' ELSE substr('ABCD', (number %% 4)::int + 1, 1) END
"""


@dataclass(frozen=True)
class Comparison:
    """Of saves numbered from 1 on papers that nobody else has saved to."""

    acknowledged: int
    journal_rows: int
    wrong_journals: int  # attempts that do not hold every number exactly once
    wrong_answers: int  # rows that do not hold the newest acknowledged save

    @property
    def is_exact(self) -> bool:
        return (
            self.acknowledged == self.journal_rows
            and not self.wrong_journals
            and not self.wrong_answers
        )


def compare(database_url: str, people: list[Person], acknowledged: list[int]) -> Comparison:
    told = {
        "codes": [person.code for person in people],
        "saves": acknowledged,
        "questions": QUESTIONS,
    }
    with psycopg.connect(database_url) as connection:
        journal = connection.execute(JOURNAL, told).fetchone()
        current = connection.execute(CURRENT, told).fetchone()
    assert journal is not None
    assert current is not None
    return Comparison(sum(acknowledged), journal[0], journal[1], current[0])
