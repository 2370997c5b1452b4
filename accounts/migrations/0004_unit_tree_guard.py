"""No unit stands below itself: the database refuses what would make the tree go round."""

from django.db import migrations

# the lock keeps two moves apart that would make a circle only together; services take it first
POSTGRESQL = """
CREATE FUNCTION accounts_unit_refuse_circle() RETURNS trigger AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('accounts_unit'));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION SELECT u.parent_id FROM accounts_unit u JOIN above ON u.id = above.id
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'accounts_unit goes round' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER accounts_unit_no_circle_insert BEFORE INSERT ON accounts_unit
FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION accounts_unit_refuse_circle();
CREATE TRIGGER accounts_unit_no_circle BEFORE UPDATE OF parent_id ON accounts_unit
FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id)
EXECUTE FUNCTION accounts_unit_refuse_circle();
"""
POSTGRESQL_UNDO = """
DROP TRIGGER accounts_unit_no_circle ON accounts_unit;
DROP TRIGGER accounts_unit_no_circle_insert ON accounts_unit;
DROP FUNCTION accounts_unit_refuse_circle();
"""
_SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON accounts_unit WHEN NEW.parent_id IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'accounts_unit goes round') WHERE NEW.id IN (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION SELECT u.parent_id FROM accounts_unit u JOIN above ON u.id = above.id
        )
        SELECT id FROM above
    );
END
"""
SQLITE = [
    _SQLITE.format(name="accounts_unit_no_circle_insert", event="INSERT"),
    _SQLITE.format(name="accounts_unit_no_circle", event="UPDATE OF parent_id"),
]
SQLITE_UNDO = [
    "DROP TRIGGER accounts_unit_no_circle",
    "DROP TRIGGER accounts_unit_no_circle_insert",
]


def _run(schema_editor, postgresql, sqlite):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    with schema_editor.connection.cursor() as cursor:
        for statement in sqlite if is_sqlite else [postgresql]:
            cursor.execute(statement)


def forwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def backwards(_apps, schema_editor):
    _run(schema_editor, POSTGRESQL_UNDO, SQLITE_UNDO)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_unit_history")]
    operations = [migrations.RunPython(forwards, backwards)]
