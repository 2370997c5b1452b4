"""The jury's log cannot be rewritten: the database refuses to change a line."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION contest_decision_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'contest_decision is append-only'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER contest_decision_append_only BEFORE UPDATE OR DELETE ON contest_decision
FOR EACH ROW EXECUTE FUNCTION contest_decision_refuse();
"""
POSTGRESQL_UNDO = """
DROP TRIGGER contest_decision_append_only ON contest_decision;
DROP FUNCTION contest_decision_refuse();
"""
# no rule for DELETE here: SQLite has no TRUNCATE, and test databases are emptied by DELETE
SQLITE = """
CREATE TRIGGER contest_decision_append_only BEFORE UPDATE ON contest_decision
BEGIN SELECT RAISE(ABORT, 'contest_decision is append-only'); END;
"""
SQLITE_UNDO = "DROP TRIGGER contest_decision_append_only;"


def _run(schema_editor, postgresql, sqlite):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sqlite if is_sqlite else postgresql)


def forwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def backwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL_UNDO, SQLITE_UNDO)


class Migration(migrations.Migration):
    dependencies = [("contest", "0006_decisions")]
    operations = [migrations.RunPython(forwards, backwards)]
