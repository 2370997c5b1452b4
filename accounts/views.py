"""Pages of a person's account."""

from typing import Any

from allauth.account.views import SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ProfileForm
from accounts.http import SignedInRequest
from accounts.queries import units_matching


class RaceSafeSignupView(SignupView):
    """allauth's sign-up, which answers two simultaneous ones with a sentence, not an error."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
                return answer
        except IntegrityError:
            form.add_error(
                None,
                _(
                    "Số điện thoại hoặc thư điện tử này đã có tài khoản. "
                    "Mời Anh/Chị đăng nhập hoặc lấy lại mật khẩu."
                ),
            )
            refused: HttpResponse = self.form_invalid(form)
            return refused


signup = RaceSafeSignupView.as_view()


@require_safe
def unit_search(request: HttpRequest) -> JsonResponse:
    """The unit picker's list; open to all, since sign-up needs it."""
    units = units_matching(request.GET.get("q", "")[:200])
    results = [
        {"code": unit.code, "name": unit.name, "kind": unit.get_kind_display()} for unit in units
    ]
    return JsonResponse({"results": results})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu thông tin của Anh/Chị."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "accounts/csrf_failure.html", status=403)
