"""Ways in besides the password: one-time codes, single sign-on; and confirming one's phone."""

import time
from typing import Any

from allauth.account.internal.flows.phone_verification import ChangePhoneVerificationProcess
from allauth.account.views import ConfirmLoginCodeView
from allauth.core import ratelimit
from allauth.core.exceptions import RateLimited
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.socialaccount.views import SignupView as SocialSignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from requests import RequestException

from accounts.adapter import TAKEN, AccountAdapter
from accounts.code_forms import CANNOT_TEXT
from accounts.http import SignedInRequest
from accounts.messaging import can_text
from accounts.rules.masking import mask_contact
from accounts.sso import sso_name

TOO_OFTEN = AccountAdapter.error_messages["rate_limited"]


class CodeConfirmView(ConfirmLoginCodeView):
    """allauth's page for the code, which sends another one as rarely as the first."""

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        process = self._process
        contact = process.state.get("email") or process.state.get("phone")
        if not ratelimit.consume(self.request, action="request_login_code", key=contact):
            messages.error(self.request, TOO_OFTEN)
        else:
            if process.user is not None:  # nobody has this contact: nothing is sent, nothing shows
                process.send(skip_enumeration_mails=True)
                process.state["at"] = time.time()
            process.record_resend()
            process.persist()
            messages.success(self.request, _("Đã gửi mã mới."))
        return redirect(self.passthrough_next_url(self.request.path))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["masked"] = mask_contact(context["email"] or context["phone"])
        context["minutes"] = settings.SIGN_IN_CODE_MINUTES
        return context


confirm_login_code = CodeConfirmView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def phone_confirm(request: SignedInRequest) -> HttpResponse:
    """Send a code to the person's own number; allauth's page takes it."""
    user = request.user
    if not user.phone or user.phone_verified:
        return redirect("accounts:profile")
    if request.method == "POST":
        if not can_text():
            messages.error(request, CANNOT_TEXT)
            return redirect("accounts:profile")
        try:
            ChangePhoneVerificationProcess.initiate(request, user.phone)
        except RateLimited:
            messages.error(request, TOO_OFTEN)
        else:
            return redirect("account_verify_phone")
    context = {"masked": mask_contact(user.phone), "minutes": settings.SIGN_IN_CODE_MINUTES}
    return render(request, "accounts/phone_confirm.html", context)


@require_POST
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider by a page: `form-action` of the CSP holds redirects of forms here."""
    try:
        answer: HttpResponse = openid_connect.login(request, provider_id)
    except RequestException:
        told = _("Chưa liên lạc được với %(provider)s. Mời Anh/Chị thử lại sau ít phút.")
        messages.error(request, told % {"provider": sso_name()})
        return redirect("account_login")
    if answer.status_code != 302:
        return answer
    context = {"address": answer["Location"], "provider": sso_name()}
    return render(request, "accounts/sso_leaving.html", context)


class RaceSafeSsoSignupView(SocialSignupView):
    """allauth's last step for new people, which survives somebody else being first."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
                return answer
        except IntegrityError:
            messages.error(self.request, TAKEN)
            return redirect("account_login")


sso_signup = RaceSafeSsoSignupView.as_view()
