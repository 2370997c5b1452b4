"""Pages of a person's account."""

from http import HTTPStatus
from typing import Any

from allauth.account.views import SignupView
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.adapter import TAKEN
from accounts.forms import LONGEST_UNIT_TEXT, ContactForm, ProfileForm
from accounts.http import SignedInRequest
from accounts.messaging import can_text
from accounts.queries import units_matching
from accounts.rules.phones import phone_as_dialled
from accounts.services.contacts import change_contacts
from accounts.sso import sso_name


class RaceSafeSignupView(SignupView):
    """allauth's sign-up, which answers two simultaneous ones with a sentence, not an error."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
                return answer
        except IntegrityError:
            form.add_error(None, TAKEN)
            refused: HttpResponse = self.form_invalid(form)
            return refused


signup = RaceSafeSignupView.as_view()


@require_safe
def unit_search(request: HttpRequest) -> JsonResponse:
    """The unit picker's list; open to all, since sign-up needs it."""
    if not ratelimit.consume(request, app="allauth.account", action="unit_search", limit_get=True):
        return JsonResponse({"results": []}, status=HTTPStatus.TOO_MANY_REQUESTS)
    units = units_matching(request.GET.get("q", "")[:LONGEST_UNIT_TEXT])
    results = [
        {"code": unit.code, "name": unit.name, "described": unit.described} for unit in units
    ]
    return JsonResponse({"results": results})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu thông tin của Anh/Chị."))
        return redirect("accounts:profile")
    phone = phone_as_dialled(request.user.phone or "")
    context = {"form": form, "phone": phone, "can_text": can_text(), "sso_name": sso_name()}
    return render(request, "accounts/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_post_parameters("password")
def contact_change(request: SignedInRequest) -> HttpResponse:
    too_often: HttpResponse | None = consume_or_429(request, action="change_password")
    if too_often is not None:
        return too_often
    if not request.user.has_usable_password():  # the form asks for it
        messages.info(request, _("Mời Anh/Chị đặt mật khẩu trước khi đổi thông tin liên hệ."))
        return redirect("account_set_password")
    form = ContactForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        contacts = {name: form.cleaned_data[name] for name in ("phone", "email")}
        try:
            change_contacts(user=request.user, **contacts)
        except IntegrityError:
            form.add_error(None, TAKEN)
        else:
            messages.success(request, _("Đã lưu thông tin liên hệ của Anh/Chị."))
            return redirect("accounts:profile")
    return render(request, "accounts/contact_change.html", {"form": form})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "accounts/csrf_failure.html", status=403)
