"""Storing questions and their revisions, many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import User
from accounts.rules.folding import fold
from questionbank.formats.parsed import ParsedQuestion
from questionbank.models import (
    AcceptedAnswer,
    Choice,
    LegalDocument,
    Question,
    Revision,
    RevisionImage,
    Source,
    Tag,
)
from questionbank.services.keeping_pictures import keep_pictures

BATCH = 500


@dataclass(frozen=True)
class Draft:
    """A wording to store for a question; `number` counts the question's revisions from 1."""

    question: Question
    number: int
    content: ParsedQuestion


def store_revisions(
    drafts: Sequence[Draft],
    *,
    documents: Mapping[str, LegalDocument],
    author: User | None,
    at: datetime,
) -> list[Revision]:
    """The new revisions, with options, answers, sources, picture and tags, in the order given.

    They are not yet anybody's current revision. `documents` by the names that the drafts use.
    Raises BankError "picture_gone".
    """
    revisions = Revision.objects.bulk_create(
        (_revision(draft, author=author, at=at) for draft in drafts), batch_size=BATCH
    )
    pairs = [(draft.content, revision) for draft, revision in zip(drafts, revisions, strict=True)]
    Choice.objects.bulk_create(
        (
            Choice(
                revision=revision,
                position=position,
                text=choice.text,
                is_correct=choice.is_correct,
                is_pinned=choice.is_pinned,
            )
            for content, revision in pairs
            for position, choice in enumerate(content.choices)
        ),
        batch_size=BATCH,
    )
    AcceptedAnswer.objects.bulk_create(
        (
            AcceptedAnswer(revision=revision, position=position, text=text)
            for content, revision in pairs
            for position, text in enumerate(content.accepted)
        ),
        batch_size=BATCH,
    )
    Source.objects.bulk_create(
        (
            Source(
                revision=revision,
                document=documents[source.document] if source.document else None,
                article=source.article,
                link=source.link,
                is_historical=source.is_historical,
            )
            for content, revision in pairs
            for source in content.sources
        ),
        batch_size=BATCH,
    )
    pictures = [(it.picture, revision) for it, revision in pairs if it.picture is not None]
    images = keep_pictures([picture for picture, _revision in pictures], at=at)
    RevisionImage.objects.bulk_create(
        (
            RevisionImage(
                revision=revision,
                image_id=images[picture.digest],
                description=picture.description,
            )
            for picture, revision in pictures
        ),
        batch_size=BATCH,
    )
    _store_tags(drafts)
    return revisions


def _revision(draft: Draft, *, author: User | None, at: datetime) -> Revision:
    content = draft.content
    return Revision(
        question=draft.question,
        number=draft.number,
        kind=content.kind,
        difficulty=content.difficulty,
        points=content.points,
        scoring=content.scoring,
        number_key=content.number,
        tolerance=content.tolerance,
        stem=content.stem,
        explanation=content.explanation,
        search_key=search_key(content),
        author=author,
        created_at=at,
    )


def with_kept_pins(content: ParsedQuestion, earlier: ParsedQuestion) -> ParsedQuestion:
    """The content, its options pinned that were so in an earlier wording.

    For what cannot say it: the editor, and some formats.
    """
    pinned = {choice.text for choice in earlier.choices if choice.is_pinned}
    choices = tuple(
        replace(choice, is_pinned=choice.is_pinned or choice.text in pinned)
        for choice in content.choices
    )
    return replace(content, choices=choices)


def search_key(content: ParsedQuestion) -> str:
    options = [choice.text for choice in content.choices]
    return Revision.search_key_for(content.stem, *options, *content.tags)


def _store_tags(drafts: Sequence[Draft]) -> None:
    names = {fold(name) or name: name for draft in drafts for name in draft.content.tags}
    if names:
        Tag.objects.bulk_create(
            (Tag(name=name, folded_name=key) for key, name in sorted(names.items())),
            ignore_conflicts=True,
        )
    tags = Tag.objects.in_bulk(list(names), field_name="folded_name")
    links = Question.tags.through
    renewed = [draft.question.pk for draft in drafts if draft.number > 1]
    for start in range(0, len(renewed), BATCH):
        links.objects.filter(question_id__in=renewed[start : start + BATCH]).delete()
    links.objects.bulk_create(
        (
            links(question_id=draft.question.pk, tag_id=tags[fold(name) or name].pk)
            for draft in drafts
            for name in draft.content.tags
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
