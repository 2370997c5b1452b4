"""One question at a time: written anew, or its next revision."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_decision
from questionbank.contents import revision_contents
from questionbank.enums import QuestionStatus
from questionbank.errors import BankError
from questionbank.formats.parsed import ParsedQuestion, ParsedSource
from questionbank.models import LegalDocument, Question, QuestionSet, Topic
from questionbank.services.importing import free_codes
from questionbank.services.revising import Draft, store_revisions, with_kept_pins


def create_question(*, content: ParsedQuestion, author: User, at: datetime) -> Question:
    """A draft with its first revision; without a code it gets the next free one.

    Raises BankError "code_taken".
    """
    code = content.code or free_codes(1)[0]
    try:
        with transaction.atomic():
            question = Question.objects.create(code=code, author=author, **_place(content))
            _store(question, 1, content, author=author, at=at)
    except IntegrityError as error:
        raise BankError("code_taken", _("Mã này đã có câu hỏi khác dùng.")) from error
    return question


@transaction.atomic
def revise_question(
    *, question_id: int, content: ParsedQuestion, based_on: int, author: User, at: datetime
) -> Question:
    """The next revision, a draft; the same content changes nothing.

    The revision approved before goes on being drawn until this one is approved. `based_on` is the
    number of the revision that the author saw. Raises BankError "changed_meanwhile".
    """
    question = Question.objects.select_for_update(of=("self",)).get(pk=question_id)
    current = question.current_revision
    number = current.number if current else 0
    if number != based_on:
        raise BankError(
            "changed_meanwhile",
            _("Câu hỏi vừa được người khác sửa. Xin mở bản mới và sửa lại trên đó."),
        )
    if current is not None:
        known = revision_contents([current.pk])[current.pk]
        content = with_kept_pins(content, known)
        if content == known:
            return question
    before = {"revision": number, "status": question.status}
    for name, value in _place(content).items():
        setattr(question, name, value)
    question.status = QuestionStatus.DRAFT
    question.save(update_fields=["topic", "question_set", "status"])
    _store(question, number + 1, content, author=author, at=at)
    record_decision(
        actor=author,
        at=at,
        action="question.revise",
        target=f"question:{question.code}",
        before=before,
        after={"revision": number + 1, "status": question.status},
    )
    return question


def _place(content: ParsedQuestion) -> dict[str, Topic | QuestionSet | None]:
    sets = QuestionSet.objects.filter(code=content.set_code) if content.set_code else None
    return {
        "topic": Topic.objects.get(code=content.topic),
        "question_set": sets.get() if sets is not None else None,
    }


def _store(
    question: Question, number: int, content: ParsedQuestion, *, author: User, at: datetime
) -> None:
    documents = _documents(content.sources)
    draft = Draft(question, number, content)
    (revision,) = store_revisions([draft], documents=documents, author=author, at=at)
    question.current_revision = revision
    question.save(update_fields=["current_revision"])


def _documents(sources: Iterable[ParsedSource]) -> dict[str, LegalDocument]:
    """By the code or number that a source names; those that nobody knows are made."""
    found = {}
    for name in {source.document for source in sources} - {""}:
        named = LegalDocument.objects.filter(Q(code=name) | Q(number__iexact=name)).order_by("-pk")
        document = named.first()
        if document is None:
            document = LegalDocument.objects.create(code=name, number=name, title=name)
        found[name] = document
    return found
