import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing has written statistics before this version: the old table is empty, and made anew."""

    dependencies = [
        ('questionbank', '0005_image_media_type'),
    ]

    operations = [
        migrations.DeleteModel(name='ItemStatistic'),
        migrations.CreateModel(
            name='SittingStatistic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sitting', models.CharField(max_length=150, unique=True)),
                ('name', models.CharField(max_length=330, verbose_name='kỳ thi')),
                ('measured_at', models.DateTimeField(verbose_name='tính lúc')),
                ('attempts', models.PositiveIntegerField(verbose_name='số bài')),
                ('paper_length', models.PositiveSmallIntegerField(verbose_name='số câu mỗi đề')),
                ('paper_count', models.PositiveIntegerField(verbose_name='số bài có chừng ấy câu')),
                ('kr20', models.FloatField(null=True, verbose_name='KR-20')),
                ('alpha', models.FloatField(null=True, verbose_name='Cronbach alpha')),
                ('papers_differ', models.BooleanField(verbose_name='đề mỗi người một khác')),
            ],
            options={
                'verbose_name': 'thống kê kỳ thi',
                'verbose_name_plural': 'thống kê kỳ thi',
                'ordering': ['-measured_at', 'sitting'],
            },
        ),
        migrations.CreateModel(
            name='ItemStatistic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answered', models.PositiveIntegerField(verbose_name='số lượt gặp')),
                ('facility', models.FloatField(verbose_name='tỷ lệ đúng')),
                ('discrimination', models.FloatField(null=True, verbose_name='độ phân biệt')),
                ('omitted_share', models.FloatField(null=True, verbose_name='tỷ lệ bỏ trống')),
                ('option_shares', models.JSONField(verbose_name='tỷ lệ chọn')),
                ('median_ms', models.PositiveIntegerField(null=True, verbose_name='thời gian trung vị')),
                ('flags', models.JSONField(default=list, verbose_name='cảnh báo')),
                ('concern', models.PositiveSmallIntegerField(verbose_name='mức cần xem lại')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statistics', to='questionbank.revision')),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='questionbank.sittingstatistic')),
            ],
            options={
                'verbose_name': 'thống kê câu hỏi',
                'verbose_name_plural': 'thống kê câu hỏi',
                'ordering': ['sitting', 'revision'],
                'constraints': [models.UniqueConstraint(fields=('sitting', 'revision'), name='statistic_once_per_sitting')],
            },
        ),
    ]
