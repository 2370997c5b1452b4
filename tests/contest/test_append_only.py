"""SQLite makes a table anew to change a constraint, and its triggers are lost without a word."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its triggers")
def test_what_no_migration_may_lose():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        names = [row[0] for row in cursor.fetchall()]

    assert names == [
        "accounts_auditentry_append_only",
        "accounts_unit_no_circle",
        "accounts_unit_no_circle_insert",
        "contest_decision_append_only",
        "contest_keychange_append_only",
        "contest_keychange_rounds_append_only",
        "contest_lotdraw_frozen",
        "contest_regraderow_append_only",
        "contest_resultpart_append_only",
        "contest_resultversion_frozen",
    ]
