"""Answers get room for texts while people save: PostgreSQL rewrites no row."""

import pytest
from django.db import connection

BEFORE = ("contest", "0008_registration")
AFTER = ("contest", "0009_written_answers")
STORED_AS = """
SELECT relname, relfilenode FROM pg_class
WHERE relname IN ('contest_answer', 'contest_answerevent') ORDER BY relname
"""
WIDTHS = """
SELECT table_name, character_maximum_length FROM information_schema.columns
WHERE table_name IN ('contest_answer', 'contest_answerevent') AND column_name = 'response'
ORDER BY table_name
"""


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.mark.postgres
def test_the_columns_are_widened_in_the_catalogue_alone(migrate):
    migrate(BEFORE)
    stored_as = rows(STORED_AS)  # a table that is rewritten gets another file
    assert rows(WIDTHS) == [("contest_answer", 26), ("contest_answerevent", 26)]

    migrate(AFTER)

    assert rows(WIDTHS) == [("contest_answer", 200), ("contest_answerevent", 200)]
    assert rows(STORED_AS) == stored_as
