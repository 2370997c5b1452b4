from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rules.folding import tidy


class ConfirmForm(forms.Form):
    """That a person has read what will follow."""

    understood = forms.BooleanField(
        label=_("Tôi đã đọc và muốn thực hiện."),
        error_messages={"required": _("Xin đánh dấu vào ô này nếu Anh/Chị muốn thực hiện.")},
    )


class AnswerForm(forms.Form):
    """What organisers make of a request; a refusal needs its reason."""

    deed = forms.ChoiceField(choices=[("accept", ""), ("refuse", "")])
    reason = forms.CharField(max_length=1000, required=False)

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])
