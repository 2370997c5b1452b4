"""What the jury sends from the log of decisions."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from contest.enums import DecisionKind
from contest.forms import ReasonField
from contest.models import Attempt, Participant
from contest.results.decision_log import IN_FORCE, UNDONE
from contest.rules.receipts import readable


class LogFilterForm(forms.Form):
    """All of it may stay empty; what is unknown filters nothing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Quyết định"),
        required=False,
        choices=[("", gettext_lazy("Mọi quyết định")), *DecisionKind.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Hiệu lực"),
        required=False,
        choices=[
            ("", gettext_lazy("Tất cả")),
            (IN_FORCE, gettext_lazy("Đang có hiệu lực")),
            (UNDONE, gettext_lazy("Đã bị hủy bỏ")),
        ],
    )


class PersonSearchForm(forms.Form):
    """Sent as a POST: what is typed here is personal data and stays out of addresses."""

    who = forms.CharField(
        label=gettext_lazy("Tìm người dự thi"),
        help_text=gettext_lazy("Họ tên (không cần dấu), mã phiếu hoặc số điện thoại."),
        min_length=2,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DecisionForm(forms.Form):
    """About one participant: `attempts` are those that may be struck one by one."""

    participant = forms.IntegerField(widget=forms.HiddenInput)
    deed = forms.ChoiceField(label=gettext_lazy("Quyết định"), widget=forms.RadioSelect)
    reason = ReasonField()

    def __init__(
        self, person: Participant, attempts: list[Attempt], data: QueryDict | None = None
    ) -> None:
        super().__init__(data, initial={"participant": person.pk}, auto_id=f"id_{person.pk}_%s")
        self.person = person
        self._attempts = {f"attempt-{it.pk}": it for it in attempts}
        self.fields["deed"].choices = [  # type: ignore[attr-defined]
            (DecisionKind.DISQUALIFY.value, DecisionKind.DISQUALIFY.label),
            (DecisionKind.SET_ASIDE.value, DecisionKind.SET_ASIDE.label),
            *((deed, _attempt_label(it)) for deed, it in self._attempts.items()),
        ]
        self.fields["reason"].help_text = gettext_lazy(
            "Được ghi vào nhật ký quyết định. Người dự thi đọc được lý do này trên phiếu của mình: "
            "xin không ghi họ tên người khác."
        )

    @property
    def born_on(self) -> date | None:
        """As registered, or as the account says."""
        registered = getattr(self.person, "registration", None)
        return (registered.born_on if registered else None) or self.person.user.born_on

    @property
    def attempt(self) -> Attempt | None:
        """The one to be struck; None where the decision is about the person."""
        return self._attempts.get(self.cleaned_data["deed"])


class UndoForm(forms.Form):
    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = ReasonField()


def sent_decision(person: Participant, data: QueryDict) -> DecisionForm:
    """What was sent about a participant. One query."""
    attempts = person.attempts.submitted().select_related("round")
    return DecisionForm(person, list(attempts.order_by("submitted_at", "pk")), data)


def _attempt_label(attempt: Attempt) -> str:
    return _("Không tính lượt %(number)d của %(round)s (phiếu %(code)s)") % {
        "number": attempt.number,
        "round": attempt.round.name,
        "code": readable(attempt.receipt_code or ""),
    }
