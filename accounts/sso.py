"""Single sign-on: one OpenID Connect provider, described by the environment alone."""

import hashlib
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User

PROVIDER_ID = "sso"
KEPT_CLAIMS = ("email", "name")
FAILED = _("Đăng nhập qua %(provider)s chưa thành công. Mời Anh/Chị thử lại.")
TAKEN_BY_PASSWORD = _(
    "Đã có tài khoản dùng thư điện tử này. Mời Anh/Chị đăng nhập bằng mật khẩu hoặc mã, "
    "rồi bấm “Liên kết với %(provider)s” ở trang Thông tin của tôi."
)


def sso_name() -> str:
    """What the button says; empty while single sign-on is not set up."""
    oidc = settings.OIDC
    return oidc["name"] if oidc["server_url"] and oidc["client_id"] else ""


class SsoProvider(OpenIDConnectProvider):
    """allauth's provider, with a nonce, and keeping no more of the claims than it needs."""

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        nonce = get_random_string(32)
        kwargs["auth_params"] = {"nonce": nonce}
        kwargs["scope"] = self.get_scope()  # the address may ask for no more
        answer: HttpResponse = super().redirect(
            request, process, next_url, data, nonce=nonce, **kwargs
        )
        return answer

    def extract_uid(self, data: dict[str, Any]) -> str:
        """A person of this provider: "7" of another one that is set up later is somebody else.

        Raises OAuth2Error when the two documents speak of two people (OpenID Connect 5.3.2).
        """
        subjects = {str(part["sub"]) for part in data.values()}
        if len(subjects) != 1:
            raise OAuth2Error("the user info is not of whom the ID token names")
        whole = f"{settings.OIDC['server_url']}|{subjects.pop()}"
        return hashlib.sha256(whole.encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is stored: enough to name the account on its owner's page."""
        claims = data.get("userinfo") or data["id_token"]
        kept = {name: claims.get(name) or "" for name in KEPT_CLAIMS}
        # looked at and dropped by SsoAdapter.pre_social_login
        return {"userinfo": kept, "nonce": data.get("id_token", {}).get("nonce", "")}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = super().extract_common_fields(data)
        family, given = fields.get("last_name"), fields.get("first_name")
        fields["name"] = fields.get("name") or " ".join(filter(None, [family, given]))
        return fields


class SsoAdapter(DefaultSocialAccountAdapter):
    """How people of the provider become people of ours."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _("Đã có tài khoản dùng thư điện tử này. %s chưa được liên kết."),
        "no_password": _("Mời Anh/Chị đặt mật khẩu trước khi bỏ liên kết."),
        "connected_other": _("Tài khoản này đã liên kết với một người khác."),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one of the settings; none of the database. No query."""
        name, oidc = sso_name(), settings.OIDC
        if not name or provider not in (None, PROVIDER_ID, SsoProvider.id):
            return []
        return [
            SocialApp(
                provider=SsoProvider.id,
                provider_id=PROVIDER_ID,
                name=name,
                client_id=oidc["client_id"],
                secret=oidc["secret"],
                settings={"server_url": oidc["server_url"], "oauth_pkce_enabled": True},
            )
        ]

    def list_providers(self, request: HttpRequest) -> list[SsoProvider]:
        return [SsoProvider(request, app=app) for app in self.list_apps(request)]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SsoProvider:
        """Raises SocialApp.DoesNotExist."""
        return SsoProvider(request, app=self.get_app(request, provider, client_id))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an answer that was not asked for, and an address that is somebody's already."""
        provider = {"provider": sociallogin.provider.name}
        nonce = sociallogin.account.extra_data.pop("nonce", "")
        if not constant_time_compare(nonce, sociallogin.state.get("nonce", "")):
            raise _sent_back(request, FAILED % provider)
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])
        if sociallogin.state.get("process") == "connect" or sociallogin.is_existing:
            return
        addresses = [address.email.lower() for address in sociallogin.email_addresses]
        if User.objects.filter(email__in=addresses).exists():
            raise _sent_back(request, TAKEN_BY_PASSWORD % provider)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Whom a confirmed address opens: only who has confirmed it here, too.

        Otherwise a stranger could sign up here with the address first, and wait for its owner.
        """
        found = super().authenticate_by_email(sociallogin)
        if found is None:
            return None
        user, email = found
        confirmed = EmailAddress.objects.filter(user=user, email=email.lower(), verified=True)
        return (user, email) if confirmed.exists() else None

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.full_name = (data.get("name") or "")[:120]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return {**initial, "full_name": sociallogin.user.full_name}


def _sent_back(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    messages.error(request, why)
    return ImmediateHttpResponse(redirect("account_login"))
