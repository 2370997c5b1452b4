"""What the jury sends from the review queue."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Unit
from accounts.rules.folding import fold
from contest.enums import ClusterStatus, ClusterVerdict
from contest.forms import ReasonField
from contest.integrity.queue import FURTHER, units_in_queue
from contest.integrity.wording import SIGNAL_NAMES
from contest.models import Contest, IntegrityCluster, Participant

ASK = "ask"
_MOST_PLANNED = 100_000  # characters


class QueueFilterForm(forms.Form):
    """All of it may stay empty; what is unknown filters nothing."""

    status = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"),
        required=False,
        choices=[
            ("", gettext_lazy("Mọi trạng thái")),
            *ClusterStatus.choices,
            (FURTHER, gettext_lazy("Có lượt thi mới sau kết luận")),
        ],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Dấu hiệu"),
        required=False,
        choices=[
            ("", gettext_lazy("Mọi dấu hiệu")),
            *((kind.value, name) for kind, name in SIGNAL_NAMES.items()),
        ],
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Đơn vị"),
        required=False,
        queryset=Unit.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("Mọi đơn vị"),
    )

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_in_queue(contest)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = ReasonField()


class PlanForm(ReasonForm):
    """With the attempts that the person was shown as to be struck, by their numbers."""

    planned = forms.CharField(
        required=False, max_length=_MOST_PLANNED, widget=forms.HiddenInput, strip=True
    )

    def clean_planned(self) -> list[int]:
        try:
            return [int(part) for part in self.cleaned_data["planned"].split(",") if part]
        except ValueError as error:
            raise forms.ValidationError(_("Dữ liệu gửi lên không hợp lệ.")) from error


class SettleForm(PlanForm):
    """What is made of a cluster. Whoever is struck reads the reason, so it names no member."""

    verdict = forms.ChoiceField(label=gettext_lazy("Kết luận"), widget=forms.RadioSelect)
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Áp dụng cho"),
        help_text=gettext_lazy("Chỉ cần chọn khi hủy kết quả hoặc không xếp hạng."),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, members: Sequence[Participant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = [person.full_name for person in members]
        self.fields["verdict"].choices = _verdicts(len(members))  # type: ignore[attr-defined]
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (person.pk, f"{number}. {person.full_name}")
            for number, person in enumerate(members, start=1)
        ]
        self.fields["people"].one_of_several = True  # type: ignore[attr-defined]  # see field.html
        self.fields["reason"].label = gettext_lazy("Lý do, hoặc nội dung cần hỏi đơn vị")
        self.fields["reason"].help_text = gettext_lazy(
            "Được ghi vào nhật ký quyết định. Người bị hủy kết quả đọc được lý do này trên phiếu "
            "của mình: xin không ghi họ tên người khác."
        )

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        if sent.get("verdict") not in {ClusterVerdict.DISQUALIFIED, ClusterVerdict.SET_ASIDE}:
            return sent
        if not sent.get("people"):
            self.add_error("people", _("Xin chọn ít nhất một người."))
        reason = f" {fold(sent.get('reason', ''))} "
        if any(f" {fold(name)} " in reason for name in self._names):
            self.add_error("reason", _("Xin không ghi họ tên người trong nhóm vào lý do."))
        return sent


def _verdicts(member_count: int) -> list[tuple[str, Any]]:
    harmless = (
        [ClusterVerdict.DISMISSED]
        if member_count == 1
        else [ClusterVerdict.SAME_PERSON, ClusterVerdict.DIFFERENT_PEOPLE]
    )
    effects = {
        ClusterVerdict.SAME_PERSON: _(
            "Cùng một người: giữ một lượt mỗi kỳ thi, các lượt nêu trên không được tính"
        ),
        ClusterVerdict.DISQUALIFIED: _("Hủy kết quả của những người được chọn"),
        ClusterVerdict.SET_ASIDE: _("Không xếp hạng những người được chọn (người bị loại trừ)"),
    }
    verdicts = [*harmless, ClusterVerdict.DISQUALIFIED, ClusterVerdict.SET_ASIDE]
    return [
        *((it.value, effects.get(it, it.label)) for it in verdicts),
        (ASK, _("Chưa kết luận: hỏi đơn vị")),
    ]


class ListedForm(ReasonForm):
    """Which of the clusters shown are settled at once."""

    clusters = forms.MultipleChoiceField(
        error_messages={"required": gettext_lazy("Xin chọn ít nhất một nhóm.")}
    )

    def __init__(self, shown: Sequence[IntegrityCluster], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clusters"].choices = [  # type: ignore[attr-defined]
            (cluster.key, str(cluster)) for cluster in shown
        ]


def planned_text(numbers: Sequence[int]) -> str:
    """What PlanForm reads."""
    return ",".join(map(str, numbers))
