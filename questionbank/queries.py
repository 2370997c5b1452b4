"""Reads of the question bank's desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from questionbank.enums import Difficulty, QuestionStatus
from questionbank.models import Choice, Question, Revision, Source, Topic


def listed_questions(filters: Mapping[str, Any]) -> QuerySet[Question]:
    """Questions by code with topic, set and current wording; empty filters are not asked.

    Known filters: q (text), topic, question_set (objects), difficulty, status (values).
    """
    questions = Question.objects.select_related("topic", "question_set", "current_revision")
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
        Question.objects.filter(status=QuestionStatus.APPROVED)
        .order_by()
        .values_list("topic_id", "current_revision__difficulty")
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


def question_page(code: str) -> QuerySet[Question]:
    """The question of that code with all its revisions, newest first. Four queries."""
    revisions = Revision.objects.order_by("-number").prefetch_related(
        Prefetch("choices", Choice.objects.order_by("position")),
        Prefetch("sources", Source.objects.select_related("document")),
    )
    return (
        Question.objects.filter(code=code)
        .select_related("topic", "question_set", "author")
        .prefetch_related(Prefetch("revisions", revisions))
    )
