"""What the desks' forms send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rules.folding import tidy
from contest.enums import Turnout
from contest.models import Contest, Round
from contest.results.exporting import FileFormat


class ExportForm(forms.Form):
    """Which standings, as which file. No round: the whole contest."""

    round = forms.ModelChoiceField(
        label=_("Kỳ thi"), queryset=Round.objects.none(), to_field_name="slug", required=False
    )
    format = forms.TypedChoiceField(
        label=_("Định dạng"),
        choices=[(each.value, each.value.upper()) for each in FileFormat],
        coerce=FileFormat,
    )

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = contest.rounds.all()  # type: ignore[attr-defined]


class TurnoutForm(forms.Form):
    """Which of a unit's people: of a round or of all, in one state or in any."""

    ky = forms.ModelChoiceField(
        label=_("Kỳ thi"),
        queryset=Round.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Các kỳ đã mở"),
    )
    xem = forms.TypedChoiceField(
        label=_("Tình trạng"),
        choices=[("", _("Tất cả")), *Turnout.choices],
        coerce=Turnout,
        empty_value=None,
        required=False,
    )

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ky"].queryset = contest.rounds.all()  # type: ignore[attr-defined]


class TurnoutExportForm(TurnoutForm):
    nhac = forms.BooleanField(required=False)  # only those to be reminded
    format = forms.TypedChoiceField(
        choices=[(each.value, each.value.upper()) for each in FileFormat], coerce=FileFormat
    )


class ReleaseForm(forms.Form):
    """Why a frozen board is shown as it is, if there is something to say."""

    reason = forms.CharField(
        label=_("Ghi chú"),
        help_text=_("Được ghi vào nhật ký quyết định."),
        max_length=500,
        required=False,
    )

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])


class PublishForm(forms.Form):
    """Show or hide a contest, and why."""

    is_published = forms.TypedChoiceField(
        choices=[("1", _("Công khai")), ("0", _("Ẩn"))], coerce=lambda value: value == "1"
    )
    reason = forms.CharField(label=_("Lý do"), max_length=500, required=False)

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])
