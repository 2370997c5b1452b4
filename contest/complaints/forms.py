from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contest.models import LONGEST_COMPLAINT, Attempt, Complaint, Decision
from contest.rules.complaining import LONGEST_HOURS

ABOUT_THE_RESULT = 0


class ComplaintForm(forms.Form):
    """What a participant objects to on one paper."""

    position = forms.TypedChoiceField(label=_("Khiếu nại về"), coerce=int)
    text = forms.CharField(
        label=_("Nội dung"),
        help_text=_("Xin nêu rõ lý do, kèm căn cứ (điều, khoản, văn bản) nếu có."),
        max_length=LONGEST_COMPLAINT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, attempt: Attempt, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        positions = attempt.answers.order_by("position").values_list("position", flat=True)
        self.fields["position"].choices = [  # type: ignore[attr-defined]
            (ABOUT_THE_RESULT, _("Kết quả của tôi")),
            *((it, _("Câu %(position)d") % {"position": it}) for it in positions),
        ]

    def clean_position(self) -> int | None:
        """None: the result."""
        position: int = self.cleaned_data["position"]
        return position if position != ABOUT_THE_RESULT else None


class ComplaintRulesForm(forms.Form):
    """How long a contest takes complaints."""

    hours = forms.IntegerField(
        label=_("Thời hạn khiếu nại sau khi kỳ thi kết thúc (giờ)"),
        help_text=_("72 giờ là ba ngày. Tối đa 720 giờ; 0: chỉ nhận khi kỳ thi chưa kết thúc."),
        min_value=0,
        max_value=LONGEST_HOURS,
    )
    seal_waits = forms.BooleanField(
        label=_("Chỉ niêm phong kết quả khi đã trả lời hết khiếu nại"), required=False
    )


class AnswerForm(forms.Form):
    """The jury's answer to a complaint."""

    is_accepted = forms.TypedChoiceField(
        label=_("Kết luận"),
        choices=[("1", _("Chấp nhận")), ("0", _("Không chấp nhận"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(
        label=_("Trả lời"),
        help_text=_("Người khiếu nại đọc được nội dung này."),
        max_length=LONGEST_COMPLAINT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    decision = forms.ModelChoiceField(
        label=_("Quyết định đã ra từ khiếu nại này"),
        queryset=Decision.objects.none(),
        to_field_name="number",
        required=False,
    )

    def __init__(self, complaint: Complaint, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = Decision.objects.filter(contest=complaint.contest_id).order_by("-number")
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]
