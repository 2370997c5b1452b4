"""The organisers' page for how long complaints are taken."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.complaints.forms import ComplaintRulesForm
from contest.complaints.ruling import set_complaint_rules
from contest.complaints.wording import complaint_rule, seal_rule
from contest.errors import ContestError
from contest.models import Contest
from contest.services.ruling import rules_are_frozen


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.OBSERVER)
def complaint_rules(request: SignedInRequest, slug: str) -> HttpResponse:
    """Observers read it; a POST of theirs is refused by the service."""
    contest = get_object_or_404(Contest, slug=slug)
    initial = {
        "hours": contest.complaint_hours,
        "seal_waits": contest.seal_waits_for_complaints,
    }
    form = ComplaintRulesForm(request.POST if request.method == "POST" else None, initial=initial)
    status: int = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                set_complaint_rules(
                    contest_id=contest.pk, **form.cleaned_data, actor=request.user, at=request.at
                )
            except ContestError as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, _("Đã lưu quy định về khiếu nại."))
                return redirect("contest:complaint_rules", slug)
    context = {
        "contest": contest,
        "form": form,
        "complaint_rule": complaint_rule(contest),
        "seal_rule": seal_rule(contest),
        "is_frozen": rules_are_frozen(contest, at=request.at),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "contest/desks/complaint_rules.html", context, status=status)
