"""The bank's questions as the dataclasses that files are read into and written from."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from django.db.models import QuerySet

from questionbank.enums import Difficulty, PictureType, QuestionKind, Scoring
from questionbank.formats.base import Bank
from questionbank.formats.parsed import (
    ParsedChoice,
    ParsedDocument,
    ParsedPicture,
    ParsedQuestion,
    ParsedSource,
    ParsedTopic,
)
from questionbank.models import (
    AcceptedAnswer,
    Choice,
    Image,
    LegalDocument,
    Question,
    Revision,
    RevisionImage,
    Source,
    Topic,
)

_PART = 500  # revisions in one statement; SQLite bounds the number of its arguments
_Value = TypeVar("_Value")


def bank_of(questions: QuerySet[Question]) -> Bank:
    """Everything that a file may hold of these questions, as they now stand, by code."""
    rows = questions.filter(current_revision__isnull=False).order_by("code")
    contents = revision_contents(list(rows.values_list("current_revision_id", flat=True)))
    topics = {question.topic for question in contents.values()}
    documents = {source.document for question in contents.values() for source in question.sources}
    return Bank(
        questions=list(contents.values()),
        topics=[
            ParsedTopic(topic.code, topic.name)
            for topic in Topic.objects.order_by("position", "name")
            if topic.code in topics
        ],
        documents=_documents(documents),
    )


def revision_contents(revision_ids: Collection[int]) -> dict[int, ParsedQuestion]:
    """By revision, in the order asked; topics, sets and documents by their codes.

    Pictures come without their content, which `picture_contents` gives. Six statements for every
    five hundred.
    """
    ids = list(revision_ids)
    found: dict[int, ParsedQuestion] = {}
    for start in range(0, len(ids), _PART):
        found |= _contents(ids[start : start + _PART])
    return {pk: found[pk] for pk in ids if pk in found}


def _contents(ids: list[int]) -> dict[int, ParsedQuestion]:
    choices = _by_revision(
        (row.revision_id, ParsedChoice(row.text, row.is_correct, row.is_pinned))
        for row in Choice.objects.filter(revision__in=ids).order_by("revision", "position")
    )
    accepted = _by_revision(
        AcceptedAnswer.objects.filter(revision__in=ids)
        .order_by("revision", "position")
        .values_list("revision_id", "text")
    )
    sources = _by_revision(
        (pk, ParsedSource(code or "", article, link, is_historical=is_historical))
        for pk, code, article, link, is_historical in Source.objects.filter(revision__in=ids)
        .order_by("revision", "pk")
        .values_list("revision_id", "document__code", "article", "link", "is_historical")
    )
    tags = _by_revision(
        Question.tags.through.objects.filter(question__revisions__in=ids)
        .order_by("tag__name")
        .values_list("question__revisions__pk", "tag__name")
    )
    pictures = _pictures(ids)
    revisions = Revision.objects.filter(pk__in=ids).select_related(
        "question__topic", "question__question_set"
    )
    return {
        revision.pk: replace(
            _plain(revision),
            choices=tuple(choices[revision.pk]),
            accepted=tuple(accepted[revision.pk]),
            sources=tuple(sources[revision.pk]),
            tags=tuple(sorted(tags[revision.pk])),
            picture=pictures.get(revision.pk),
        )
        for revision in revisions
    }


def _pictures(ids: list[int]) -> dict[int, ParsedPicture]:
    rows = RevisionImage.objects.filter(revision__in=ids).values_list(
        *("revision_id", "description"),
        *("image__digest", "image__media_type", "image__width", "image__height"),
    )
    return {
        pk: ParsedPicture(digest, PictureType(media_type), width, height, description=description)
        for pk, description, digest, media_type, width, height in rows
    }


def picture_contents(digests: Collection[str]) -> dict[str, bytes]:
    """By digest."""
    found = Image.objects.filter(digest__in=digests).values_list("digest", "content")
    return {digest: bytes(content) for digest, content in found}


def _plain(revision: Revision) -> ParsedQuestion:
    question = revision.question
    return ParsedQuestion(
        stem=revision.stem,
        kind=QuestionKind(revision.kind),
        difficulty=Difficulty(revision.difficulty),
        code=question.code,
        topic=question.topic.code,
        set_code=question.question_set.code if question.question_set else "",
        number=_plain_number(revision.number_key) if revision.number_key is not None else None,
        tolerance=_plain_number(revision.tolerance),
        scoring=Scoring(revision.scoring),
        points=_plain_number(revision.points),
        explanation=revision.explanation,
    )


def _plain_number(number: Decimal) -> Decimal:
    """Without the zeros that the column adds behind the point."""
    return Decimal(f"{number.normalize():f}")


def _by_revision(pairs: Iterable[tuple[int, _Value]]) -> defaultdict[int, list[_Value]]:
    gathered: defaultdict[int, list[_Value]] = defaultdict(list)
    for revision_id, value in pairs:
        gathered[revision_id].append(value)
    return gathered


def _documents(codes: Collection[str]) -> list[ParsedDocument]:
    """With those that replace them."""
    found: dict[str, LegalDocument] = {}
    asked = set(codes) - {""}
    while asked:
        read = LegalDocument.objects.filter(code__in=asked).select_related("replaced_by")
        found |= {document.code: document for document in read}
        named = {document.replaced_by.code for document in read if document.replaced_by}
        asked = named - found.keys()
    return [
        ParsedDocument(
            code=document.code,
            number=document.number,
            title=document.title,
            issued_on=document.issued_on,
            effective_on=document.effective_on,
            expires_on=document.expires_on,
            replaced_by=document.replaced_by.code if document.replaced_by else "",
        )
        for _code, document in sorted(found.items())
    ]
