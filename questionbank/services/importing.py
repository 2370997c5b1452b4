"""Bringing a checked question file into the bank."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from questionbank.enums import QuestionStatus
from questionbank.formats.parsed import (
    ParsedDocument,
    ParsedFile,
    ParsedQuestion,
    ParsedTopic,
    Problem,
)
from questionbank.models import (
    Choice,
    LegalDocument,
    Question,
    QuestionSet,
    Revision,
    Source,
    Topic,
)


class ImportRefused(Exception):
    """The file was not taken, and nothing of it is stored; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class ImportCounts:
    created: int
    unchanged: int  # their codes were in the bank already


@transaction.atomic
def import_questions(
    parsed: ParsedFile,
    *,
    at: datetime,
    status: QuestionStatus = QuestionStatus.APPROVED,
    author: User | None = None,
    set_names: Mapping[str, str] | None = None,
) -> ImportCounts:
    """Add the questions whose codes the bank does not know; those it knows stay as they are.

    The same file again changes nothing. Question sets take their name from `set_names`, else
    their code. Raises ImportRefused with every reason.
    """
    if (problems := _problems(parsed)) or parsed.topic is None:
        raise ImportRefused(problems)
    known = set(
        Question.objects.filter(
            code__in=[question.code for question in parsed.questions]
        ).values_list("code", flat=True)
    )
    new = [question for question in parsed.questions if question.code not in known]
    topic = _topic(parsed.topic)
    documents = _documents(parsed.documents)
    sets = _question_sets({question.set_code for question in new} - {""}, set_names or {})
    questions = Question.objects.bulk_create(
        Question(
            code=question.code,
            topic=topic,
            question_set=sets.get(question.set_code),
            author=author,
        )
        for question in new
    )
    _first_revisions(new, questions, documents, at=at)
    # approved only now: the database wants an approved question to have a revision
    Question.objects.filter(pk__in=[question.pk for question in questions]).update(
        status=status,
        current_revision=Subquery(
            Revision.objects.filter(question=OuterRef("pk"), number=1).values("pk")
        ),
    )
    return ImportCounts(created=len(new), unchanged=len(known))


def _problems(parsed: ParsedFile) -> list[Problem]:
    problems = list(parsed.problems)
    named = {document.replaced_by for document in parsed.documents} - {""}
    defined = {document.code for document in parsed.documents}
    if missing := named - defined:
        stored = LegalDocument.objects.filter(code__in=missing).values_list("code", flat=True)
        problems += [
            Problem(code, _("văn bản thay thế này chưa được khai báo."))
            for code in sorted(missing.difference(stored))
        ]
    return problems


def _topic(parsed: ParsedTopic) -> Topic:
    topic, _created = Topic.objects.get_or_create(code=parsed.code, defaults={"name": parsed.name})
    return topic


def _documents(parsed: tuple[ParsedDocument, ...]) -> dict[str, LegalDocument]:
    """The documents by code; those that the bank knows stay as they are."""
    codes = {document.code for document in parsed}
    codes |= {document.replaced_by for document in parsed if document.replaced_by}
    stored = LegalDocument.objects.in_bulk(list(codes), field_name="code")
    new = [document for document in parsed if document.code not in stored]
    made = LegalDocument.objects.bulk_create(
        LegalDocument(
            code=document.code,
            number=document.number,
            title=document.title,
            issued_on=document.issued_on,
            effective_on=document.effective_on,
            expires_on=document.expires_on,
        )
        for document in new
    )
    by_code = stored | {document.code: document for document in made}
    replaced = []
    for document in new:
        if document.replaced_by:
            by_code[document.code].replaced_by = by_code[document.replaced_by]
            replaced.append(by_code[document.code])
    LegalDocument.objects.bulk_update(replaced, ["replaced_by"])
    return by_code


def _question_sets(codes: set[str], names: Mapping[str, str]) -> dict[str, QuestionSet]:
    QuestionSet.objects.bulk_create(
        [QuestionSet(code=code, name=names.get(code, code)) for code in sorted(codes)],
        ignore_conflicts=True,  # known sets keep their names
    )
    return QuestionSet.objects.in_bulk(list(codes), field_name="code")


def _first_revisions(
    parsed: list[ParsedQuestion],
    questions: list[Question],
    documents: Mapping[str, LegalDocument],
    *,
    at: datetime,
) -> None:
    revisions = Revision.objects.bulk_create(
        Revision(
            question=question,
            number=1,
            kind=draft.kind,
            difficulty=draft.difficulty,
            stem=draft.stem,
            explanation=draft.explanation,
            search_key=Revision.search_key_for(draft.stem),
            created_at=at,
        )
        for draft, question in zip(parsed, questions, strict=True)
    )
    pairs = list(zip(parsed, revisions, strict=True))
    Choice.objects.bulk_create(
        Choice(
            revision=revision,
            position=position,
            text=choice.text,
            is_correct=choice.is_correct,
            is_pinned=choice.is_pinned,
        )
        for draft, revision in pairs
        for position, choice in enumerate(draft.choices)
    )
    Source.objects.bulk_create(
        Source(revision=revision, document=documents[source.document], article=source.article)
        for draft, revision in pairs
        for source in draft.sources
    )
