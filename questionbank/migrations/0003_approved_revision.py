"""What was approved until now goes on being drawn."""

from django.db import migrations
from django.db.models import F


def draw_what_is_approved(apps, schema_editor):
    questions = apps.get_model("questionbank", "Question").objects
    questions.filter(status="approved").update(approved_revision=F("current_revision"))


def leave(apps, schema_editor):
    """Going back, the column goes as a whole."""


class Migration(migrations.Migration):

    dependencies = [
        ('questionbank', '0002_desk'),
    ]

    operations = [
        migrations.RunPython(draw_what_is_approved, leave),
    ]
