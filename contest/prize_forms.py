"""What the pages about prizes send."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from accounts.enums import UnitKind
from accounts.rules.folding import tidy
from contest.enums import BoardKind, UnitCriterion
from contest.forms import ReasonField
from contest.models import Contest, Division, Prize, PrizeBoard, Round
from contest.services.awarding import BoardDraft, PrizeDraft

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_PRIZES, LARGEST_COUNT, LARGEST_AMOUNT = 30, 1000, 10**12
_GROUPED = re.compile(r"\d{1,3}([. ]\d{3})*|\d+")


class PrizesField(forms.CharField):
    """Prizes, one a line: "Giải Nhất; 1; 3.000.000"."""

    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Các giải"),
            help_text=gettext_lazy(
                "Mỗi giải một dòng, giải cao trước: tên; số giải; trị giá một giải (đồng). "
                "Ví dụ: Giải Nhất; 1; 3.000.000"
            ),
            max_length=4000,
        )

    def clean(self, value: Any) -> Any:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_PRIZES:
            raise forms.ValidationError(_("Tối đa %(most)d loại giải.") % {"most": MOST_PRIZES})
        return [self._prize(number, line) for number, line in enumerate(lines, start=1)]

    def _prize(self, number: int, line: str) -> PrizeDraft:
        name, *figures = [tidy(part) for part in line.split(";")]
        amounts = [_whole(figure) for figure in figures]
        count, amount = (*amounts, 0)[:2] if amounts else (None, None)
        is_clear = 0 < len(name) <= 80 and len(figures) in {1, 2}
        if not is_clear or not count or amount is None:
            problem = _("Dòng %(number)d chưa rõ tên, số giải và trị giá.") % {"number": number}
            raise forms.ValidationError(problem)
        if count > LARGEST_COUNT or amount > LARGEST_AMOUNT:
            raise forms.ValidationError(_("Dòng %(number)d có số quá lớn.") % {"number": number})
        return PrizeDraft(name, count, amount)


def _whole(text: str) -> int | None:
    """ "3.000.000" and "3 000 000" as 3000000; None for anything that is not such a number."""
    text = text.removesuffix("đồng").removesuffix("đ").strip()
    if not text.isascii() or not _GROUPED.fullmatch(text) or len(text) > 20:
        return None
    return int(re.sub(r"\D", "", text))


class PrizeBoardForm(forms.Form):
    """A prize board with its prizes."""

    name = forms.CharField(label=gettext_lazy("Tên bảng giải"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Giải dành cho"), choices=BoardKind)
    round = forms.ModelChoiceField(
        label=gettext_lazy("Kỳ thi"),
        queryset=Round.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("Tất cả các kỳ thi chính thức"),
    )
    division = forms.ModelChoiceField(
        label=gettext_lazy("Bảng dự thi"),
        queryset=Division.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Tất cả mọi người"),
    )
    prizes = PrizesField()
    unit_kind = forms.ChoiceField(
        label=gettext_lazy("Khối đơn vị"),
        choices=[("", gettext_lazy("Tất cả các đơn vị")), *UnitKind.choices],
        required=False,
    )
    criterion1 = forms.ChoiceField(label=gettext_lazy("Tiêu chí tập thể 1"), required=False)
    criterion2 = forms.ChoiceField(label=gettext_lazy("Tiêu chí tập thể 2"), required=False)
    criterion3 = forms.ChoiceField(label=gettext_lazy("Tiêu chí tập thể 3"), required=False)
    min_percent = forms.IntegerField(
        label=gettext_lazy("Tỷ lệ dự thi tối thiểu của đơn vị (%)"),
        min_value=0,
        max_value=100,
        required=False,
    )
    min_people = forms.IntegerField(
        label=gettext_lazy("Số người dự thi tối thiểu của đơn vị"),
        min_value=0,
        max_value=1_000_000,
        required=False,
    )
    collective_fields = (
        *("unit_kind", "criterion1", "criterion2", "criterion3"),
        *("min_percent", "min_people"),
    )

    def __init__(
        self, data: QueryDict | None = None, *, contest: Contest, board: PrizeBoard | None = None
    ) -> None:
        super().__init__(data, initial=_initial(board) if board else {})
        self.fields["round"].queryset = contest.rounds.all()  # type: ignore[attr-defined]
        self.fields["division"].queryset = contest.divisions.all()  # type: ignore[attr-defined]
        choices: list[tuple[str, StrOrPromise]] = [("", _("Không xét thêm"))]
        choices += [(it.value, it.label) for it in UnitCriterion]
        for number in (1, 2, 3):
            self.fields[f"criterion{number}"].choices = choices  # type: ignore[attr-defined]

    @property
    def draft(self) -> BoardDraft:
        """Of a valid form."""
        sent = self.cleaned_data
        named = [sent[f"criterion{number}"] for number in (1, 2, 3)]
        return BoardDraft(
            name=tidy(sent["name"]),
            kind=BoardKind(sent["kind"]),
            round=sent["round"],
            division=sent["division"],
            prizes=sent["prizes"],
            unit_kind=UnitKind(sent["unit_kind"]) if sent["unit_kind"] else None,
            criteria=[UnitCriterion(word) for word in named if word],
            min_people=sent["min_people"] or 0,
            min_percent=sent["min_percent"] or 0,
        )


def _initial(board: PrizeBoard) -> dict[str, Any]:
    lines = [f"{it.name}; {it.count}; {it.amount}" for it in board.prizes.all()]
    return {
        "name": board.name,
        "kind": board.kind,
        "round": board.round and board.round.slug,
        "division": board.division and board.division.code,
        "prizes": "\n".join(lines),
        "unit_kind": board.unit_kind,
        "min_percent": board.min_percent or None,
        "min_people": board.min_people or None,
    } | {f"criterion{number}": word for number, word in enumerate(board.criteria, start=1)}


class OverrideForm(forms.Form):
    """Who is to have which prize of a board, or none, and why."""

    winner = forms.IntegerField(
        widget=forms.Select,
        label=gettext_lazy("Người hoặc đơn vị"),
        error_messages={"required": gettext_lazy("Xin chọn người hoặc đơn vị.")},
    )
    prize = forms.ModelChoiceField(
        label=gettext_lazy("Giải"),
        queryset=Prize.objects.none(),
        required=False,
        to_field_name="position",
        empty_label=gettext_lazy("Không trao giải của bảng này"),
    )
    reason = ReasonField()

    def __init__(self, data: QueryDict | None = None, *, board: PrizeBoard) -> None:
        super().__init__(data)
        self.fields["prize"].queryset = board.prizes.all()  # type: ignore[attr-defined]

    def offer(self, candidates: Iterable[tuple[int, str]]) -> None:
        """Whom the list holds; whoever is sent is looked up, on the list or not."""
        widget = self.fields["winner"].widget
        widget.choices = [("", _("Chọn trong danh sách")), *candidates]


class LotForm(forms.Form):
    """The number announced in public, and where it was."""

    number = forms.CharField(
        label=gettext_lazy("Con số đã công bố"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Công bố ở đâu, khi nào"),
        help_text=gettext_lazy("Ví dụ: giải đặc biệt xổ số kiến thiết ngày 20/9/2026."),
        max_length=300,
    )
