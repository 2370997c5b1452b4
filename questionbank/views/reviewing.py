"""What is done with a question: sent, answered blind, decided, retired, spoken of."""

from collections.abc import Callable
from http import HTTPStatus
from string import ascii_uppercase

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from questionbank.enums import QuestionKind, Verdict
from questionbank.errors import BankError
from questionbank.forms import BlindAnswerForm, NoteForm, VerdictForm
from questionbank.models import Question, Review
from questionbank.queries import question_page
from questionbank.services import reviewing


@require_POST
@require_role(Role.AUTHOR)
def question_send(request: SignedInRequest, code: str) -> HttpResponse:
    question = get_object_or_404(Question, code=code)

    def deed() -> None:
        reviewing.send_to_review(question_id=question.pk, actor=request.user, at=request.at)

    return _done(request, code, deed, _("Đã gửi thẩm định."))


@require_POST
@require_role(Role.REVIEWER)
def question_retire(request: SignedInRequest, code: str) -> HttpResponse:
    question = get_object_or_404(Question, code=code)

    def deed() -> None:
        reviewing.retire(
            question_id=question.pk,
            actor=request.user,
            reason=request.POST.get("note", ""),
            at=request.at,
        )

    return _done(request, code, deed, _("Đã ngừng dùng câu hỏi; đề đã bốc vẫn giữ nguyên."))


@require_POST
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_reopen(request: SignedInRequest, code: str) -> HttpResponse:
    question = get_object_or_404(Question, code=code)

    def deed() -> None:
        reviewing.take_up_again(question_id=question.pk, actor=request.user, at=request.at)

    return _done(request, code, deed, _("Câu hỏi đã trở lại bản nháp."))


@require_POST
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_comment(request: SignedInRequest, code: str) -> HttpResponse:
    question = get_object_or_404(Question, code=code)
    form = NoteForm(request.POST)

    def deed() -> None:
        if not form.is_valid():
            raise BankError("note_missing", _("Xin viết nhận xét, không quá 2.000 ký tự."))
        reviewing.comment(
            question_id=question.pk,
            author=request.user,
            text=form.cleaned_data["note"],
            at=request.at,
        )

    return _done(request, code, deed, _("Đã ghi nhận xét."))


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.REVIEWER)
def question_review(request: SignedInRequest, code: str) -> HttpResponse:
    """First the question without its key; after the answer, the key and the verdict."""
    question = get_object_or_404(question_page(code))
    revision = next(
        (it for it in question.revisions.all() if it.pk == question.current_revision_id), None
    )
    if revision is None:
        return redirect("questionbank:question_detail", code)
    review = Review.objects.filter(revision=revision, reviewer=request.user).first()
    kind, letters = QuestionKind(revision.kind), ascii_uppercase[: len(revision.choices.all())]
    sent = request.POST if request.method == "POST" else None
    answer = BlindAnswerForm(
        sent if review is None else None,
        kind=kind,
        letters=letters,
        initial={"revision": revision.number},
    )
    verdict = VerdictForm(sent if review is not None else None)
    try:
        if sent is not None and review is None and answer.is_valid():
            reviewing.answer_blind(
                question_id=question.pk,
                revision_number=answer.cleaned_data["revision"],
                reviewer=request.user,
                response=answer.cleaned_data["response"],
                at=request.at,
            )
            return redirect("questionbank:question_review", code)
        if sent is not None and review is not None and verdict.is_valid():
            reviewing.decide(
                question_id=question.pk,
                reviewer=request.user,
                verdict=Verdict(verdict.cleaned_data["verdict"]),
                note=verdict.cleaned_data["note"],
                at=request.at,
            )
            messages.success(request, _("Đã ghi kết luận thẩm định."))
            return redirect("questionbank:question_detail", code)
    except BankError as refusal:
        (verdict if review is not None else answer).add_error(None, refusal.message)
    context = {
        "question": question,
        "revision": revision,
        "choices": list(zip(letters, revision.choices.all(), strict=False)),
        "review": review,
        "answer": answer,
        "verdict": verdict,
        "kind": kind,
        "is_own": request.user.pk in (question.author_id, revision.author_id),
    }
    has_errors = answer.errors or verdict.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if has_errors else HTTPStatus.OK
    return render(request, "questionbank/question_review.html", context, status=status)


def _done(request: SignedInRequest, code: str, deed: Callable[[], None], told: str) -> HttpResponse:
    try:
        deed()
    except BankError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, told)
    return redirect("questionbank:question_detail", code)
