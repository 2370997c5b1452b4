"""Two factors: who must use them, whether a session has, and how their secrets are stored."""

import base64
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy as _

from accounts.models import User

LATER_KEY = _("Khóa số %(number)s")


def must_use_two_factors(user: User) -> bool:
    """Everybody who holds a duty or enters the admin. No query for people of PersonBackend."""
    if not settings.STAFF_MFA_REQUIRED:
        return False
    if user.is_staff or user.is_superuser:
        return True
    holds_duty = getattr(user, "holds_duty", None)
    return user.role_grants.exists() if holds_duty is None else bool(holds_duty)


def has_second_factor(user: User) -> bool:
    """Recovery codes alone are none: they stand in for a device that was lost."""
    devices = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=devices).exists())


def with_second_factor(user: User | AnonymousUser, request: HttpRequest) -> User | AnonymousUser:
    """The person, with duties again if their session has shown a second factor that still stands.

    PersonBackend hands people out without. One query for those who must use two factors.
    """
    if getattr(user, "lacks_second_factor", False) and isinstance(user, User):
        records = get_authentication_records(request, user)
        was_shown = any(record["method"] == "mfa" for record in records)
        user.lacks_second_factor = not (was_shown and has_second_factor(user))
    return user


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second factors: encrypted at rest, named in Vietnamese."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Mã chưa đúng hoặc đã hết hạn."),
        "cannot_delete_authenticator": _("Chưa thể tắt bảo mật hai lớp."),
        "cannot_generate_recovery_codes": _("Cần bật bảo mật hai lớp trước khi tạo mã dự phòng."),
    }

    def encrypt(self, text: str) -> str:
        return _ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValueError once neither SECRET_KEY nor SECRET_KEY_FALLBACKS hold its key."""
        try:
            return _ciphers().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("a second factor was stored with another SECRET_KEY") from error

    def get_totp_label(self, user: Any) -> str:
        return str(user.email or user.full_name)

    def _get_user_identifier(self, user: Any) -> str:
        return self.get_totp_label(user)

    def get_totp_issuer(self) -> str:
        return str(self._get_site_name())

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        names = [gettext("Khóa chính"), gettext("Khóa dự phòng")]
        return names[count] if count < len(names) else str(LATER_KEY % {"number": count + 1})


def _ciphers() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key for this use alone: what is signed with SECRET_KEY says nothing of it."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.second_factors")
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
