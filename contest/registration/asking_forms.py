"""The organisers' forms of registration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.adapter import PhoneField
from accounts.enums import PersonKind
from accounts.forms import LONGEST_UNIT_TEXT, BirthDateField, PersonFields
from accounts.models import Unit
from accounts.queries import unit_meant
from accounts.rules.folding import tidy
from contest.enums import IDENTIFYING, OnRepeat, PersonField, Requirement
from contest.models import AskedField, Contest, EligibleKind, RegistrationRules
from contest.registration.asking import Asking, latest_consent
from contest.registration.consent_text import usual_consent_text
from contest.registration.forms import CitizenIdField
from contest.registration.listing import Listed

OLDEST = 120
LONGEST_RETENTION = 3650  # days
NOT_ASKED = "off"
LONGEST_CONSENT = 20_000


class DayField(BirthDateField):
    """A day as people type it, day first; not a birth date."""

    widget = forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": "01/01/2026"}
    )


class AskingForm(forms.Form):
    """What is asked and who may register. Two boxes for each field that tells people apart."""

    is_on = forms.BooleanField(
        label=_("Người dự thi đăng ký trước khi vào thi"),
        help_text=_("Bỏ chọn: ai có tài khoản cũng vào thi được ngay."),
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Đối tượng được dự thi"),
        help_text=_("Không chọn đối tượng nào: mọi đối tượng đều được dự thi."),
        choices=PersonKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    min_age = forms.IntegerField(
        label=_("Từ đủ (tuổi)"), min_value=0, max_value=OLDEST, required=False
    )
    max_age = forms.IntegerField(
        label=_("Đến hết (tuổi)"), min_value=0, max_value=OLDEST, required=False
    )
    age_on = DayField(
        label=_("Tính tuổi đến ngày"),
        help_text=_("Để trống: tính đến ngày đăng ký."),
        required=False,
        error_messages={"invalid": _("Ngày chưa đúng. Ví dụ cách viết đúng: 01/01/2026.")},
    )
    bars_listed = forms.BooleanField(
        label=_("Người trong danh sách không được dự giải thì không được đăng ký"),
        help_text=_("Bỏ chọn: họ được dự thi nhưng Ban giám khảo sẽ không xếp hạng."),
        required=False,
    )
    retention_days = forms.IntegerField(
        label=_("Số ngày giữ dữ liệu cá nhân sau khi hội thi kết thúc"),
        min_value=1,
        max_value=LONGEST_RETENTION,
    )
    consent = forms.CharField(
        label=_("Nội dung đồng ý"),
        help_text=_(
            "Markdown. Sửa nội dung là ban hành phiên bản mới; ai đã đồng ý với bản trước vẫn giữ "
            "bản đó."
        ),
        max_length=LONGEST_CONSENT,
        widget=forms.Textarea(attrs={"rows": 16}),
        required=False,
    )

    def __init__(self, *args: Any, contest: Contest, **kwargs: Any) -> None:
        kwargs["initial"] = _asked_now(contest)
        super().__init__(*args, **kwargs)
        for field in PersonField:
            self.fields[_requirement(field)] = forms.ChoiceField(
                label=field.label,
                choices=[(NOT_ASKED, _("Không hỏi")), *Requirement.choices],
                widget=forms.RadioSelect,
            )
        for field in IDENTIFYING:
            self.fields[_on_repeat(field)] = forms.ChoiceField(
                label=_("Khi trùng người khác"), choices=OnRepeat.choices
            )

    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """For the page: each field's box, and what to do when its value is repeated."""
        return [
            (self[_requirement(field)], self[_on_repeat(field)] if field.identifies else None)
            for field in PersonField
        ]

    def plain_fields(self) -> list[forms.BoundField]:
        """The others, in their order."""
        return [self[name] for name in self.base_fields if name not in ("is_on", "consent")]

    def clean_consent(self) -> str:
        return "\n".join(self.cleaned_data["consent"].strip().splitlines())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        youngest, oldest = data.get("min_age"), data.get("max_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("max_age", _("Tuổi cao nhất không được nhỏ hơn tuổi thấp nhất."))
        asks_age = youngest is not None or oldest is not None
        is_asked = data.get(_requirement(PersonField.BORN_ON)) == Requirement.REQUIRED
        if data.get("is_on") and asks_age and not is_asked:
            field = _requirement(PersonField.BORN_ON)
            self.add_error(field, _("Có điều kiện về tuổi thì ngày sinh phải là bắt buộc."))
        if data.get("is_on") and not data.get("consent"):
            self.add_error("consent", _("Cần có nội dung đồng ý trước khi mở đăng ký."))
        return data

    def asking(self) -> Asking:
        """What was said, of a form that is valid."""
        said = self.cleaned_data
        requirements = {field: said[_requirement(field)] for field in PersonField}
        asked = {
            field: Requirement(value) for field, value in requirements.items() if value != NOT_ASKED
        }
        return Asking(
            is_on=said["is_on"],
            requirements=asked,
            on_repeat={
                field: OnRepeat(said[_on_repeat(field)]) for field in IDENTIFYING if field in asked
            },
            min_age=said["min_age"],
            max_age=said["max_age"],
            age_on=said["age_on"],
            kinds=frozenset(map(PersonKind, said["kinds"])),
            bars_listed=said["bars_listed"],
            retention_days=said["retention_days"],
            consent=said["consent"],
        )


class UnitConditionForm(forms.Form):
    """A unit of the picker, and whether it is let in or kept out."""

    unit = forms.CharField(
        label=_("Đơn vị"),
        help_text=_("Gồm cả các đơn vị trực thuộc. Gõ vài chữ của tên đơn vị."),
        required=False,
        max_length=LONGEST_UNIT_TEXT,
    )
    is_admitted = forms.TypedChoiceField(
        label=_("Điều kiện"),
        choices=[("1", _("Được dự thi")), ("0", _("Không được dự thi"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )

    def clean_unit(self) -> Unit:
        typed = self.unit_text()
        unit = Unit.objects.filter(code=self.cleaned_data["unit"]).first()
        if unit is None or unit.name != typed:
            unit, _candidates = unit_meant(typed)
        if unit is None:
            raise forms.ValidationError(_("Chưa rõ là đơn vị nào. Mời chọn trong danh sách."))
        return unit

    def unit_text(self) -> str:
        return tidy(str(self.data.get("unit_query", ""))[:LONGEST_UNIT_TEXT])


class ListedPersonForm(PersonFields):
    """One person who may not win; at least one way to tell them from namesakes."""

    kind = unit = unit_choice = None  # type: ignore[assignment]  # not asked here
    cccd = CitizenIdField(label=_("Số căn cước (CCCD)"), max_length=40, required=False)
    phone = PhoneField(label=_("Số điện thoại"), max_length=40, required=False)
    duty = forms.CharField(label=_("Nhiệm vụ"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].help_text = ""
        self.fields["full_name"].widget.attrs["autocomplete"] = "off"
        self.fields["born_on"].required = False
        self.fields["born_on"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["autocomplete"] = "off"

    def clean_born_on(self) -> Any:
        return super().clean_born_on() if self.cleaned_data["born_on"] else None

    def clean_duty(self) -> str:
        return tidy(self.cleaned_data["duty"])

    def clean(self) -> dict[str, Any] | None:
        data = self.cleaned_data
        if not self.errors and not (data["born_on"] or data["cccd"] or data["phone"]):
            self.add_error("cccd", _("Cần số căn cước, số điện thoại hoặc ngày sinh."))
        return data

    def entry(self) -> Listed:
        """What was said, of a form that is valid."""
        said = self.cleaned_data
        return Listed(
            full_name=said["full_name"],
            born_on=said["born_on"],
            cccd=said["cccd"],
            phone=said["phone"] or "",
            duty=said["duty"],
        )


class UnlistForm(forms.Form):
    person = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=500, required=False)

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])


def _requirement(field: PersonField) -> str:
    return f"requirement_{field}"


def _on_repeat(field: PersonField) -> str:
    return f"on_repeat_{field}"


def _asked_now(contest: Contest) -> dict[str, Any]:
    """The form as it is opened: what is stored, or what most contests begin with. Four queries."""
    rules = RegistrationRules.objects.filter(contest=contest).first()
    asked = {it.field: it for it in AskedField.objects.filter(contest=contest)}
    consent = latest_consent(contest)
    shown = rules or RegistrationRules()
    kinds = EligibleKind.objects.filter(contest=contest).values_list("kind", flat=True)
    initial = {
        "is_on": rules is not None,
        "kinds": list(kinds),
        "min_age": shown.min_age,
        "max_age": shown.max_age,
        "age_on": shown.age_on,
        "bars_listed": shown.bars_listed,
        "retention_days": shown.retention_days,
        "consent": consent.body
        if consent
        else usual_consent_text(contest, retention_days=shown.retention_days),
    }
    for field in PersonField:
        row = asked.get(field)
        initial[_requirement(field)] = row.requirement if row else NOT_ASKED
        initial[_on_repeat(field)] = row.on_repeat if row else _usual_on_repeat(field)
    return initial


def _usual_on_repeat(field: PersonField) -> OnRepeat:
    """Families share addresses; a verified phone and a number are one person's."""
    return OnRepeat.FLAG if field is PersonField.EMAIL else OnRepeat.REFUSE
