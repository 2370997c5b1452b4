"""What the papers of a round are drawn from, kept in the process for a moment.

In a storm of starts the bank is read once a second, not once a start. A question that is retired
may still be drawn within that second, as it could have been the second before.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product

from contest.models import Round
from contest.rules.drawing import Draft
from contest.singleflight import SingleFlightCache
from questionbank.enums import QuestionKind
from questionbank.models import Choice, Question
from questionbank.queries import topic_lines

KEPT_SECONDS = 1.0

_plans = SingleFlightCache(size=20, seconds=KEPT_SECONDS)


@dataclass(frozen=True)
class DrawPlan:
    """By row of the blueprint: how many questions it asks for, and from which."""

    counts: list[int]
    pools: list[list[Draft]]


def draw_plan(contest_round: Round, *, on: date) -> DrawPlan:
    """Four queries, whatever the size of the bank; none while the plan is kept."""
    return _plans.get((contest_round.pk, on), lambda: read_draw_plan(contest_round, on=on))


def forget_draw_plans() -> None:
    """Start anew, as after a restart of the process."""
    _plans.clear()


def read_draw_plan(contest_round: Round, *, on: date) -> DrawPlan:
    """A row's pool holds the questions of its topic and of those below it."""
    rows = list(contest_round.blueprint.order_by("position", "id"))
    found = _drafts(contest_round.question_set_id, on=on)
    lines = topic_lines()  # after the questions: it knows the topics of all of them
    drafts: dict[tuple[int, str], list[Draft]] = {}
    for topic_id, difficulty, draft in found:
        for within, asked in product(lines[topic_id], (difficulty, "")):
            drafts.setdefault((within, asked), []).append(draft)
    return DrawPlan(
        counts=[row.question_count for row in rows],
        pools=[drafts.get((row.topic_id, row.difficulty), []) for row in rows],
    )


def _drafts(question_set_id: int, *, on: date) -> list[tuple[int, str, Draft]]:
    """The drawable questions of a set: topic, difficulty, draft."""
    drawable = Question.objects.drawable(on=on).filter(question_set_id=question_set_id)
    rows = list(
        drawable.values_list(
            "topic_id",
            "approved_revision_id",
            "approved_revision__difficulty",
            "approved_revision__kind",
        )
    )
    pinned: dict[int, list[bool]] = {}
    # by their numbers: with a subquery PostgreSQL may ask anew for each option
    choices = Choice.objects.filter(revision__in=[revision_id for _topic, revision_id, *_ in rows])
    for revision_id, is_pinned in choices.order_by("revision_id", "position").values_list(
        "revision_id", "is_pinned"
    ):
        pinned.setdefault(revision_id, []).append(is_pinned)
    return [
        (topic_id, difficulty, _draft(revision_id, kind, pinned.get(revision_id, [])))
        for topic_id, revision_id, difficulty, kind in rows
    ]


def _draft(revision_id: int, kind: str, pinned: list[bool]) -> Draft:
    return Draft(
        revision_id=revision_id,
        choice_count=len(pinned),
        pinned=frozenset(place for place, is_pinned in enumerate(pinned) if is_pinned),
        keeps_order=kind == QuestionKind.TRUE_FALSE,
    )
