"""Sign-up, sign-in and the person's own page."""

from datetime import date
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.adapter import AccountAdapter, PhoneField
from accounts.enums import PersonKind
from accounts.models import Unit, User
from accounts.queries import unit_meant
from accounts.rules.dates import is_possible_birth_date, parse_birth_date
from accounts.rules.folding import fold, tidy
from accounts.rules.names import tidy_name
from accounts.rules.phones import phone_as_dialled

NEEDS_UNIT = (PersonKind.OFFICIAL, PersonKind.PUBLIC_EMPLOYEE)
LONGEST_UNIT_TEXT = 200  # characters; the typed name of a unit goes into a query
NO_CONTACT = _("Mời Anh/Chị điền số điện thoại hoặc thư điện tử.")
NO_PASSWORD = _("Mời Anh/Chị điền mật khẩu.")
PASSWORD_RULES = _("Ít nhất 8 ký tự, không chỉ gồm chữ số, không quá dễ đoán.")
INVALID_EMAIL = _("Thư điện tử chưa đúng. Ví dụ cách viết đúng: ten@vidu.vn.")


class BirthDateField(forms.DateField):
    """A date as people type it, day first."""

    # typed, not picked: scrolling a calendar back forty years on a phone is a chore
    widget = forms.DateInput(
        format="%d/%m/%Y",
        attrs={"autocomplete": "bday", "inputmode": "numeric", "placeholder": "19/05/1990"},
    )

    def to_python(self, value: Any) -> Any:
        if not value or not isinstance(value, str):
            return super().to_python(value)
        try:
            return parse_birth_date(value)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class PersonFields(forms.Form):
    """Who a person is: the fields that sign-up and the person's own page share."""

    full_name = forms.CharField(
        label=_("Họ và tên"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Viết đúng như trên giấy tờ tùy thân, có dấu."),
        error_messages={
            "required": _("Mời Anh/Chị điền họ và tên."),
            "max_length": _("Họ và tên dài quá %(limit_value)d ký tự."),
        },
    )
    born_on = BirthDateField(
        label=_("Ngày sinh"),
        help_text=_("Ngày/tháng/năm, ví dụ 19/05/1990."),
        error_messages={
            "required": _("Mời Anh/Chị điền ngày sinh."),
            "invalid": _("Ngày sinh chưa đúng. Ví dụ cách viết đúng: 19/05/1990."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Đối tượng dự thi"),
        choices=PersonKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Mời Anh/Chị chọn đối tượng dự thi."),
            "invalid_choice": _("Mời Anh/Chị chọn một trong các đối tượng dưới đây."),
        },
    )
    # the code of one of the candidates that a page without JavaScript came back with
    unit_choice = forms.CharField(required=False, max_length=LONGEST_UNIT_TEXT)
    unit = forms.CharField(
        label=_("Đơn vị"),
        required=False,
        max_length=LONGEST_UNIT_TEXT,
        help_text=_(
            "Cán bộ, công chức, viên chức cần chọn đơn vị đang công tác. "
            "Gõ vài chữ của tên đơn vị, có dấu hoặc không dấu."
        ),
    )

    unit_candidates: list[Unit]

    def clean_full_name(self) -> str:
        try:
            return tidy_name(self.cleaned_data["full_name"])
        except ValueError as error:
            raise forms.ValidationError(_("Họ và tên cần có chữ.")) from error

    def clean_born_on(self) -> date:
        born_on: date = self.cleaned_data["born_on"]
        if not is_possible_birth_date(born_on, today=timezone.localdate()):
            raise forms.ValidationError(_("Ngày sinh này không thể đúng. Xin kiểm tra lại năm."))
        return born_on

    def clean_unit(self) -> Unit | None:
        """The picked unit; without JavaScript the one that was typed, when that is clear.

        Leaves in the form's data what a page that comes back shall show.
        """
        self.unit_candidates = []
        unit = self._picked_unit()
        typed = self.unit_text()
        if unit is None and typed:
            unit, candidates = unit_meant(typed)
            self.unit_candidates = [] if unit else candidates
        self.data = {
            **dict(self.data.items()),  # of a QueryDict: the last value of each
            "unit": unit.code if unit else "",
            "unit_query": unit.name if unit else typed,
        }
        if unit is None and typed:
            raise forms.ValidationError(
                _("Chưa rõ là đơn vị nào. Mời chọn đơn vị của Anh/Chị dưới đây.")
                if self.unit_candidates
                else _("Không tìm thấy đơn vị này. Xin gõ tên khác hoặc tên viết tắt.")
            )
        return unit

    def _picked_unit(self) -> Unit | None:
        """The unit chosen from a list, by script or among the candidates."""
        units = Unit.objects.valid_on(day=timezone.localdate())
        code, candidate = self.cleaned_data["unit"], self.cleaned_data.get("unit_choice")
        unit = units.filter(code=code).first() if code else None
        # a code that stayed behind when the name was typed over says nothing
        if unit is not None and fold(unit.name) == fold(self.unit_text()):
            return unit
        return units.filter(code=candidate).first() if candidate else None

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
            return tidy(str(self.data.get("unit_query", ""))[:LONGEST_UNIT_TEXT])
        unit = self.initial.get("unit_name", "")
        return str(unit)


class NewPersonFields(PersonFields):
    """What everybody tells who is new: who they are, a way to reach them, their consent."""

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
        "unit_choice",
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
        self.fields["email"].error_messages["invalid"] = INVALID_EMAIL
        del self.fields["email"].widget.attrs["placeholder"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        has_tried = self.has_error("phone") or self.has_error("email")
        if not (data.get("phone") or data.get("email") or has_tried):
            self.add_error("phone", NO_CONTACT)
        return data


class SsoSignupForm(NewPersonFields, social_forms.SignupForm):
    """The last step of a first single sign-on: what the provider did not tell."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.sociallogin.email_addresses:
            self.fields["email"].disabled = True  # it is what the provider says


class SignupForm(NewPersonFields, allauth_forms.SignupForm):
    """A new account: a person, a way to reach them, a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Mật khẩu")
        self.fields["password1"].help_text = PASSWORD_RULES
        self.fields["password1"].error_messages["required"] = _("Mời Anh/Chị đặt một mật khẩu.")
        del self.fields["password1"].widget.attrs["placeholder"]


class LoginForm(allauth_forms.LoginForm):
    """E-mail address or phone number, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Số điện thoại hoặc thư điện tử")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["login"].error_messages["required"] = NO_CONTACT
        self.fields["password"].error_messages["required"] = NO_PASSWORD
        self.fields["password"].label = _("Mật khẩu")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class PlainPasswords(forms.Form):
    """allauth's password boxes without its placeholders, and with our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = NO_PASSWORD
            if name == "password1":
                field.help_text = PASSWORD_RULES


class ChangePasswordForm(PlainPasswords, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainPasswords, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainPasswords, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainPasswords, allauth_forms.ReauthenticateForm):
    pass


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Where to send the way to a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"].widget.attrs["placeholder"]
        self.fields["email"].error_messages |= {
            "required": _("Mời Anh/Chị điền thư điện tử."),
            "invalid": INVALID_EMAIL,
        }


class ContactFields(forms.Form):
    """How to reach and sign in a person: a phone number or an e-mail address."""

    phone = PhoneField(label=_("Số điện thoại"), required=False)
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        help_text=_("Để nhận đường dẫn khi quên mật khẩu."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": INVALID_EMAIL},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("phone", "email"):
            self.fields[name].one_of_several = True  # type: ignore[attr-defined]

    def clean_email(self) -> str | None:
        return self.cleaned_data["email"].lower() or None

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        has_tried = self.has_error("phone") or self.has_error("email")
        if not (self.cleaned_data.get("phone") or self.cleaned_data.get("email") or has_tried):
            self.add_error("phone", NO_CONTACT)
        return self.cleaned_data


class ContactForm(ContactFields):
    """A change of them; asks for the password, as either leads to the account."""

    password = forms.CharField(
        label=_("Mật khẩu hiện tại"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Mời Anh/Chị điền mật khẩu hiện tại.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"phone": phone_as_dialled(user.phone or ""), "email": user.email}
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(AccountAdapter.error_messages["enter_current_password"])
        return password


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
