"""What was changed of a key, and what came of it, cannot be rewritten: the database refuses."""

from django.db import migrations

TABLES = ["contest_keychange", "contest_keychange_rounds", "contest_regraderow"]
POSTGRESQL = """
CREATE FUNCTION {table}_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{table} is append-only'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_refuse();
"""
POSTGRESQL_UNDO = """
DROP TRIGGER {table}_append_only ON {table};
DROP FUNCTION {table}_refuse();
"""
# no rule for DELETE here: SQLite has no TRUNCATE, and test databases are emptied by DELETE
SQLITE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
# to change a constraint SQLite makes the table anew, and its triggers are lost
SQLITE_LOST = """
CREATE TRIGGER IF NOT EXISTS contest_decision_append_only BEFORE UPDATE ON contest_decision
BEGIN SELECT RAISE(ABORT, 'contest_decision is append-only'); END;
"""
SQLITE_UNDO = "DROP TRIGGER {table}_append_only;"


def _run(schema_editor, postgresql, sqlite):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute((sqlite if is_sqlite else postgresql).format(table=table))


def forwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(SQLITE_LOST)


def backwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL_UNDO, SQLITE_UNDO)


class Migration(migrations.Migration):
    dependencies = [("contest", "0020_key_changes")]
    operations = [migrations.RunPython(forwards, backwards)]
