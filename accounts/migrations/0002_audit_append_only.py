"""The decision log cannot be rewritten: the database refuses to change a line."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION accounts_auditentry_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'accounts_auditentry is append-only'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER accounts_auditentry_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_refuse();
"""
POSTGRESQL_UNDO = """
DROP TRIGGER accounts_auditentry_append_only ON accounts_auditentry;
DROP FUNCTION accounts_auditentry_refuse();
"""
# no rule for DELETE here: SQLite has no TRUNCATE, and test databases are emptied by DELETE
SQLITE = """
CREATE TRIGGER accounts_auditentry_append_only BEFORE UPDATE ON accounts_auditentry
BEGIN SELECT RAISE(ABORT, 'accounts_auditentry is append-only'); END;
"""
SQLITE_UNDO = "DROP TRIGGER accounts_auditentry_append_only;"


def _run(schema_editor, postgresql, sqlite):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sqlite if is_sqlite else postgresql)


def forwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def backwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL_UNDO, SQLITE_UNDO)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
