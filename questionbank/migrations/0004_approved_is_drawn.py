from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('questionbank', '0003_approved_revision'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'approved'), _negated=True), models.Q(('approved_revision', models.F('current_revision')), ('current_revision__isnull', False)), _connector='OR'), name='question_approved_has_a_revision'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'retired'), _negated=True), ('approved_revision', None), _connector='OR'), name='question_retired_is_not_drawn'),
        ),
    ]
