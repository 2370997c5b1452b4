"""Complaints: a participant sends one from the receipt, the jury answers at its desk."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from contest.addresses import public_address
from contest.complaints.answering import answer_complaint
from contest.complaints.filing import complaints_until, file_complaint, may_complain
from contest.complaints.forms import AnswerForm, ComplaintForm
from contest.enums import ComplaintState
from contest.errors import ContestError
from contest.models import Attempt, Complaint, Contest
from contest.queries.reviews import reviewed_questions
from contest.rules.receipts import tidy_receipt_code

ROWS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def complaint_file(request: SignedInRequest, code: str) -> HttpResponse:
    """`?cau=` the question that the form begins with."""
    attempts = Attempt.objects.of_user(request.user.pk).submitted()
    attempt = get_object_or_404(
        attempts.select_related("round__contest"), receipt_code=tidy_receipt_code(code)
    )
    posted = request.POST if request.method == "POST" else None
    form = ComplaintForm(attempt, posted, initial={"position": request.GET.get("cau", "0")})
    if form.is_valid():
        try:
            file_complaint(attempt=attempt, **form.cleaned_data, at=request.at)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("Ban giám khảo đã nhận khiếu nại. Câu trả lời sẽ hiện trên phiếu này.")
            )
            return redirect("contest:receipt", code=attempt.receipt_code)
    context = {
        "attempt": attempt,
        "contest": attempt.round.contest,
        "form": form,
        "until": complaints_until(attempt),
        "is_over": not may_complain(attempt, at=request.at),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/complaint_file.html", context, status=status)


@require_safe
@require_role(Role.JURY)
def complaint_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """The open ones, the oldest first; `?tat-ca` all, the newest first."""
    contest = get_object_or_404(Contest, slug=slug)
    complaints = contest.complaints.select_related(
        "attempt__round", "attempt__participant__unit", "decision"
    )
    shows_all = "tat-ca" in request.GET
    shown = (
        complaints.order_by("-filed_at", "-pk")
        if shows_all
        else complaints.open().order_by("filed_at", "pk")
    )
    context = {
        "contest": contest,
        "page": Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": "tat-ca&" if shows_all else "",
        "shows_all": shows_all,
        "open_count": contest.complaints.open().count(),
    }
    return render(request, "contest/desks/complaint_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.JURY)
def complaint_answer(request: SignedInRequest, slug: str, code: UUID) -> HttpResponse:
    complaints = Complaint.objects.select_related(
        "contest", "attempt__round", "attempt__participant__unit", "answered_by", "decision"
    )
    complaint = get_object_or_404(complaints, contest__slug=slug, code=code)
    form = AnswerForm(complaint, request.POST if request.method == "POST" else None)
    if form.is_valid():
        receipt = reverse("contest:receipt", args=[complaint.attempt.receipt_code])
        try:
            answer_complaint(
                code=code,
                **form.cleaned_data,
                address=public_address(request, receipt),
                actor=request.user,
                at=request.at,
            )
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã trả lời khiếu nại."))
            return redirect("contest:complaint_list", slug)
    context = {
        "contest": complaint.contest,
        "complaint": complaint,
        "is_open": complaint.state == ComplaintState.OPEN,
        "form": form,
        "items": _items(complaint),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/desks/complaint_answer.html", context, status=status)


def _items(complaint: Complaint) -> list[object]:
    """The question complained about, graded; none where it is about the result."""
    if complaint.position is None:
        return []
    reviewed = reviewed_questions(attempt_id=complaint.attempt_id)
    return [it for it in reviewed if it.question.position == complaint.position]
