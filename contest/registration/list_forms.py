"""Forms of lists of people, slips and activation."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from accounts.formats.sheets import LARGEST_FILE
from accounts.forms import NO_PASSWORD, PASSWORD_RULES, ContactFields
from accounts.models import User
from contest.registration.codes import typed_code

LONGEST_TYPED_CODE = 40


class PeopleFileForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp danh sách (.xlsx hoặc .csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Mời Anh/Chị chọn tệp.")},
    )
    restores_zeros = forms.BooleanField(
        label=_("Thêm số 0 ở đầu số căn cước"),
        help_text=_(
            "Chọn khi bảng tính đã bỏ mất số 0 ở đầu. Xin kiểm tra lại vài số sau khi xem trước."
        ),
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("Tệp lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2}
            )
        return file


class SlipsForm(forms.Form):
    """One person by the row, or none: all who have no slip yet."""

    participant = forms.IntegerField(min_value=1, required=False)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Mã trên phiếu"),
        max_length=LONGEST_TYPED_CODE,
        help_text=_("Chữ và số, không phân biệt chữ hoa chữ thường."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Mời Anh/Chị nhập mã trên phiếu.")},
    )

    def clean_code(self) -> str:
        return typed_code(self.cleaned_data["code"])


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Đặt mật khẩu"),
        help_text=PASSWORD_RULES,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": NO_PASSWORD},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._user)
        return password


class FirstContactForm(ContactFields, NewPasswordForm):
    """For somebody whom the list told no way to reach: the phone or address to sign in with."""

    field_order = ("phone", "email", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _(
            "Dùng để đăng nhập. Chỉ cần điền số điện thoại hoặc thư điện tử."
        )
