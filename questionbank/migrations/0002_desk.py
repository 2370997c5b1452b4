"""Everything the desk of the drafting team needs; see docs/architecture.md."""

import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('questionbank', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AcceptedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='thứ tự')),
                ('text', models.CharField(max_length=200, verbose_name='đáp án được chấp nhận')),
            ],
            options={
                'verbose_name': 'đáp án được chấp nhận',
                'verbose_name_plural': 'đáp án được chấp nhận',
                'ordering': ['revision', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='nhận xét')),
                ('at', models.DateTimeField(verbose_name='lúc')),
            ],
            options={
                'verbose_name': 'nhận xét',
                'verbose_name_plural': 'nhận xét',
                'ordering': ['question', 'at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('content', models.BinaryField()),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': 'hình ảnh',
                'verbose_name_plural': 'hình ảnh',
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='tệp')),
                ('format', models.CharField(max_length=20, verbose_name='định dạng')),
                ('options', models.JSONField(default=dict)),
                ('content', models.BinaryField()),
                ('uploaded_at', models.DateTimeField(verbose_name='tải lên lúc')),
                ('state', models.CharField(choices=[('looking', 'Đang xem trước'), ('previewed', 'Đã xem trước'), ('applying', 'Đang nhập'), ('applied', 'Đã nhập'), ('failed', 'Không đọc được')], default='looking', max_length=12)),
                ('report', models.JSONField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'tệp nhập câu hỏi',
                'verbose_name_plural': 'tệp nhập câu hỏi',
                'ordering': ['-uploaded_at'],
            },
        ),
        migrations.CreateModel(
            name='ItemStatistic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sitting', models.CharField(max_length=60)),
                ('sitting_name', models.CharField(max_length=300, verbose_name='kỳ thi')),
                ('measured_at', models.DateTimeField(verbose_name='tính lúc')),
                ('answered', models.PositiveIntegerField(verbose_name='số lượt gặp')),
                ('facility', models.FloatField(verbose_name='tỷ lệ đúng')),
                ('discrimination', models.FloatField(null=True, verbose_name='độ phân biệt')),
                ('omitted_share', models.FloatField(verbose_name='tỷ lệ bỏ trống')),
                ('option_shares', models.JSONField(verbose_name='tỷ lệ chọn')),
                ('median_ms', models.PositiveIntegerField(null=True, verbose_name='thời gian trung vị')),
                ('flags', models.JSONField(default=list, verbose_name='cảnh báo')),
            ],
            options={
                'verbose_name': 'thống kê câu hỏi',
                'verbose_name_plural': 'thống kê câu hỏi',
                'ordering': ['-measured_at', 'revision'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.CharField(max_length=200, verbose_name='trả lời')),
                ('matches_key', models.BooleanField(verbose_name='khớp đáp án')),
                ('answered_at', models.DateTimeField(verbose_name='trả lời lúc')),
                ('verdict', models.CharField(blank=True, choices=[('approved', 'Duyệt'), ('returned', 'Trả lại')], max_length=20, verbose_name='kết luận')),
                ('note', models.TextField(blank=True, verbose_name='nhận xét')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='kết luận lúc')),
            ],
            options={
                'verbose_name': 'lượt thẩm định',
                'verbose_name_plural': 'lượt thẩm định',
                'ordering': ['revision', 'answered_at'],
            },
        ),
        migrations.CreateModel(
            name='RevisionImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('description', models.CharField(max_length=300, verbose_name='mô tả hình ảnh')),
            ],
            options={
                'verbose_name': 'hình của câu hỏi',
                'verbose_name_plural': 'hình của câu hỏi',
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='nhãn')),
                ('folded_name', models.CharField(editable=False, max_length=40, unique=True)),
            ],
            options={
                'verbose_name': 'nhãn',
                'verbose_name_plural': 'nhãn',
                'ordering': ['folded_name'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='question',
            name='question_approved_has_a_revision',
        ),
        migrations.RemoveConstraint(
            model_name='revision',
            name='revision_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='source',
            name='source_named_once_per_revision',
        ),
        migrations.RemoveIndex(
            model_name='question',
            name='question_by_set_and_topic',
        ),
        migrations.AddField(
            model_name='legaldocument',
            name='link',
            field=models.CharField(blank=True, db_default='', default='', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='liên kết'),
        ),
        migrations.AddField(
            model_name='question',
            name='approved_revision',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionbank.revision'),
        ),
        migrations.AddField(
            model_name='revision',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người sửa'),
        ),
        migrations.AddField(
            model_name='revision',
            name='number_key',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=15, null=True, verbose_name='đáp số'),
        ),
        migrations.AddField(
            model_name='revision',
            name='scoring',
            field=models.CharField(choices=[('all_or_nothing', 'Đúng hết mới có điểm'), ('partial', 'Có điểm từng phần')], db_default='all_or_nothing', default='all_or_nothing', max_length=20, verbose_name='cách chấm'),
        ),
        migrations.AddField(
            model_name='revision',
            name='tolerance',
            field=models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=15, verbose_name='sai số'),
        ),
        migrations.AddField(
            model_name='source',
            name='is_historical',
            field=models.BooleanField(db_default=False, default=False, help_text='Câu hỏi vẫn dùng được sau khi văn bản hết hiệu lực.', verbose_name='hỏi về quy định trước đây'),
        ),
        migrations.AddField(
            model_name='source',
            name='link',
            field=models.CharField(blank=True, db_default='', default='', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='liên kết'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='kind',
            field=models.CharField(choices=[('single_choice', 'Một lựa chọn'), ('multiple_choice', 'Nhiều lựa chọn'), ('true_false', 'Đúng hoặc sai'), ('short_text', 'Trả lời ngắn'), ('number', 'Điền số')], max_length=20, verbose_name='dạng'),
        ),
        migrations.AlterField(
            model_name='source',
            name='article',
            field=models.CharField(blank=True, max_length=300, verbose_name='điều, khoản'),
        ),
        migrations.AlterField(
            model_name='source',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='questionbank.legaldocument'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['position', 'name'], name='topic_in_order'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['single_choice', 'multiple_choice', 'true_false', 'short_text', 'number'])), name='revision_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('scoring', 'all_or_nothing'), models.Q(('kind', 'multiple_choice'), ('scoring', 'partial')), _connector='OR'), name='revision_partial_only_for_several_choices'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'number'), ('number_key__isnull', False)), models.Q(models.Q(('kind', 'number'), _negated=True), ('number_key', None), ('tolerance', 0)), _connector='OR'), name='revision_number_exactly_for_numbers'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('tolerance__gte', 0)), name='revision_tolerance_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', False)), fields=('revision', 'document', 'article', 'link'), name='source_named_once_per_revision'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(condition=models.Q(('document', None)), fields=('revision', 'article', 'link'), name='source_without_document_named_once'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('document__isnull', False), models.Q(('article', ''), _negated=True), models.Q(('link', ''), _negated=True), _connector='OR'), name='source_says_something'),
        ),
        migrations.AddField(
            model_name='acceptedanswer',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accepted_answers', to='questionbank.revision'),
        ),
        migrations.AddField(
            model_name='comment',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='questionbank.question'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('height__gt', 0), ('width__gt', 0)), name='image_has_an_extent'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='itemstatistic',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statistics', to='questionbank.revision'),
        ),
        migrations.AddField(
            model_name='review',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='questionbank.revision'),
        ),
        migrations.AddField(
            model_name='revisionimage',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionbank.image'),
        ),
        migrations.AddField(
            model_name='revisionimage',
            name='revision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='picture', to='questionbank.revision'),
        ),
        migrations.AddField(
            model_name='question',
            name='tags',
            field=models.ManyToManyField(blank=True, to='questionbank.tag', verbose_name='nhãn'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('approved_revision__isnull', False)), fields=['question_set', 'topic'], name='question_drawn_by_set'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['status', 'code'], name='question_by_status'),
        ),
        migrations.AddConstraint(
            model_name='acceptedanswer',
            constraint=models.UniqueConstraint(fields=('revision', 'position'), name='accepted_answer_position_once'),
        ),
        migrations.AddIndex(
            model_name='importfile',
            index=models.Index(fields=['owner', '-uploaded_at'], name='import_by_owner'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['looking', 'previewed', 'applying', 'applied', 'failed'])), name='import_state_known'),
        ),
        migrations.AddIndex(
            model_name='itemstatistic',
            index=models.Index(fields=['sitting'], name='statistic_by_sitting'),
        ),
        migrations.AddConstraint(
            model_name='itemstatistic',
            constraint=models.UniqueConstraint(fields=('revision', 'sitting'), name='statistic_once_per_sitting'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('revision', 'reviewer'), name='review_once_per_reviewer'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('author', None), models.Q(('author', models.F('reviewer')), _negated=True), _connector='OR'), name='review_is_not_by_the_author'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('verdict', '')), models.Q(('decided_at__isnull', False), ('verdict__in', ['approved', 'returned'])), _connector='OR'), name='review_decided_exactly_with_a_verdict'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'returned'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='review_returns_with_a_note'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'approved'), _negated=True), ('matches_key', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='review_explains_a_mismatch'),
        ),
        migrations.AddConstraint(
            model_name='revisionimage',
            constraint=models.CheckConstraint(condition=models.Q(('description', ''), _negated=True), name='revision_image_is_described'),
        ),
    ]
