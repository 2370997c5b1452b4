"""Certificates: the jury issues and revokes them, anybody checks one by its code."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest, TimedRequest
from accounts.policies import has_role, require_role
from contest.enums import NameDisplay
from contest.errors import ContestError
from contest.exports.certificates import issue_certificates, revoke_certificate, with_awards
from contest.exports.forms import RevokeForm
from contest.models import Certificate, Contest
from contest.rules.naming import name_shown

ON_A_PAGE = 50


@require_safe
@never_cache
def certificate(request: TimedRequest, code: str) -> HttpResponse:
    """What it says, whether it is in force; the name as far as the contest shows names."""
    certificates = Certificate.objects.select_related("participant__contest", "round")
    found = get_object_or_404(certificates, code=code)
    contest = found.participant.contest
    display = NameDisplay(contest.name_display)
    context = {
        "certificate": found,
        "contest": contest,
        "name": name_shown(found.full_name, display=display, code="").strip(),
        "unit": found.unit if display is not NameDisplay.HIDDEN else "",
    }
    return render(request, "contest/certificate.html", context)


@require_safe
@require_role(Role.JURY, Role.ORGANISER)
def certificate_list(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    certificates = Certificate.objects.filter(participant__contest=contest)
    certificates = with_awards(certificates).select_related("round").order_by("-pk")
    context: dict[str, Any] = {
        "contest": contest,
        "rounds": contest.rounds.official(),
        "page": Paginator(certificates.select_related("round").order_by("-pk"), ON_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "query": "",
        "is_jury": has_role(request.user, Role.JURY),
    }
    return render(request, "contest/desks/certificate_list.html", context)


@require_POST
@require_role(Role.JURY)
def certificates_issue(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    wanted = request.POST.get("round", "")
    contest_round = get_object_or_404(contest.rounds, slug=wanted) if wanted else None
    try:
        count = issue_certificates(
            contest=contest, contest_round=contest_round, actor=request.user, at=request.at
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        done = ngettext(
            "Đã cấp %(count)d giấy chứng nhận mới.",
            "Đã cấp %(count)d giấy chứng nhận mới.",
            count,
        )
        messages.success(request, done % {"count": count})
    return redirect("contest:certificate_list", slug)


@require_POST
@require_role(Role.JURY)
def certificate_revoke(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    found = get_object_or_404(Certificate, participant__contest__slug=slug, code=code)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Xin ghi lý do thu hồi giấy chứng nhận."))
        return redirect("contest:certificate_list", slug)
    revoke_certificate(
        code=found.code, reason=form.cleaned_data["reason"], actor=request.user, at=request.at
    )
    messages.success(request, _("Đã thu hồi giấy chứng nhận."))
    return redirect("contest:certificate_list", slug)
