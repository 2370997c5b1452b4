"""What the organisers' and the jury's pages about ranking and prizes send."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from contest.enums import (
    AttemptPolicy,
    Criterion,
    PredictionScope,
    PredictionSubject,
    PredictionUnit,
    RoundsPolicy,
)
from contest.models import PredictionQuestion
from contest.rules.ranking_rules import Rules
from contest.services.ruling import Asked

NEXT_CRITERIA = 5  # beside the score, which is the first


class RankingForm(forms.Form):
    """How a contest ranks."""

    attempts = forms.ChoiceField(
        label=gettext_lazy("Khi một người thi nhiều lượt trong kỳ"), choices=AttemptPolicy
    )
    rounds = forms.ChoiceField(label=gettext_lazy("Qua các kỳ thi"), choices=RoundsPolicy)
    best_rounds = forms.IntegerField(
        label=gettext_lazy("Số kỳ tốt nhất được cộng"),
        help_text=gettext_lazy("Chỉ ghi khi chọn cộng một số kỳ thi tốt nhất."),
        min_value=1,
        max_value=100,
        required=False,
    )
    one_prize_per_person = forms.BooleanField(
        label=gettext_lazy("Mỗi người chỉ nhận một giải trong cả hội thi"), required=False
    )

    def __init__(
        self, data: QueryDict | None = None, *, rules: Rules, one_prize_per_person: bool
    ) -> None:
        rest = rules.chain[1:]
        initial = {
            "attempts": rules.attempts,
            "rounds": rules.rounds,
            "best_rounds": rules.best_rounds or None,
            "one_prize_per_person": one_prize_per_person,
        } | {f"criterion{index}": criterion for index, criterion in enumerate(rest, start=2)}
        super().__init__(data, initial=initial)
        choices = [
            ("", _("Không xét thêm")),
            *((it.value, it.label) for it in Criterion if it is not Criterion.SCORE),
        ]
        for index in range(2, NEXT_CRITERIA + 2):
            self.fields[f"criterion{index}"] = forms.ChoiceField(
                label=_("Tiêu chí %(number)d") % {"number": index},
                choices=choices,
                required=False,
            )
        self.order_fields([f"criterion{index}" for index in range(2, NEXT_CRITERIA + 2)])

    @property
    def rules(self) -> Rules:
        """Of a valid form. What is left empty between two criteria is passed over."""
        sent = self.cleaned_data
        named = [sent[f"criterion{index}"] for index in range(2, NEXT_CRITERIA + 2)]
        return Rules(
            chain=(Criterion.SCORE, *(Criterion(word) for word in named if word)),
            attempts=AttemptPolicy(sent["attempts"]),
            rounds=RoundsPolicy(sent["rounds"]),
            best_rounds=sent["best_rounds"] or 0,
        )


class PredictionForm(forms.Form):
    """What a round lets people predict, if anything."""

    is_asked = forms.BooleanField(
        label=gettext_lazy("Có câu hỏi dự đoán ở cuối bài"), required=False
    )
    subject = forms.ChoiceField(
        label=gettext_lazy("Dự đoán số người hoặc số lượt"), choices=PredictionSubject
    )
    unit = forms.ChoiceField(label=gettext_lazy("Đếm theo"), choices=PredictionUnit)
    scope = forms.ChoiceField(label=gettext_lazy("Tính trong"), choices=PredictionScope)
    leaves_out_struck = forms.BooleanField(
        label=gettext_lazy("Không đếm bài bị Ban giám khảo hủy"), required=False
    )
    is_required = forms.BooleanField(
        label=gettext_lazy("Bắt buộc trả lời trước khi nộp bài"), required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        question: PredictionQuestion | None,
        prefix: str,
    ) -> None:
        asked = question or PredictionQuestion()
        initial = asked.settings() | {"is_asked": question is not None}
        super().__init__(data, initial=initial, prefix=prefix)

    @property
    def asked(self) -> Asked | None:
        """Of a valid form."""
        sent = self.cleaned_data
        if not sent["is_asked"]:
            return None
        return Asked(
            subject=PredictionSubject(sent["subject"]),
            scope=PredictionScope(sent["scope"]),
            unit=PredictionUnit(sent["unit"]),
            leaves_out_struck=sent["leaves_out_struck"],
            is_required=sent["is_required"],
        )
