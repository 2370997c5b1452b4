"""Forms of one-time codes and second factors."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import NO_CONTACT
from accounts.messaging import can_text
from accounts.models import User
from accounts.queries import person_with_contact
from accounts.rules.phones import normalise_phone

NO_CODE = _("Mời Anh/Chị điền mã gồm 6 chữ số.")
UNCLEAR_CONTACT = _(
    "Chưa rõ số điện thoại hoặc thư điện tử. Ví dụ cách viết đúng: 0912 345 678, ten@vidu.vn."
)
CANNOT_TEXT = _(
    "Hệ thống chưa gửi được mã tới số điện thoại. "
    "Mời Anh/Chị điền thư điện tử, hoặc đăng nhập bằng mật khẩu."
)


class AskForCodeForm(forms.Form):
    """Whom to send a code to; it says the same whether or not somebody has that contact."""

    login = forms.CharField(
        label=_("Số điện thoại hoặc thư điện tử"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": NO_CONTACT, "max_length": UNCLEAR_CONTACT},
    )

    _user: User | None  # read by allauth's view

    def clean_login(self) -> str:
        """The contact as it is stored: E.164, or the address in lower case."""
        typed: str = self.cleaned_data["login"].strip()
        if "@" in typed:
            email: str = forms.EmailField(error_messages={"invalid": UNCLEAR_CONTACT}).clean(typed)
            return email.lower()
        try:
            phone = normalise_phone(typed)
        except ValueError as error:
            raise forms.ValidationError(UNCLEAR_CONTACT) from error
        if not can_text():
            raise forms.ValidationError(CANNOT_TEXT)
        return phone

    def clean(self) -> dict[str, Any]:
        contact = self.cleaned_data.get("login")
        if contact:
            if not ratelimit.consume(context.request, action="request_login_code", key=contact):
                raise get_adapter().validation_error("rate_limited")
            self.cleaned_data["email" if "@" in contact else "phone"] = contact
            user = person_with_contact(contact)
            self._user = user if user is not None and user.is_active else None
        return self.cleaned_data


class CodeBox(forms.Form):
    """One box for a code, which phones offer to fill in by themselves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Mã")
        code.widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        )
        code.error_messages["required"] = NO_CODE


class DigitsBox(CodeBox):
    """For codes that are digits always."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class CodeForm(DigitsBox, allauth_forms.ConfirmLoginCodeForm):
    pass


class PhoneCodeForm(DigitsBox, allauth_forms.VerifyPhoneForm):
    pass


class ActivateTotpForm(DigitsBox, ActivateTOTPForm):
    pass


class SecondFactorForm(DigitsBox, mfa_forms.AuthenticateForm):
    pass


class ConfirmAgainForm(DigitsBox, mfa_forms.ReauthenticateForm):
    pass


class KeyName(forms.Form):
    """What a person calls a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Tên khóa")
        name.help_text = _("Ví dụ: Điện thoại của tôi, Máy tính cơ quan.")
        name.widget.attrs["maxlength"] = "60"
        name.max_length = 60  # type: ignore[attr-defined]
        name.error_messages["required"] = _("Mời Anh/Chị đặt tên cho khóa.")
        # it has a name of its own already
        name.one_of_several = True  # type: ignore[attr-defined]


class AddKeyForm(KeyName, AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Đăng nhập bằng khóa này, không cần mật khẩu")
        self.fields["passwordless"].help_text = _(
            "Khi đăng nhập, thiết bị sẽ hỏi vân tay, khuôn mặt hoặc mã khóa màn hình."
        )
        self.fields["passwordless"].initial = True
        self.fields["credential"].error_messages["required"] = _("Thiết bị chưa tạo được khóa.")


class RenameKeyForm(KeyName, EditWebAuthnForm):
    pass
