"""Rules do not change under those whom they rank: the database refuses it.

SQLite guards only the lots: a trigger there that reads another table stands in the way of every
later migration that rebuilds that table.
"""

from django.db import migrations

# once somebody has started an official round, or the round that asks for the prediction
STARTED_OFFICIAL = """EXISTS (
    SELECT 1 FROM contest_attempt JOIN contest_round ON contest_round.id = contest_attempt.round_id
    WHERE contest_round.kind = 'official' AND contest_round.contest_id = {row}.contest_id)"""
STARTED_ROUND = """EXISTS (
    SELECT 1 FROM contest_attempt WHERE contest_attempt.round_id = {row}.round_id)"""
GUARDED = {
    "contest_rankingrules": STARTED_OFFICIAL,
    "contest_predictionquestion": STARTED_ROUND,
}
GUARD = """
CREATE FUNCTION {table}_refuse() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF {was} THEN
            RAISE EXCEPTION '{table} is frozen' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF {will_be} THEN
            RAISE EXCEPTION '{table} is frozen' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    RETURN OLD;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_refuse();
"""
UNGUARD = """
DROP TRIGGER {table}_frozen ON {table};
DROP FUNCTION {table}_refuse();
"""
# what was announced in public stays
LOT_POSTGRESQL = """
CREATE FUNCTION contest_lotdraw_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'contest_lotdraw is append-only'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER contest_lotdraw_frozen BEFORE UPDATE OR DELETE ON contest_lotdraw
FOR EACH ROW EXECUTE FUNCTION contest_lotdraw_refuse();
"""
# no rule for DELETE here: SQLite has no TRUNCATE, and test databases are emptied by DELETE
LOT_SQLITE = """
CREATE TRIGGER contest_lotdraw_frozen BEFORE UPDATE ON contest_lotdraw
BEGIN SELECT RAISE(ABORT, 'contest_lotdraw is append-only'); END;
"""
LOT_SQLITE_UNDO = "DROP TRIGGER contest_lotdraw_frozen;"


def forwards(_apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(LOT_SQLITE)
            return
        cursor.execute(LOT_POSTGRESQL)
        for table, started in GUARDED.items():
            was, will_be = started.format(row="OLD"), started.format(row="NEW")
            cursor.execute(GUARD.format(table=table, was=was, will_be=will_be))


def backwards(_apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(LOT_SQLITE_UNDO)
            return
        for table in (*GUARDED, "contest_lotdraw"):
            cursor.execute(UNGUARD.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("contest", "0015_ranking_rules")]
    operations = [migrations.RunPython(forwards, backwards)]
