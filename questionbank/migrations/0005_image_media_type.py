from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """No picture could be stored before: the default is for a table without rows."""

    dependencies = [
        ('questionbank', '0004_approved_is_drawn'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='kept_at',
            field=models.DateTimeField(db_default=Now()),
        ),
        migrations.AddField(
            model_name='image',
            name='media_type',
            field=models.CharField(choices=[('image/png', 'PNG'), ('image/jpeg', 'JPEG')], default='image/png', max_length=20),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('media_type__in', ['image/png', 'image/jpeg'])), name='image_media_type_known'),
        ),
    ]
