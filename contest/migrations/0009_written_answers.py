from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for answers that are typed.

    PostgreSQL widens a varchar in its catalogue alone: no row is rewritten or read, and saving goes
    on. Take it back only while no typed answer is longer than 26 characters.
    """

    dependencies = [("contest", "0008_registration")]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="choice_order",
            field=models.CharField(blank=True, max_length=26, verbose_name="thứ tự phương án"),
        ),
        migrations.AlterField(
            model_name="answer",
            name="response",
            field=models.CharField(blank=True, max_length=200, verbose_name="trả lời"),
        ),
        migrations.AlterField(
            model_name="answerevent",
            name="response",
            field=models.CharField(blank=True, max_length=200, verbose_name="trả lời"),
        ),
    ]
