"""What remains of an attempt: its receipt and, when revealed, its review."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from contest.models import Attempt
from contest.queries import key_is_revealed, reviewed_questions, ruling_on, score_is_revealed
from contest.rules.receipts import tidy_receipt_code


@require_safe
@login_required
@never_cache
def receipt(request: SignedInRequest, code: str) -> HttpResponse:
    attempt = _own_submitted(request, code)
    context = _context(request, attempt)
    context["ruling"] = None if attempt.is_counted else ruling_on(attempt)
    return render(request, "contest/receipt.html", context)


@require_safe
@login_required
@never_cache
def attempt_review(request: SignedInRequest, code: str) -> HttpResponse:
    """The paper with key and explanations; before the reveal it leads back to the receipt."""
    attempt = _own_submitted(request, code)
    context = _context(request, attempt)
    if not context["key_revealed"]:
        return redirect("contest:receipt", code=attempt.receipt_code)
    context["reviewed"] = reviewed_questions(attempt_id=attempt.pk)
    return render(request, "contest/attempt_review.html", context)


def _own_submitted(request: SignedInRequest, code: str) -> Attempt:
    attempts = (
        Attempt.objects.of_user(request.user.pk)
        .submitted()
        .select_related("round__contest", "participant__unit")
    )
    return get_object_or_404(attempts, receipt_code=tidy_receipt_code(code))


def _context(request: SignedInRequest, attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "contest_round": attempt.round,
        "contest": attempt.round.contest,
        "participant": attempt.participant,
        "score_revealed": score_is_revealed(attempt, at=request.at),
        "key_revealed": key_is_revealed(attempt, at=request.at),
    }
