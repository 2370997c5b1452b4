"""What pages show of regrades: of a contest, of a question, of one's own attempt."""

from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from django.db.models import Count, F, QuerySet

from accounts.rules.figures import shown_number
from contest.enums import DecisionKind, KeyChangeKind
from contest.models import Answer, Attempt, Contest, Decision, KeyChange, RegradeRow
from contest.regrading.proposing import Proposal
from contest.results.measuring import sitting_of
from questionbank.models import ItemStatistic, Question, Revision

FOUND = 30  # questions that a search shows
FLAGGED = 10  # and those that the statistics point at


@dataclass(frozen=True)
class Regrade:
    """A change of a key in the log, and whether it stands."""

    decision: Decision
    change: KeyChange
    undone_by: Decision | None
    attempt_count: int  # whose result it changed

    @property
    def answers(self) -> str:
        """What it takes for right: "B, C", or texts, or a number with its tolerance."""
        return shown_answers(self.change)


def shown_answers(change: KeyChange | Proposal) -> str:
    """Letters, texts or a number with its tolerance; "" where it names no answers."""
    if change.number_key is not None:
        tolerance = f" ± {shown_number(change.tolerance)}" if change.tolerance else ""
        return f"{shown_number(change.number_key)}{tolerance}"
    return ", ".join([*change.letters, *change.accepted])


def regrades(contest: Contest) -> list[Regrade]:
    """Of a contest, the latest first. Two queries."""
    decisions: QuerySet[Any] = (
        contest.decisions.filter(kind=DecisionKind.REGRADE)
        .select_related("actor", "undone_by__actor", "key_change__question")
        .prefetch_related("key_change__rounds")
        .annotate(attempt_count=Count("regrade_rows"))
        .order_by("-number")
    )
    return [
        Regrade(it, it.key_change, getattr(it, "undone_by", None), it.attempt_count)
        for it in decisions
    ]


def regrade_rows(decision: Decision) -> QuerySet[RegradeRow]:
    """The results before and after, the greatest differences first."""
    rows = decision.regrade_rows.select_related("attempt__participant__unit", "attempt__round")
    return rows.order_by(
        (F("score_after") - F("score_before")).desc(), "attempt__receipt_code", "pk"
    )


def asked_questions(contest: Contest, text: str) -> list[Question]:
    """Questions of the contest's sets that match a code or words, by code. One query."""
    sets = contest.rounds.values("question_set")
    found = Question.objects.filter(question_set__in=sets).matching(text)
    return list(found.select_related("current_revision").order_by("code")[:FOUND])


def flagged_items(contest: Contest, *, at: datetime) -> list[ItemStatistic]:
    """What the statistics of the contest's closed rounds warn of, the worst first. Two queries."""
    rounds = contest.rounds.select_related("contest")
    codes = [sitting_of(it).code for it in rounds if it.is_over(at=at)]
    items = ItemStatistic.objects.filter(sitting__sitting__in=codes, concern__gt=0)
    asked = items.select_related("sitting", "revision__question")
    return list(asked.order_by("-concern", "revision__question__code")[:FLAGGED])


@dataclass(frozen=True)
class LetteredChoice:
    letter: str
    text: str
    is_correct: bool


def lettered_choices(revision: Revision) -> list[LetteredChoice]:
    """One query."""
    choices = revision.choices.order_by("position")
    return [
        LetteredChoice(letter, choice.text, choice.is_correct)
        for letter, choice in zip(ascii_uppercase, choices, strict=False)
    ]


@dataclass(frozen=True)
class RegradeNote:
    """What a participant is told of a decision that moved their result."""

    row: RegradeRow
    position: int  # of the question on the paper
    kind: KeyChangeKind
    is_undoing: bool

    @property
    def decision(self) -> Decision:
        return self.row.decision


def regrade_notes(attempt: Attempt) -> list[RegradeNote]:
    """The decisions that moved the result of an attempt, in order. One query, or two."""
    rows = (
        RegradeRow.objects.filter(attempt=attempt)
        .select_related("decision__key_change", "decision__undoes__key_change")
        .order_by("decision__number")
    )
    notes = []
    positions = _positions(attempt) if rows else {}
    for row in rows:
        undone = row.decision.undoes
        change = (undone or row.decision).key_change
        notes.append(
            RegradeNote(
                row, positions[change.question_id], KeyChangeKind(change.kind), undone is not None
            )
        )
    return notes


def _positions(attempt: Attempt) -> dict[int, int]:
    answers = Answer.objects.filter(attempt=attempt)
    return dict(answers.values_list("revision__question_id", "position"))
