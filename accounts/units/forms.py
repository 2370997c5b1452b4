"""Forms of the desk for units. Units are named by their code or their name, one on a line."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from accounts.enums import SuccessionKind, UnitKind
from accounts.formats.sheets import LARGEST_FILE, BadSheet
from accounts.formats.units_table import BadRow, read_table
from accounts.formats.units_yaml import UnitRow
from accounts.forms import BirthDateField
from accounts.models import Unit
from accounts.queries import unit_meant
from accounts.rules.folding import fold, tidy
from accounts.services.editing_units import UnitFacts

MOST_NAMED = 50  # units in one box
_LONGEST = 260  # characters of one unit's name or code

_REASON_HELP = _("Số, ngày của nghị quyết hoặc quyết định. Được ghi vào nhật ký quyết định.")


def named_unit(text: str) -> Unit:
    """The unit of this code or name, whenever it stood. Raises ValidationError with candidates."""
    text = tidy(text)[:_LONGEST]
    if unit := Unit.objects.filter(code=text).first():
        return unit
    unit, candidates = unit_meant(text)
    if unit is None:
        choices = "; ".join(f"{it.name} ({it.code})" for it in candidates[:5])
        message = (
            gettext("Chưa rõ “%(text)s” là đơn vị nào. Xin ghi mã của một trong: %(choices)s.")
            if candidates
            else gettext("Không tìm thấy đơn vị “%(text)s”. Xin ghi mã của đơn vị.")
        )
        raise forms.ValidationError(message % {"text": text, "choices": choices})
    return unit


class DayField(BirthDateField):
    widget = forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": "01/07/2025"}
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs["error_messages"] = {
            "required": _("Mời Anh/Chị điền ngày."),
            "invalid": _("Ngày chưa đúng. Ví dụ cách viết đúng: 01/07/2025."),
        }
        super().__init__(**kwargs)


class UnitsField(forms.CharField):
    """Units by code or name, one on a line; cleans to a list without repetitions."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def clean(self, value: Any) -> list[Unit]:
        lines = [line for line in super().clean(value).splitlines() if tidy(line)]
        if len(lines) > MOST_NAMED:
            raise forms.ValidationError(
                gettext("Nhiều nhất %(count)d đơn vị một lần.") % {"count": MOST_NAMED}
            )
        return list(dict.fromkeys(named_unit(line) for line in lines))


class ParentForm(forms.Form):
    """Which unit is above; the picker's field, empty for the top of the tree."""

    unit = forms.CharField(label=_("Đơn vị cấp trên"), required=False, max_length=_LONGEST)

    def clean_unit(self) -> Unit | None:
        """The picked unit, or the one whose name or code stands in the text box."""
        typed = self.unit_text()
        if not typed:
            return None
        picked = Unit.objects.filter(code=self.cleaned_data["unit"]).first()
        # a code that stayed behind when the name was typed over says nothing
        if picked is not None and fold(picked.name) == fold(typed):
            return picked
        return named_unit(typed)

    def unit_text(self) -> str:
        if self.is_bound:
            return tidy(str(self.data.get("unit_query", ""))[:_LONGEST])
        return str(self.initial.get("unit_name", ""))


class _ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Căn cứ"),
        max_length=500,
        help_text=_REASON_HELP,
        error_messages={"required": _("Mời Anh/Chị ghi căn cứ.")},
    )


class MoveForm(ParentForm, _ReasonForm):
    on = DayField(label=_("Có hiệu lực từ ngày"))

    field_order = ("unit", "on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = _("Đơn vị cấp trên mới")
        self.fields["unit"].help_text = _("Để trống khi đơn vị không còn đơn vị cấp trên.")


class SuccessionForm(_ReasonForm):
    kind = forms.ChoiceField(
        label=_("Hình thức"), choices=SuccessionKind.choices, widget=forms.RadioSelect
    )
    units = UnitsField(
        label=_("Đơn vị kết thúc"),
        help_text=_("Mã hoặc tên, mỗi dòng một đơn vị. Sáp nhập có thể ghi nhiều đơn vị."),
        error_messages={"required": _("Mời Anh/Chị ghi đơn vị kết thúc.")},
    )
    successors = UnitsField(
        label=_("Đơn vị kế thừa"),
        required=False,
        help_text=_("Mã hoặc tên, mỗi dòng một đơn vị. Để trống khi giải thể."),
    )
    on = DayField(
        label=_("Có hiệu lực từ ngày"),
        help_text=_("Ngày đầu tiên của đơn vị kế thừa; đơn vị cũ kết thúc vào ngày trước đó."),
    )

    field_order = ("kind", "units", "successors", "on", "reason")

    def clean_kind(self) -> SuccessionKind:
        return SuccessionKind(self.cleaned_data["kind"])


class UndoForm(_ReasonForm):
    pass


class UnitForm(forms.Form):
    """What is said about a unit, but for its place in the tree."""

    name = forms.CharField(
        label=_("Tên đơn vị"),
        max_length=200,
        error_messages={"required": _("Mời Anh/Chị điền tên đơn vị.")},
    )
    kind = forms.ChoiceField(label=_("Khối"), choices=UnitKind.choices)
    aliases = forms.CharField(
        label=_("Tên khác"),
        max_length=300,
        required=False,
        help_text=_("Tên viết tắt, tên thường gọi; cách nhau bằng dấu phẩy."),
    )
    headcount = forms.IntegerField(
        label=_("Số người được giao"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("Để tính tỷ lệ tham gia."),
    )
    valid_from = DayField(label=_("Có từ ngày"), required=False)
    valid_to = DayField(label=_("Đến hết ngày"), required=False)

    def clean_name(self) -> str:
        name = tidy(self.cleaned_data["name"])
        if not fold(name):
            raise forms.ValidationError(_("Tên đơn vị cần có chữ."))
        return name

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and first > last:
            self.add_error("valid_to", _("Ngày kết thúc đứng trước ngày bắt đầu."))
        return self.cleaned_data

    def facts(self, *, code: str) -> UnitFacts:
        sent = self.cleaned_data
        return UnitFacts(
            code=code,
            name=sent["name"],
            kind=UnitKind(sent["kind"]),
            aliases=tidy(sent["aliases"]),
            headcount=sent["headcount"],
            valid_from=sent["valid_from"],
            valid_to=sent["valid_to"],
        )


class NewUnitForm(ParentForm, UnitForm):
    code = forms.SlugField(
        label=_("Mã"),
        max_length=60,
        help_text=_("Chữ không dấu, số và gạch nối. Không đổi được về sau."),
        error_messages={
            "required": _("Mời Anh/Chị đặt mã cho đơn vị."),
            "invalid": _("Mã chỉ gồm chữ không dấu, số và gạch nối."),
        },
    )

    field_order = ("code", "name", "kind", "unit")


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp Excel (.xlsx) hoặc CSV"),
        help_text=_("Một đơn vị một dòng; dòng đầu là tên các cột như trong tệp mẫu."),
        error_messages={"required": _("Mời Anh/Chị chọn một tệp.")},
    )

    data: Any
    rows: list[UnitRow | BadRow]
    content: bytes

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                gettext("Tệp lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2}
            )
        self.content = file.read()
        try:
            self.rows = read_table(self.content, name=file.name)
        except BadSheet as error:
            raise forms.ValidationError(str(error)) from error
        return file


def today_text() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"
