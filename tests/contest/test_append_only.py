"""What the database itself guards. SQLite makes a table anew to change a constraint of it, and its
triggers are lost without a word."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

EVERYWHERE = {
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
}
BESIDES = {
    "sqlite": set(),
    "postgresql": {
        "contest_predictionquestion_frozen",
        "contest_rankingrules_frozen",
        "contest_resultversion_stays",
    },
}
NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def test_no_migration_has_lost_a_trigger():
    with connection.cursor() as cursor:
        cursor.execute(NAMES[connection.vendor])
        names = {row[0] for row in cursor.fetchall()}

    assert names == EVERYWHERE | BESIDES[connection.vendor]
