from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contest.forms import ReasonField
from contest.models import Contest, Round


class ScopeForm(forms.Form):
    """Which result: a round's; none: the whole contest's."""

    ky = forms.ModelChoiceField(queryset=Round.objects.none(), to_field_name="slug", required=False)

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ky"].queryset = contest.rounds.official()  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    reason = ReasonField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Lý do thu hồi")
