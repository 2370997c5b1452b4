import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_user_anonymised'),
        ('contest', '0016_ranking_frozen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PrizeBoard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='tên bảng giải')),
                ('kind', models.CharField(choices=[('individual', 'Cá nhân'), ('collective', 'Tập thể')], default='individual', max_length=12, verbose_name='giải')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='thứ tự')),
                ('unit_kind', models.CharField(blank=True, choices=[('department', 'Sở, ban, ngành'), ('district', 'Ủy ban nhân dân cấp huyện'), ('commune', 'Ủy ban nhân dân cấp xã'), ('central', 'Cơ quan trung ương đóng trên địa bàn'), ('public_service', 'Đơn vị sự nghiệp công lập'), ('other', 'Doanh nghiệp, tổ chức, cộng đồng dân cư')], max_length=20, verbose_name='khối')),
                ('criteria', models.JSONField(blank=True, default=list, verbose_name='xét lần lượt')),
                ('min_people', models.PositiveIntegerField(default=0, verbose_name='số người dự thi tối thiểu')),
                ('min_percent', models.PositiveSmallIntegerField(default=0, verbose_name='tỷ lệ dự thi tối thiểu (%)')),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prize_boards', to='contest.contest')),
                ('division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contest.division', verbose_name='bảng dự thi')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contest.round', verbose_name='kỳ thi')),
            ],
            options={
                'verbose_name': 'bảng giải',
                'verbose_name_plural': 'bảng giải',
                'ordering': ['contest', 'position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Prize',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='thứ tự')),
                ('name', models.CharField(max_length=80, verbose_name='tên giải')),
                ('count', models.PositiveSmallIntegerField(verbose_name='số giải')),
                ('amount', models.PositiveBigIntegerField(default=0, verbose_name='trị giá một giải (đồng)')),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prizes', to='contest.prizeboard')),
            ],
            options={
                'verbose_name': 'giải',
                'verbose_name_plural': 'giải',
                'ordering': ['board', 'position'],
            },
        ),
        migrations.CreateModel(
            name='AwardOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='lý do')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('lifted_at', models.DateTimeField(null=True, verbose_name='bãi bỏ lúc')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contest.participant')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('prize', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='contest.prize')),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='contest.prizeboard')),
            ],
            options={
                'verbose_name': 'điều chỉnh giải',
                'verbose_name_plural': 'điều chỉnh giải',
                'ordering': ['board', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(null=True, verbose_name='hạng')),
                ('given_at', models.DateTimeField(verbose_name='lúc')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='contest.participant')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='accounts.unit')),
                ('override', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contest.awardoverride')),
                ('prize', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='contest.prize')),
            ],
            options={
                'verbose_name': 'giải được trao',
                'verbose_name_plural': 'giải được trao',
                'ordering': ['prize', 'place', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('participant__isnull', False), ('unit', None)), models.Q(('participant', None), ('unit__isnull', False)), _connector='OR'), name='award_has_one_winner'), models.UniqueConstraint(fields=('prize', 'participant'), name='award_prize_once_per_person'), models.UniqueConstraint(fields=('prize', 'unit'), name='award_prize_once_per_unit')],
            },
        ),
        migrations.AddConstraint(
            model_name='prizeboard',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['individual', 'collective'])), name='prize_board_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='prizeboard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'individual'), _negated=True), models.Q(('min_people', 0), ('min_percent', 0), ('unit_kind', '')), _connector='OR'), name='prize_board_of_people_says_nothing_of_units'),
        ),
        migrations.AddConstraint(
            model_name='prizeboard',
            constraint=models.CheckConstraint(condition=models.Q(('min_percent__lte', 100)), name='prize_board_percent_bounded'),
        ),
        migrations.AddConstraint(
            model_name='prize',
            constraint=models.UniqueConstraint(fields=('board', 'position'), name='prize_position_once_per_board'),
        ),
        migrations.AddConstraint(
            model_name='prize',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='prize_given_at_least_once'),
        ),
        migrations.AddConstraint(
            model_name='awardoverride',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('participant__isnull', False), ('unit', None)), models.Q(('participant', None), ('unit__isnull', False)), _connector='OR'), name='override_is_about_one_winner'),
        ),
        migrations.AddConstraint(
            model_name='awardoverride',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_gives_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='awardoverride',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='override_is_lifted_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='awardoverride',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None), ('participant__isnull', False)), fields=('board', 'participant'), name='override_one_in_force_per_person'),
        ),
        migrations.AddConstraint(
            model_name='awardoverride',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None), ('unit__isnull', False)), fields=('board', 'unit'), name='override_one_in_force_per_unit'),
        ),
    ]
