"""What was sealed cannot be rewritten, and no signature taken back: the database refuses it."""

from django.db import migrations

FROZEN = ["contest_id", "round_id", "number", "head", "digest", "sealed_by_id", "sealed_at"]
SIGNED = [
    f"{deed}_{part}"
    for deed in ("confirmed", "published", "withdrawn")
    for part in ("by_id", "at")
] + ["withdrawal_reason"]


def _changed(columns):
    return " OR ".join(f"NEW.{it} IS DISTINCT FROM OLD.{it}" for it in columns)


def _unsigned(columns):
    """Of columns that are filled once and then stay."""
    return " OR ".join(
        f"(coalesce(OLD.{it}::text, '') <> '' AND NEW.{it} IS DISTINCT FROM OLD.{it})"
        for it in columns
    )


POSTGRESQL = f"""
CREATE FUNCTION contest_result_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'a sealed result is append-only'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER contest_resultpart_append_only BEFORE UPDATE OR DELETE ON contest_resultpart
FOR EACH ROW EXECUTE FUNCTION contest_result_refuse();
CREATE TRIGGER contest_resultversion_stays BEFORE DELETE ON contest_resultversion
FOR EACH ROW EXECUTE FUNCTION contest_result_refuse();
CREATE TRIGGER contest_resultversion_frozen BEFORE UPDATE ON contest_resultversion
FOR EACH ROW WHEN ({_changed(FROZEN)} OR {_unsigned(SIGNED)} OR OLD.state = 'withdrawn')
EXECUTE FUNCTION contest_result_refuse();
"""
POSTGRESQL_UNDO = """
DROP TRIGGER contest_resultpart_append_only ON contest_resultpart;
DROP TRIGGER contest_resultversion_stays ON contest_resultversion;
DROP TRIGGER contest_resultversion_frozen ON contest_resultversion;
DROP FUNCTION contest_result_refuse();
"""
# no rule for DELETE here: SQLite has no TRUNCATE, and test databases are emptied by DELETE
SQLITE = [
    """
CREATE TRIGGER contest_resultpart_append_only BEFORE UPDATE ON contest_resultpart
BEGIN SELECT RAISE(ABORT, 'a sealed result is append-only'); END;
""",
    f"""
CREATE TRIGGER contest_resultversion_frozen BEFORE UPDATE ON contest_resultversion
WHEN {" OR ".join(f"NEW.{it} IS NOT OLD.{it}" for it in FROZEN)}
  OR {" OR ".join(f"(coalesce(OLD.{it}, '') <> '' AND NEW.{it} IS NOT OLD.{it})" for it in SIGNED)}
  OR OLD.state = 'withdrawn'
BEGIN SELECT RAISE(ABORT, 'a sealed result is append-only'); END;
""",
]
SQLITE_UNDO = [
    "DROP TRIGGER contest_resultpart_append_only;",
    "DROP TRIGGER contest_resultversion_frozen;",
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
    dependencies = [("contest", "0018_results_and_complaints")]
    operations = [migrations.RunPython(forwards, backwards)]
