"""What the jury sends to have a question graded anew."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rules.folding import tidy
from contest.enums import KeyChangeKind
from contest.models import Contest, Round
from contest.regrading.listing import lettered_choices
from contest.regrading.proposing import Proposal
from contest.rules.grading import NOTHING
from questionbank.enums import QuestionKind
from questionbank.models import Question, Revision
from questionbank.rules.answering import number_in

USUAL_WINNERS, MOST_WINNERS = 10, 500


class SearchForm(forms.Form):
    tim = forms.CharField(label=_("Mã hoặc nội dung câu hỏi"), max_length=200, required=False)


class _NumberField(forms.DecimalField):
    """A number as Vietnamese or English readers write it."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, label: Any, help_text: Any = "", min_value: int | None = None) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_digits=15,
            decimal_places=6,
            min_value=min_value,
            error_messages={"invalid": _("Xin ghi một số, ví dụ 88,37.")},
        )

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        number = number_in(str(value))
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class RegradeForm(forms.Form):
    """A proposal about one question; which answers it asks for depends on the kind of question."""

    kind = forms.TypedChoiceField(
        label=_("Cách chấm lại"),
        choices=KeyChangeKind.choices,
        coerce=KeyChangeKind,
        widget=forms.RadioSelect,
    )
    rounds = forms.ModelMultipleChoiceField(
        label=_("Áp dụng cho kỳ thi"),
        queryset=Round.objects.none(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Xin chọn ít nhất một kỳ thi.")},
    )
    winners = forms.IntegerField(
        label=_("Số người đạt giải trên mỗi bảng"),
        help_text=_("Để xem ai vào, ai ra khỏi danh sách đạt giải."),
        min_value=1,
        max_value=MOST_WINNERS,
        initial=USUAL_WINNERS,
    )

    def __init__(
        self,
        contest: Contest,
        question: Question,
        rounds: list[Round],
        shown: Revision,
        *args: Any,
        revision: Revision | None,
        **kwargs: Any,
    ) -> None:
        """`shown` is the wording whose options are named; `revision` the one that is regraded."""
        super().__init__(*args, **kwargs)
        self._question, self._revision = question, revision
        slugs = [it.slug for it in rounds]
        fields: dict[str, Any] = self.fields
        fields["rounds"].queryset = contest.rounds.filter(slug__in=slugs)
        fields["rounds"].initial = slugs
        if contest.prize_boards.exists():  # they say who wins
            del fields["winners"]
        kind = QuestionKind(shown.kind)
        if kind.has_choices:
            fields["letters"] = forms.MultipleChoiceField(
                label=_("Phương án đúng"),
                help_text=_("Khi sửa đáp án hoặc chấp nhận thêm."),
                choices=[(it.letter, f"{it.letter}. {it.text}") for it in lettered_choices(shown)],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        elif kind is QuestionKind.SHORT_TEXT:
            fields["accepted"] = forms.CharField(
                label=_("Câu trả lời được chấp nhận"),
                help_text=_("Khi sửa đáp án hoặc chấp nhận thêm. Mỗi dòng một câu."),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=2000,
                required=False,
            )
        else:
            fields["number_key"] = _NumberField(
                label=_("Đáp số đúng"), help_text=_("Khi sửa đáp án.")
            )
            fields["tolerance"] = _NumberField(label=_("Sai số được chấp nhận"), min_value=0)
        for name in {"letters", "accepted", "number_key"} & self.fields.keys():
            fields[name].one_of_several = True  # asked for by some of the ways
        self.order_fields(["kind", "letters", "accepted", "number_key", "tolerance", "rounds"])

    def clean_accepted(self) -> tuple[str, ...]:
        lines = (tidy(line) for line in self.cleaned_data["accepted"].splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def proposal(self) -> Proposal:
        """Of a form that is valid; what its kind does not ask for is left out."""
        sent: dict[str, Any] = self.cleaned_data
        kind: KeyChangeKind = sent["kind"]
        answers = sent if kind.has_key else {}
        return Proposal(
            question=self._question,
            rounds=tuple(sent["rounds"]),
            kind=kind,
            revision=self._revision,
            letters="".join(sorted(answers.get("letters", ()))),
            accepted=answers.get("accepted", ()),
            number_key=answers.get("number_key"),
            tolerance=answers.get("tolerance") or NOTHING,
        )


class DecideForm(forms.Form):
    """The jury's last word, with the number of the last decision when it looked."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Lý do"),
        help_text=_("Được ghi vào nhật ký quyết định, người dự thi có thể hỏi."),
        max_length=500,
        error_messages={"required": _("Vui lòng ghi lý do.")},
    )

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])


class UndoForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do hủy lần chấm lại này"),
        help_text=_("Được ghi vào nhật ký quyết định."),
        max_length=500,
        error_messages={"required": _("Vui lòng ghi lý do.")},
    )

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])
