"""What the bank's list is filtered by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from questionbank.enums import Difficulty, QuestionStatus
from questionbank.models import QuestionSet, Topic


class QuestionFilterForm(forms.Form):
    """Every filter may be empty; one that is unknown filters nothing."""

    q = forms.CharField(label=_("Tìm theo nội dung hoặc mã"), max_length=200, required=False)
    topic = forms.ModelChoiceField(
        label=_("Chủ đề"),
        queryset=Topic.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi chủ đề"),
    )
    question_set = forms.ModelChoiceField(
        label=_("Bộ câu hỏi"),
        queryset=QuestionSet.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi bộ câu hỏi"),
    )
    difficulty = forms.ChoiceField(
        label=_("Mức độ"),
        choices=[("", _("Mọi mức độ")), *Difficulty.choices],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Trạng thái"),
        choices=[("", _("Mọi trạng thái")), *QuestionStatus.choices],
        required=False,
    )
