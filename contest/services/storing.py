"""The one statement that stores a batch of answers, in the words of each database.

A save is kept when its attempt still runs at the save's own instant and no newer save is there;
what is kept goes to the journal in the same transaction. The attempt's row is locked against a
simultaneous submission, which locks it FOR UPDATE before it grades: a save is either graded or
refused, never acknowledged and left out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

POSTGRESQL = """
WITH incoming (ord, attempt_id, position, response, number, at, oldest_deadline) AS (
    SELECT * FROM unnest(
        %s::int[], %s::bigint[], %s::int[], %s::text[], %s::bigint[],
        %s::timestamptz[], %s::timestamptz[])
), running AS (
    SELECT id, deadline_at FROM contest_attempt
    WHERE id = ANY(%s::bigint[]) AND submitted_at IS NULL
    FOR KEY SHARE
), kept AS (
    UPDATE contest_answer AS answer
    SET response = incoming.response, client_number = incoming.number, saved_at = incoming.at
    FROM incoming JOIN running ON running.id = incoming.attempt_id
    WHERE answer.attempt_id = incoming.attempt_id
      AND answer.position = incoming.position
      AND answer.client_number < incoming.number
      AND running.deadline_at >= incoming.oldest_deadline
    RETURNING incoming.ord, answer.attempt_id, answer.position, answer.response,
              answer.client_number, answer.saved_at
), journal AS (
    INSERT INTO contest_answerevent (attempt_id, position, response, client_number, saved_at)
    SELECT attempt_id, position, response, client_number, saved_at FROM kept
)
SELECT ord FROM kept
"""

SQLITE = """
UPDATE contest_answer AS answer
SET response = incoming.response, client_number = incoming.number, saved_at = incoming.at
FROM (
    SELECT value ->> 0 AS attempt_id, value ->> 1 AS position, value ->> 2 AS response,
           value ->> 3 AS number, value ->> 4 AS at, value ->> 5 AS oldest_deadline
    FROM json_each(%s)
) AS incoming
JOIN contest_attempt AS attempt ON attempt.id = incoming.attempt_id
WHERE answer.attempt_id = incoming.attempt_id
  AND answer.position = incoming.position
  AND answer.client_number < incoming.number
  AND attempt.submitted_at IS NULL
  AND attempt.deadline_at >= incoming.oldest_deadline
RETURNING attempt_id, position, response, client_number, saved_at
"""
SQLITE_JOURNAL = """
INSERT INTO contest_answerevent (attempt_id, position, response, client_number, saved_at)
VALUES (%s, %s, %s, %s, %s)
"""


# Two devices of one person, at two processes, may want the same answers in another order each;
# the database then breaks one of the statements off.
BROKEN_OFF = (DeadlockDetected, SerializationFailure)
DEADLOCKS_BORNE = 3


@dataclass(frozen=True, slots=True)
class Save:
    """A checked answer on its way to the database: `response` is tidy, see responding.py."""

    attempt_id: int
    position: int
    response: str
    client_number: int
    at: datetime

    @property
    def place(self) -> tuple[int, int]:
        return self.attempt_id, self.position


def store(saves: Sequence[Save], *, grace: timedelta) -> set[int]:
    """Write a batch that names each question of each attempt once; commit; say which were kept.

    Returns the indexes of the saves that were kept. Raises django.db.Error, and then nothing of
    the batch is stored.
    """
    if connection.vendor != "postgresql":
        return _store_sqlite(saves, grace)
    for _try in range(DEADLOCKS_BORNE):
        try:
            return _store_postgresql(saves, grace)
        except OperationalError as error:  # nothing of the statement is left
            if connection.in_atomic_block or not isinstance(error.__cause__, BROKEN_OFF):
                raise
    return _store_postgresql(saves, grace)


def _store_postgresql(saves: Sequence[Save], grace: timedelta) -> set[int]:
    # always in one order: two processes that save to the same papers rarely lock each other out
    order = sorted(range(len(saves)), key=lambda index: saves[index].place)
    rows = [saves[index] for index in order]
    columns: tuple[list[Any], ...] = (
        order,
        [save.attempt_id for save in rows],
        [save.position for save in rows],
        [save.response for save in rows],
        [save.client_number for save in rows],
        [save.at for save in rows],
        [save.at - grace for save in rows],
        list({save.attempt_id for save in rows}),
    )
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL, columns)
        return {row[0] for row in cursor.fetchall()}


def _store_sqlite(saves: Sequence[Save], grace: timedelta) -> set[int]:
    instant = connection.ops.adapt_datetimefield_value
    incoming = [
        [
            save.attempt_id,
            save.position,
            save.response,
            save.client_number,
            instant(save.at),
            instant(save.at - grace),
        ]
        for save in saves
    ]
    index_of = {save.place: index for index, save in enumerate(saves)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQLITE, [json.dumps(incoming)])
        kept = cursor.fetchall()
        cursor.executemany(SQLITE_JOURNAL, kept)
    return {index_of[row[0], row[1]] for row in kept}
