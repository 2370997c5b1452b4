"""Sign-up, sign-in and the person's own page."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import PersonKind
from accounts.models import Unit, User
from accounts.queries import unit_named, units_matching
from accounts.rules.dates import is_possible_birth_date
from accounts.rules.folding import tidy

NEEDS_UNIT = (PersonKind.OFFICIAL, PersonKind.PUBLIC_EMPLOYEE)
BIRTH_DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"]


class PersonFields(forms.Form):
    """Who a person is: the fields that sign-up and the person's own page share."""

    full_name = forms.CharField(
        label=_("Họ và tên"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Viết đúng như trên giấy tờ tùy thân, có dấu."),
    )
    # typed, not picked: scrolling a calendar back forty years on a phone is a chore
    born_on = forms.DateField(
        label=_("Ngày sinh"),
        input_formats=BIRTH_DATE_FORMATS,
        widget=forms.DateInput(
            format="%d/%m/%Y",
            attrs={"autocomplete": "bday", "inputmode": "numeric", "placeholder": "19/05/1990"},
        ),
        help_text=_("Ngày/tháng/năm, ví dụ 19/05/1990."),
        error_messages={"invalid": _("Ngày sinh chưa đúng. Ví dụ cách viết đúng: 19/05/1990.")},
    )
    kind = forms.ChoiceField(
        label=_("Đối tượng dự thi"), choices=PersonKind.choices, widget=forms.RadioSelect
    )
    unit = forms.CharField(
        label=_("Đơn vị"),
        required=False,
        max_length=200,
        help_text=_("Gõ vài chữ của tên đơn vị, có dấu hoặc không dấu, rồi chọn trong danh sách."),
    )

    unit_candidates: list[Unit]

    def clean_full_name(self) -> str:
        return tidy(self.cleaned_data["full_name"])

    def clean_born_on(self) -> Any:
        born_on = self.cleaned_data["born_on"]
        if not is_possible_birth_date(born_on, today=timezone.localdate()):
            raise forms.ValidationError(_("Ngày sinh này không thể đúng. Xin kiểm tra lại năm."))
        return born_on

    def clean_unit(self) -> Unit | None:
        """The unit by its code; without JavaScript by what was typed, when that is clear."""
        self.unit_candidates = []
        code = self.cleaned_data["unit"]
        if code:
            unit = Unit.objects.valid_on(day=timezone.localdate()).filter(code=code).first()
            if unit is not None:
                return unit
        typed = self.unit_text()
        if not typed:
            return None
        unit = unit_named(typed)
        if unit is None:
            self.unit_candidates = units_matching(typed)
            raise forms.ValidationError(
                _("Có nhiều đơn vị gần giống tên này. Mời chọn một đơn vị dưới đây.")
                if self.unit_candidates
                else _("Không tìm thấy đơn vị này. Xin gõ tên khác hoặc tên viết tắt.")
            )
        return unit

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        data = self.cleaned_data
        needs_unit = data.get("kind") in NEEDS_UNIT
        if needs_unit and "unit" in data and data["unit"] is None:
            self.add_error("unit", _("Mời Anh/Chị chọn cơ quan, đơn vị đang công tác."))
        return data

    def unit_text(self) -> str:
        """What stands in the unit's text box."""
        if self.is_bound:
            return tidy(str(self.data.get("unit_query", "")))
        unit = self.initial.get("unit_name", "")
        return str(unit)


class SignupForm(PersonFields, allauth_forms.SignupForm):
    """A new account: a person, a way to reach them, a password."""

    consent = forms.BooleanField(
        label=_(
            "Tôi đồng ý để Ban tổ chức dùng các thông tin trên cho việc tổ chức hội thi, "
            "xếp hạng và trao giải."
        ),
        error_messages={"required": _("Cần có sự đồng ý này để đăng ký dự thi.")},
    )

    field_order = (
        "full_name",
        "born_on",
        "kind",
        "unit",
        "phone",
        "email",
        "password1",
        "consent",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("Số điện thoại")
        self.fields["phone"].help_text = _(
            "Dùng để đăng nhập. Chỉ cần điền số điện thoại hoặc thư điện tử."
        )
        for name in ("phone", "email"):
            # not marked as optional on screen: one of the two is needed
            self.fields[name].one_of_several = True  # type: ignore[attr-defined]
        self.fields["email"].label = _("Thư điện tử")
        del self.fields["email"].widget.attrs["placeholder"]
        self.fields["password1"].label = _("Mật khẩu")
        self.fields["password1"].help_text = _("Ít nhất 8 ký tự, không chỉ gồm chữ số.")
        del self.fields["password1"].widget.attrs["placeholder"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        has_tried = self.has_error("phone") or self.has_error("email")
        if not (data.get("phone") or data.get("email") or has_tried):
            self.add_error("phone", _("Mời Anh/Chị điền số điện thoại hoặc thư điện tử."))
        return data


class LoginForm(allauth_forms.LoginForm):
    """E-mail address or phone number, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Số điện thoại hoặc thư điện tử")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].label = _("Mật khẩu")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class ProfileForm(PersonFields):
    """The person's own data. A contest keeps what it was told when they joined."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {
            "full_name": user.full_name,
            "born_on": user.born_on,
            "kind": user.kind,
            "unit": user.unit.code if user.unit else "",
            "unit_name": user.unit.name if user.unit else "",
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.user = user

    def save(self) -> None:
        for name in ("full_name", "born_on", "kind", "unit"):
            setattr(self.user, name, self.cleaned_data[name])
        self.user.save(update_fields=["full_name", "born_on", "kind", "unit"])
