"""Registering for a contest."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.models import NationalId
from contest.errors import ContestError
from contest.models import Attempt
from contest.registration.forms import RegistrationForm
from contest.registration.queries import asks_registration, questionnaire, registered
from contest.registration.registering import IdentifierTaken, register
from contest.views.contests import visible_contests


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("cccd", "phone", "email", "born_on", "address")
def registration(request: SignedInRequest, slug: str) -> HttpResponse:
    """The form; what was registered once a paper was begun."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    if not asks_registration(contest.pk):
        return redirect("contest:contest_detail", slug=slug)
    known = registered(contest, request.user)
    held = NationalId.objects.filter(user=request.user).first()
    context = {"contest": contest, "known": known, "cccd": held.masked() if held else ""}
    if known and known.is_confirmed and Attempt.objects.filter(participant=known).exists():
        return render(request, "contest/registration_done.html", context)
    form = RegistrationForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        asked=questionnaire(contest, at=request.at),
        known=known,
        known_cccd=held.masked() if held else "",
    )
    if form.is_valid():
        try:
            register(contest=contest, user=request.user, entry=form.entry(), at=request.at)
        except IdentifierTaken as refusal:
            form.add_error(refusal.field, refusal.message)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã đăng ký. Chúc Anh/Chị thi tốt."))
            return redirect("contest:contest_detail", slug=slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/registration.html", context | {"form": form}, status=status)
