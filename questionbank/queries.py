"""Reads of the question bank's desk."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from questionbank.enums import Difficulty, QuestionStatus
from questionbank.models import (
    Choice,
    Comment,
    ItemStatistic,
    Question,
    QuestionSet,
    Review,
    Revision,
    SittingStatistic,
    Source,
    Topic,
)
from questionbank.rules.blueprints import Pool
from questionbank.rules.topic_tree import Parents, in_order, line, subtree

IN_USE = "in_use"  # beside the values of QuestionStatus: papers are drawn from it


def listed_questions(filters: Mapping[str, Any]) -> QuerySet[Question]:
    """Questions by code with topic, set and current wording; empty filters are not asked.

    Known filters: q (text), topic (with those below it) and question_set (objects), difficulty,
    status (values). Of questions in use, the difficulty is that of the approved revision.
    """
    questions = Question.objects.select_related(
        "topic", "question_set", "current_revision__picture"
    )
    if filters.get("q"):
        questions = questions.matching(filters["q"])
    if filters.get("topic"):
        questions = questions.filter(topic__in=subtree(filters["topic"].pk, topic_parents()))
    if filters.get("question_set"):
        questions = questions.filter(question_set=filters["question_set"])
    is_in_use = filters.get("status") == IN_USE
    if is_in_use:
        questions = questions.filter(approved_revision__isnull=False)
    elif filters.get("status"):
        questions = questions.filter(status=filters["status"])
    if filters.get("difficulty"):
        revision = "approved_revision" if is_in_use else "current_revision"
        questions = questions.filter(**{f"{revision}__difficulty": filters["difficulty"]})
    return questions.order_by("code")


def topic_parents() -> Parents:
    """The whole tree. One query."""
    return dict(Topic.objects.order_by().values_list("pk", "parent_id"))


def topic_lines() -> dict[int, list[int]]:
    """Of every topic: itself and those above it. One query."""
    parents = topic_parents()
    return {topic_id: line(topic_id, parents) for topic_id in parents}


def leveled_topics() -> list[tuple[Topic, int]]:
    """Every topic behind its parent, with its level from 1. One query."""
    topics = {topic.pk: topic for topic in Topic.objects.order_by("position", "name")}
    parents = {pk: topic.parent_id for pk, topic in topics.items()}
    return [(topics[pk], level) for pk, level in in_order(topics, parents)]


def topic_names() -> list[str]:
    """In the order of the desk."""
    return list(Topic.objects.order_by("position", "name").values_list("name", flat=True))


@dataclass(frozen=True)
class CoverageCell:
    """How many questions in use a topic has of one difficulty."""

    difficulty: Difficulty
    own: int
    whole: int  # with the topics below it


@dataclass(frozen=True)
class CoverageRow:
    """A topic of the tree, with a cell for each difficulty in the order of the enum."""

    topic: Topic
    level: int  # from 1
    cells: list[CoverageCell]

    @property
    def own(self) -> int:
        return sum(cell.own for cell in self.cells)

    @property
    def whole(self) -> int:
        return sum(cell.whole for cell in self.cells)


def coverage() -> list[CoverageRow]:
    """The tree of topics with the questions in use, topics without any included. Two queries."""
    own = Counter(
        {
            (topic_id, difficulty): number
            for topic_id, difficulty, number in Question.objects.filter(
                approved_revision__isnull=False
            )
            .order_by()
            .values_list("topic_id", "approved_revision__difficulty")
            .annotate(number=Count("pk"))
        }
    )
    topics = leveled_topics()
    parents = {topic.pk: topic.parent_id for topic, _level in topics}
    whole: Counter[tuple[int, str]] = Counter()
    for (topic_id, difficulty), number in own.items():
        for above in line(topic_id, parents):
            whole[above, difficulty] += number
    return [
        CoverageRow(
            topic,
            level,
            [
                CoverageCell(each, own[topic.pk, each.value], whole[topic.pk, each.value])
                for each in Difficulty
            ],
        )
        for topic, level in topics
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
        .select_related("topic", "question_set", "author", "current_revision")
        .prefetch_related(
            Prefetch("revisions", revisions),
            Prefetch("comments", Comment.objects.select_related("author")),
            "tags",
        )
    )


def awaiting_answer_of(reviewer_id: int) -> QuerySet[Question]:
    """What this reader is to answer blind: in review, by somebody else, and not answered yet."""
    answered = Review.objects.filter(revision=OuterRef("current_revision"), reviewer=reviewer_id)
    waiting = Question.objects.filter(
        status=QuestionStatus.IN_REVIEW, current_revision__isnull=False
    )
    by_others = waiting.exclude(author=reviewer_id).exclude(current_revision__author=reviewer_id)
    return by_others.exclude(Exists(answered))


def awaits_answer_of(question: Question, reviewer_id: int) -> bool:
    """Whether this reader is to answer the question before they may see its key.

    One query where it is in review, else none.
    """
    if question.status != QuestionStatus.IN_REVIEW:
        return False
    return awaiting_answer_of(reviewer_id).filter(pk=question.pk).exists()


def question_statistics(question_id: int) -> QuerySet[ItemStatistic]:
    """How all revisions of a question did, the last measured first. Two queries."""
    return (
        ItemStatistic.objects.filter(revision__question=question_id)
        .select_related("sitting", "revision")
        .prefetch_related(Prefetch("revision__choices", Choice.objects.order_by("position")))
        .order_by("-sitting__measured_at", "-revision__number")
    )


def sittings() -> QuerySet[SittingStatistic]:
    """What was measured, the last first, with the numbers of questions and of flagged ones."""
    return SittingStatistic.objects.annotate(
        item_count=Count("items"), flagged_count=Count("items", filter=Q(items__concern__gt=0))
    ).order_by("-measured_at", "sitting")


_Row = tuple[int, str]  # topic, difficulty ("": any)


def drawable_pools(
    rows: Collection[_Row], *, question_set: QuestionSet | None, on: date
) -> dict[_Row, Pool]:
    """The questions that each row of a blueprint could be drawn from on that day. Two queries.

    A row's topic stands for those below it, too. Without a set, those of the whole bank.
    """
    questions = Question.objects.drawable(on=on)
    if question_set is not None:
        questions = questions.filter(question_set=question_set)
    found = list(
        questions.order_by().values_list("pk", "topic_id", "approved_revision__difficulty")
    )
    lines = topic_lines()
    pools: dict[_Row, set[int]] = {row: set() for row in rows}
    for question_id, topic_id, difficulty in found:
        for row in product(lines[topic_id], (difficulty, "")):
            if row in pools:
                pools[row].add(question_id)
    return {row: frozenset(pool) for row, pool in pools.items()}
