"""What the board's search compares, filled in while the site is running.

Nothing here waits for long or makes others wait: the columns come with a default of the database,
the rows are filled in small transactions, and PostgreSQL builds the indexes beside the traffic. It
may be stopped and run again.
"""

from django.db import migrations, models

from contest.rules.naming import folded_name, folded_short

BATCH = 1000


class AddIndexOnline(migrations.AddIndex):
    """Without locking the table against writes, where the database can."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        online = schema_editor.connection.vendor == "postgresql"
        # what an interrupted run left behind need not be valid
        word = "CONCURRENTLY" if online else ""
        schema_editor.execute(f"DROP INDEX {word} IF EXISTS {self.index.name}")
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, **({"concurrently": True} if online else {}))


class AddColumn(migrations.AddField):
    """Also where an interrupted run added it already."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table  # noqa: SLF001
        with schema_editor.connection.cursor() as cursor:
            columns = schema_editor.connection.introspection.get_table_description(cursor, table)
        if self.name not in {column.name for column in columns}:
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def fill(apps, schema_editor):
    people = apps.get_model("contest", "Participant").objects
    last = 0
    while batch := list(people.filter(pk__gt=last).order_by("pk").only("full_name")[:BATCH]):
        for person in batch:
            person.folded_name = folded_name(person.full_name)
            person.folded_short = folded_short(person.full_name)
        people.bulk_update(batch, ["folded_name", "folded_short"])
        last = batch[-1].pk


def leave(apps, schema_editor):
    """Going back, the columns go as a whole."""


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('contest', '0003_extra_time_and_outages'),
    ]

    operations = [
        AddColumn(
            model_name='participant',
            name='folded_name',
            field=models.CharField(db_default='', editable=False, max_length=240),
        ),
        AddColumn(
            model_name='participant',
            name='folded_short',
            field=models.CharField(db_default='', editable=False, max_length=240),
        ),
        migrations.RunPython(fill, leave),
        AddIndexOnline(
            model_name='participant',
            index=models.Index(fields=['contest', 'folded_name', 'id'], name='participant_by_folded_name'),
        ),
        AddIndexOnline(
            model_name='participant',
            index=models.Index(fields=['contest', 'folded_short', 'id'], name='participant_by_folded_short'),
        ),
    ]
