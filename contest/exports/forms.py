"""What the desk of files sends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rules.folding import tidy
from contest.enums import DocumentKind
from contest.exports.documents.word import LARGEST_TEMPLATE
from contest.exports.making import Product
from contest.models import Contest, Letterhead, Round


class ResultFileForm(forms.Form):
    """Which product of which results, and how its lists are ordered."""

    round = forms.ModelChoiceField(
        label=_("Kỳ thi"),
        queryset=Round.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Toàn hội thi"),
    )
    by_given_name = forms.BooleanField(label=_("Xếp danh sách theo tên (A, B, C)"), required=False)
    whole_ids = forms.BooleanField(
        label=_("Ghi đầy đủ số định danh và số điện thoại"), required=False
    )
    reason = forms.CharField(
        label=_("Lý do cần số đầy đủ"),
        help_text=_("Được ghi vào nhật ký cùng tên những người được xem số."),
        max_length=500,
        required=False,
    )
    product = forms.TypedChoiceField(
        choices=[(each.code, each.label) for each in Product], coerce=Product.of_code
    )

    def __init__(self, contest: Contest, *args: Any, may_see_ids: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = contest.rounds.official()  # type: ignore[attr-defined]
        if not may_see_ids:
            del self.fields["whole_ids"], self.fields["reason"]

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])


class LetterheadForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    class Meta:
        model = Letterhead
        fields = (
            "parent_agency",
            "agency",
            "place",
            "decision_number",
            "decision_symbol",
            "decided_on",
            "minutes_symbol",
            "report_symbol",
            "signing_for",
            "position",
            "signer",
            "grounds",
            "recipients",
        )
        widgets = {
            "decided_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "grounds": forms.Textarea(attrs={"rows": 3}),
            "recipients": forms.Textarea(attrs={"rows": 3}),
        }


class TemplateForm(forms.Form):
    """A Word file in place of ours."""

    kind = forms.TypedChoiceField(
        label=_("Văn bản"), choices=DocumentKind.choices, coerce=DocumentKind
    )
    file = forms.FileField(
        label=_("Tệp Word (.docx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        max_length=200,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_TEMPLATE:
            raise forms.ValidationError(
                _("Tệp lớn quá %(size)d MB.") % {"size": LARGEST_TEMPLATE // 1024**2}
            )
        return file


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Lý do thu hồi"), max_length=500)

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])
