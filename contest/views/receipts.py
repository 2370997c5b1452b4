"""What remains of an attempt: its receipt and, when revealed, its review."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from contest.addresses import public_address
from contest.complaints.filing import complaints_until, may_complain
from contest.enums import ResultState
from contest.models import Attempt, ResultVersion
from contest.qr_codes import qr_svg
from contest.queries.reviews import key_is_revealed, reviewed_questions, score_is_revealed
from contest.queries.rounds import ruling_on
from contest.regrading.listing import regrade_notes
from contest.rules.answer_record import record_digest, short_digest
from contest.rules.receipts import tidy_receipt_code
from contest.sealing.attempts import answers_record
from contest.sealing.reading import Inclusion, inclusion


@require_safe
@login_required
@never_cache
def receipt(request: SignedInRequest, code: str) -> HttpResponse:
    attempt = _own_submitted(request, code)
    context = _context(request, attempt) | {
        "short_digest": short_digest(record_digest(answers_record(attempt))),
        "inclusions": _inclusions(attempt),
        "complaints": attempt.complaints.order_by("filed_at", "pk"),
        "complaints_until": complaints_until(attempt),
        "may_complain": may_complain(attempt, at=request.at),
    }
    context["ruling"] = None if attempt.is_counted else ruling_on(attempt)
    return render(request, "contest/receipt.html", context)


@require_safe
@login_required
@never_cache
def receipt_qr(request: SignedInRequest, code: str) -> HttpResponse:
    """The receipt's own address."""
    attempt = _own_submitted(request, code)
    path = reverse("contest:receipt", args=[attempt.receipt_code])
    return HttpResponse(qr_svg(public_address(request, path)), content_type="image/svg+xml")


@require_safe
@login_required
@never_cache
def answers_file(request: SignedInRequest, code: str) -> HttpResponse:
    """What the digest on the receipt is of, to the byte."""
    attempt = _own_submitted(request, code)
    return _file(answers_record(attempt), f"bai-lam-{attempt.receipt_code}.json")


@require_safe
@login_required
@never_cache
def proof_file(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """That this receipt is in a published result, for anybody to check."""
    found = _own_inclusion(_own_submitted(request, code), number)
    return _file(found.as_file(), f"chung-minh-{code}-{number}.json")


@require_safe
@login_required
@never_cache
def proof_qr(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The public page that looks up the receipt's leaf: it says nothing of the person."""
    attempt = _own_submitted(request, code)
    found = _own_inclusion(attempt, number)
    asked = urlencode({"ban": number, "dong": found.number, "la": found.leaf})
    path = f"{reverse('contest:result', args=[attempt.round.contest.slug])}?{asked}"
    return HttpResponse(qr_svg(public_address(request, path)), content_type="image/svg+xml")


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
    context["may_complain"] = may_complain(attempt, at=request.at)
    return render(request, "contest/attempt_review.html", context)


def _own_submitted(request: SignedInRequest, code: str) -> Attempt:
    attempts = (
        Attempt.objects.of_user(request.user.pk)
        .submitted()
        .select_related("round__contest__ranking_rules", "participant__unit")
    )
    return get_object_or_404(attempts, receipt_code=tidy_receipt_code(code))


def _context(request: SignedInRequest, attempt: Attempt) -> dict[str, Any]:
    score_revealed = score_is_revealed(attempt, at=request.at)
    return {
        "attempt": attempt,
        "contest_round": attempt.round,
        "contest": attempt.round.contest,
        "participant": attempt.participant,
        "score_revealed": score_revealed,
        "regrade_notes": regrade_notes(attempt) if score_revealed else [],
        "key_revealed": key_is_revealed(attempt, at=request.at),
    }


def _inclusions(attempt: Attempt) -> list[Inclusion]:
    """In the published results, of the round and of the contest. One query, and two for each."""
    found = (inclusion(version, attempt) for version in _published(attempt).order_by("number"))
    return [it for it in found if it is not None]


def _own_inclusion(attempt: Attempt, number: int) -> Inclusion:
    version = get_object_or_404(_published(attempt), number=number)
    found = inclusion(version, attempt)
    if found is None:
        raise Http404
    return found


def _published(attempt: Attempt) -> QuerySet[ResultVersion]:
    published = attempt.round.contest.result_versions.filter(state=ResultState.PUBLISHED)
    return published.filter(Q(round=None) | Q(round=attempt.round_id))


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(
        content, content_type="application/json", headers={"Content-Disposition": disposition}
    )
