import contest.models.ranking
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contest', '0014_deletion_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='prediction',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='số dự đoán'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='prediction_number',
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name='PredictionTruth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveIntegerField(verbose_name='số đúng')),
                ('counted_at', models.DateTimeField(verbose_name='đếm lúc')),
                ('settings', models.JSONField(verbose_name='cách đếm')),
                ('division', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contest.division')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prediction_truths', to='contest.round')),
            ],
            options={
                'verbose_name': 'số đúng của câu dự đoán',
                'verbose_name_plural': 'số đúng của câu dự đoán',
                'ordering': ['round', 'division', '-id'],
            },
        ),
        migrations.CreateModel(
            name='LotDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, verbose_name='con số đã công bố')),
                ('source', models.CharField(max_length=300, verbose_name='nguồn của con số')),
                ('announced_at', models.DateTimeField(verbose_name='công bố lúc')),
                ('announced_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lot_draws', to='contest.contest')),
                ('round', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lot_draws', to='contest.round')),
            ],
            options={
                'verbose_name': 'bốc thăm',
                'verbose_name_plural': 'bốc thăm',
                'constraints': [models.UniqueConstraint(condition=models.Q(('round', None)), fields=('contest',), name='lot_drawn_once_per_contest'), models.UniqueConstraint(condition=models.Q(('round__isnull', False)), fields=('round',), name='lot_drawn_once_per_round'), models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9]+$')), name='lot_number_is_digits'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='lot_names_its_source')],
            },
        ),
        migrations.CreateModel(
            name='PredictionQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('taking_part', 'dự thi'), ('all_correct', 'trả lời đúng tất cả các câu hỏi')], default='taking_part', max_length=12, verbose_name='dự đoán số người')),
                ('scope', models.CharField(choices=[('round', 'Cả kỳ thi'), ('division', 'Bảng dự thi của người dự đoán')], default='round', max_length=10, verbose_name='tính trong')),
                ('unit', models.CharField(choices=[('persons', 'Số người'), ('attempts', 'Số lượt thi')], default='persons', max_length=10, verbose_name='đếm theo')),
                ('leaves_out_struck', models.BooleanField(default=False, verbose_name='không đếm bài đã bị Ban giám khảo hủy')),
                ('is_required', models.BooleanField(default=True, verbose_name='bắt buộc trả lời')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='prediction_question', to='contest.round')),
            ],
            options={
                'verbose_name': 'câu hỏi dự đoán',
                'verbose_name_plural': 'câu hỏi dự đoán',
                'constraints': [models.CheckConstraint(condition=models.Q(('subject__in', ['taking_part', 'all_correct'])), name='prediction_subject_known'), models.CheckConstraint(condition=models.Q(('scope__in', ['round', 'division'])), name='prediction_scope_known'), models.CheckConstraint(condition=models.Q(('unit__in', ['persons', 'attempts'])), name='prediction_unit_known')],
            },
        ),
        migrations.CreateModel(
            name='RankingRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.JSONField(default=contest.models.ranking.usual_chain, verbose_name='xét lần lượt')),
                ('attempts', models.CharField(choices=[('best', 'Lượt thi tốt nhất'), ('first', 'Lượt thi đầu tiên'), ('last', 'Lượt thi cuối cùng'), ('sum', 'Cộng tất cả các lượt thi'), ('average', 'Trung bình các lượt thi')], default='best', max_length=10, verbose_name='lượt thi được tính')),
                ('rounds', models.CharField(choices=[('sum', 'Cộng tất cả các kỳ thi chính thức'), ('best_rounds', 'Cộng một số kỳ thi tốt nhất'), ('separate', 'Mỗi kỳ thi xếp hạng và trao giải riêng, không cộng')], default='sum', max_length=12, verbose_name='qua các kỳ thi')),
                ('best_rounds', models.PositiveSmallIntegerField(default=0, verbose_name='số kỳ tốt nhất được cộng')),
                ('one_prize_per_person', models.BooleanField(default=False, verbose_name='mỗi người chỉ nhận một giải')),
                ('contest', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ranking_rules', to='contest.contest')),
            ],
            options={
                'verbose_name': 'cách xếp hạng',
                'verbose_name_plural': 'cách xếp hạng',
                'constraints': [models.CheckConstraint(condition=models.Q(('attempts__in', ['best', 'first', 'last', 'sum', 'average'])), name='ranking_attempts_known'), models.CheckConstraint(condition=models.Q(('rounds__in', ['sum', 'best_rounds', 'separate'])), name='ranking_rounds_known'), models.CheckConstraint(condition=models.Q(models.Q(('best_rounds__gte', 1), ('rounds', 'best_rounds')), models.Q(models.Q(('rounds', 'best_rounds'), _negated=True), ('best_rounds', 0)), _connector='OR'), name='ranking_best_rounds_go_with_their_policy')],
            },
        ),
    ]
