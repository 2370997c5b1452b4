"""How allauth reads and writes our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from django import forms
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from accounts.messaging import Message, deliver, send_message
from accounts.models import User
from accounts.rules.phones import normalise_phone


class PhoneField(forms.CharField):
    """A phone number as people type it; its value is E.164, or None when left empty."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return normalise_phone(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("Số điện thoại chưa đúng. Ví dụ số đúng: 0912 345 678.")
            ) from error


def _taken_message() -> SafeString:
    """That somebody has this phone or e-mail, not who, and the two ways on."""
    return format_html(
        gettext(
            "Đã có tài khoản với thông tin này. Mời Anh/Chị "
            '<a href="{login}">đăng nhập</a> hoặc <a href="{reset}">lấy lại mật khẩu</a>.'
        ),
        login=reverse("account_login"),
        reset=reverse("account_reset_password"),
    )


TAKEN = lazy(_taken_message, SafeString)()
_WRONG_PASSWORD = _("Số điện thoại, thư điện tử hoặc mật khẩu không đúng.")
_TOO_OFTEN = _("Anh/Chị đã gửi quá nhiều lần. Xin đợi vài phút rồi thử lại.")


class AccountAdapter(DefaultAccountAdapter):
    """E-mail address or phone number; no user names."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tài khoản này đang tạm khóa."),
        "email_password_mismatch": _WRONG_PASSWORD,
        "phone_password_mismatch": _WRONG_PASSWORD,
        "username_password_mismatch": _WRONG_PASSWORD,
        "invalid_login": _WRONG_PASSWORD,
        "email_taken": TAKEN,
        "phone_taken": TAKEN,
        "enter_current_password": _("Mật khẩu hiện tại chưa đúng."),
        "rate_limited": _TOO_OFTEN,
        "incorrect_password": _("Mật khẩu không đúng."),
        "invalid_password_reset": _("Đường dẫn này đã dùng rồi hoặc đã quá hạn."),
        "too_many_login_attempts": _(
            "Quá nhiều lần đăng nhập không đúng. Mời Anh/Chị thử lại sau vài phút."
        ),
        "unknown_email": _("Chưa có tài khoản nào dùng thư điện tử này."),
        "incorrect_code": _("Mã chưa đúng hoặc đã hết hạn."),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Fill in everything before the first write: the database refuses half a person."""
        data = form.cleaned_data
        user.full_name = data["full_name"]
        user.born_on = data["born_on"]
        user.kind = data["kind"]
        user.unit = data["unit"]
        user.phone = data.get("phone")
        user.email = data.get("email") or None
        if "password1" in data:
            user.set_password(data["password1"])
        else:  # who comes from single sign-on
            user.set_unusable_password()
        if commit:
            user.save()
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Soon and in a thread, so that a page takes as long whether or not it sends."""
        site = {"email": email, "current_site": get_current_site(request_context.request)}
        mail = self.render_mail(template_prefix, email, {**site, **context})
        deliver(Message(to=email, subject=str(mail.subject), text=str(mail.body)))

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_more: Any) -> None:
        values = {"code": code, "minutes": str(settings.SIGN_IN_CODE_MINUTES)}
        send_message(to=phone, template="accounts/messages/code.txt", values=values)

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return normalise_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        User.objects.filter(pk=user.pk, phone=phone).update(phone_verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            return User.objects.filter(phone=normalise_phone(phone)).first()
        except ValueError:
            return None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Whose wrong passwords are counted together: one person's, however they sign in.

        allauth's own key knows no phone numbers, so that all who sign in by phone would share
        one count: five slips anywhere would lock everybody out.
        """
        phone, email = credentials.get("phone"), credentials.get("email")
        if phone:
            user = self.get_user_by_phone(phone)
        else:
            user = User.objects.filter(email=(email or "").lower()).first()
        if user is not None:
            return f"user:{user.pk}"
        return f"login:{phone or email or credentials.get('username', '')}".lower()
