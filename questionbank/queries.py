"""Reads of the question bank's desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from questionbank.enums import Difficulty
from questionbank.models import Choice, Comment, Question, Review, Revision, Source, Topic


def listed_questions(filters: Mapping[str, Any]) -> QuerySet[Question]:
    """Questions by code with topic, set and current wording; empty filters are not asked.

    Known filters: q (text), topic, question_set (objects), difficulty, status (values).
    """
    questions = Question.objects.select_related(
        "topic", "question_set", "current_revision__picture"
    )
    if filters.get("q"):
        questions = questions.matching(filters["q"])
    if filters.get("difficulty"):
        questions = questions.filter(current_revision__difficulty=filters["difficulty"])
    for name in ("topic", "question_set", "status"):
        if filters.get(name):
            questions = questions.filter(**{name: filters[name]})
    return questions.order_by("code")


@dataclass(frozen=True)
class CoverageCell:
    label: str
    count: int


@dataclass(frozen=True)
class CoverageRow:
    """How many approved questions a topic has, by difficulty in the order of the enum."""

    topic: Topic
    cells: list[CoverageCell]

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)


def coverage() -> list[CoverageRow]:
    """Topic by difficulty over the approved questions, topics without any included. Two queries."""
    counted = (
        Question.objects.filter(approved_revision__isnull=False)
        .order_by()
        .values_list("topic_id", "approved_revision__difficulty")
        .annotate(number=Count("pk"))
    )
    numbers = {(topic_id, difficulty): number for topic_id, difficulty, number in counted}
    return [
        CoverageRow(
            topic,
            [
                CoverageCell(str(each.label), numbers.get((topic.pk, each.value), 0))
                for each in Difficulty
            ],
        )
        for topic in Topic.objects.order_by("position", "name")
    ]


def resting_on_dead_law(*, on: date) -> QuerySet[Any]:
    """Questions in use that are barred from new papers, a row for each document that bars them.

    Each carries `dead_document_id`.
    """
    return (
        Question.objects.filter(
            Q(approved_revision__sources__document__expires_on__lt=on)
            | Q(approved_revision__sources__document__replaced_by__isnull=False),
            approved_revision__sources__is_historical=False,
        )
        .annotate(dead_document_id=F("approved_revision__sources__document_id"))
        .order_by("code")
        .distinct()
    )


def question_page(code: str) -> QuerySet[Question]:
    """The question of that code with all its revisions, newest first. Eight queries."""
    revisions = Revision.objects.order_by("-number").select_related("picture__image")
    revisions = revisions.defer("picture__image__content").prefetch_related(
        Prefetch("choices", Choice.objects.order_by("position")),
        Prefetch("sources", Source.objects.select_related("document")),
        "accepted_answers",
        Prefetch("reviews", Review.objects.select_related("reviewer")),
    )
    return (
        Question.objects.filter(code=code)
        .select_related("topic", "question_set", "author")
        .prefetch_related(
            Prefetch("revisions", revisions),
            Prefetch("comments", Comment.objects.select_related("author")),
            "tags",
        )
    )
