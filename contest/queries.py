"""Reads: one function gives the data of one page or one decision."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from string import ascii_uppercase
from typing import Any, NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from contest.enums import AttemptPolicy, Criterion, KeyChangeKind
from contest.models import (
    Answer,
    Attempt,
    Contest,
    Decision,
    KeyChange,
    Participant,
    Round,
    RoundOutage,
    rules_of,
)
from contest.models.key_change import Place
from contest.rules.grading import GradedItem, Key, shown_letters
from contest.rules.ranking import Result, Tried, person_result
from contest.rules.ranking_rules import Rules
from contest.rules.regrading import Change, regraded
from contest.rules.reveal import is_revealed
from contest.rules.timing import Phase, RoundState
from questionbank.enums import QuestionKind, Scoring
from questionbank.models import Revision
from questionbank.wordings import ShownPicture, Wording, wordings

_LATEST_FIRST = ["-submitted_at", "-number"]
BEST_FIRST = {
    Criterion.SCORE: "-score",
    Criterion.TIME_USED: "elapsed_ms",
    Criterion.EARLIER: "submitted_at",
}
TRIED = (
    "participant_id",
    "round_id",
    "number",
    "score",
    "elapsed_ms",
    "submitted_at",
    "prediction",
    "receipt_code",
    "max_score",
    "correct_count",
)  # the fields of rules.ranking.Tried


def counted_attempts(
    *,
    round_id: int,
    rules: Rules,
    before: datetime | None = None,
    participant_ids: Collection[int] | None = None,
) -> QuerySet[Attempt]:
    """The attempts that count in a round: one of every participant, or all where they add up.

    With `before`, of those submitted before that instant; with `participant_ids`, of these people
    alone. What the jury struck is left out.
    """
    attempts = Attempt.objects.counting().filter(round_id=round_id)
    if participant_ids is not None:
        attempts = attempts.filter(participant__in=participant_ids)
    if before is not None:
        attempts = attempts.filter(submitted_at__lt=before)
    if rules.adds_attempts:
        return attempts
    return attempts.annotate(
        preference=Window(
            RowNumber(), partition_by=F("participant_id"), order_by=_preference(rules)
        )
    ).filter(preference=1)


def _preference(rules: Rules) -> list[str]:
    """The order of one person's attempts, as `rules.ranking` has it."""
    if rules.attempts is AttemptPolicy.FIRST:
        return ["submitted_at", "number"]
    if rules.attempts is AttemptPolicy.LAST:
        return _LATEST_FIRST
    return [*(BEST_FIRST[it] for it in rules.attempt_order), "number"]


def tried(
    *, round_ids: Iterable[int], rules: Rules, frozen: Mapping[int, datetime] | None = None
) -> dict[int, list[Tried]]:
    """By participant: the attempts that count in these rounds, a frozen one as it stood then.

    One query for each round.
    """
    found: dict[int, list[Tried]] = {}
    for round_id in round_ids:
        before = frozen.get(round_id) if frozen else None
        counted = counted_attempts(round_id=round_id, rules=rules, before=before)
        for row in counted.values_list(*TRIED).iterator(chunk_size=5000):
            found.setdefault(row[0], []).append(Tried(*row))
    return found


def round_results(*, round_id: int) -> list[Result]:
    """Every participant's result in a round, as a live board has it. Two queries."""
    rules = rules_of(Contest.objects.select_related("ranking_rules").get(rounds=round_id))
    return [person_result(own, rules) for own in tried(round_ids=[round_id], rules=rules).values()]


def contest_results(*, contest_id: int) -> list[Result]:
    """Every participant's result over the official rounds of a contest, as a live board has it."""
    rules = rules_of(Contest.objects.select_related("ranking_rules").get(pk=contest_id))
    rounds = Round.objects.official().filter(contest_id=contest_id)
    found = tried(round_ids=rounds.values_list("pk", flat=True), rules=rules)
    return [person_result(own, rules) for own in found.values()]


def graded_items(
    *, attempt_ids: Collection[int], as_published: bool = False
) -> dict[int, list[GradedItem]]:
    """By attempt: its paper with the answers and the key, ready for grading.

    With what the jury has changed of the key, unless it is asked for `as_published` in the bank.
    Two queries; a third where a round has such changes.
    """
    rows = (
        Answer.objects.filter(attempt_id__in=attempt_ids)
        .order_by("attempt_id", "position")
        .values_list("attempt_id", "revision_id", "choice_order", "response", *_changed_round())
    )
    changed_rounds = {row[4] for row in rows if row[5] and not as_published}
    keys = keys_in_force(round_ids=changed_rounds, revision_ids={row[1] for row in rows})
    items: dict[int, list[GradedItem]] = {attempt_id: [] for attempt_id in attempt_ids}
    for attempt_id, revision_id, choice_order, response, round_id, _is_changed in rows:
        key = keys.of(round_id, revision_id)
        items[attempt_id].append(GradedItem(choice_order, response, key))
    return items


def _changed_round() -> tuple[F, Exists]:
    """Of an answer: its round, and whether any key was ever changed in it."""
    changed = KeyChange.rounds.through.objects.filter(round=OuterRef("attempt__round"))
    return F("attempt__round"), Exists(changed)


@dataclass(frozen=True)
class Keys:
    """The keys of the bank, and those that the jury has made of them in a round."""

    bank: Mapping[int, Key]
    changed: Mapping[Place, Key]

    def of(self, round_id: int, revision_id: int) -> Key:
        return self.changed.get((round_id, revision_id)) or self.bank[revision_id]


def keys_in_force(
    *,
    round_ids: Collection[int] | QuerySet[Any, Any],
    revision_ids: Collection[int] | QuerySet[Any, Any],
) -> Keys:
    """What papers of these rounds are graded by. Two queries."""
    bank = answer_keys(revision_ids)
    changes = KeyChange.objects.by_place(round_ids=round_ids)
    changed = {
        place: regraded(bank[place[1]], own) for place, own in changes.items() if place[1] in bank
    }
    return Keys(bank, changed)


def answer_keys(revision_ids: Collection[int] | QuerySet[Any, Any]) -> dict[int, Key]:
    """By revision.

    One query: a row for each right option or accepted text, and one where there is neither.
    """
    rows = (
        Revision.objects.filter(pk__in=revision_ids)
        .annotate(right_choice=FilteredRelation("choices", condition=Q(choices__is_correct=True)))
        .order_by("pk", "accepted_answers__position")
        .values_list("pk", "right_choice__position", "accepted_answers__text", *_KEY_FIELDS)
    )
    return {pk: _key(list(parts)) for pk, parts in groupby(rows, key=itemgetter(0))}


_KEY_FIELDS = ("kind", "points", "scoring", "number_key", "tolerance")


def _key(rows: list[tuple[Any, ...]]) -> Key:
    _pk, _place, _text, kind, points, scoring, number, tolerance = rows[0]
    return Key(
        kind=QuestionKind(kind),
        points=points,
        scoring=Scoring(scoring),
        letters=frozenset(ascii_uppercase[row[1]] for row in rows if row[1] is not None),
        accepted=tuple(row[2] for row in rows if row[2] is not None),
        number=number,
        tolerance=tolerance,
    )


@dataclass(frozen=True)
class PaperChoice:
    letter: str  # as shown
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class PaperQuestion:
    """A question as its person sees it. It never carries the key."""

    position: int
    stem: str
    kind: QuestionKind
    choices: list[PaperChoice]  # none where the answer is typed
    response: str
    client_number: int
    picture: ShownPicture | None = None
    refused: str = ""  # what was typed instead and could not be taken
    refusal: str = ""  # why

    @property
    def input_name(self) -> str:
        return f"q{self.position}"

    @property
    def input_type(self) -> str:
        """Of its options."""
        return "checkbox" if self.kind is QuestionKind.MULTIPLE_CHOICE else "radio"


def shows_picture(*, attempt_id: int, digest: str) -> bool:
    """Whether a question of the paper has this picture. One query."""
    answers = Answer.objects.filter(attempt_id=attempt_id)
    return answers.filter(revision__picture__image__digest=digest).exists()


class QuestionShape(NamedTuple):
    """What an answer must fit: the kind of question, and how many options there are."""

    kind: QuestionKind
    choice_count: int


def paper_shape(*, attempt_id: int) -> dict[int, QuestionShape]:
    """What each answer of a paper must fit, by position. One query."""
    rows = Answer.objects.filter(attempt_id=attempt_id).values_list(
        "position", "revision__kind", "choice_order"
    )
    return {position: _shape(kind, len(order)) for position, kind, order in rows}


@cache  # every open paper holds one for each of its questions
def _shape(kind: str, choice_count: int) -> QuestionShape:
    return QuestionShape(QuestionKind(kind), choice_count)


class _Shown(NamedTuple):
    """A row of a paper."""

    position: int
    revision_id: int
    choice_order: str
    response: str
    client_number: int


def paper_questions(*, attempt_id: int) -> list[PaperQuestion]:
    """The paper in order, with the answers saved so far. One query, and see `wordings`."""
    rows = Answer.objects.filter(attempt_id=attempt_id).order_by("position")
    shown = [_Shown(*row) for row in rows.values_list(*_Shown._fields)]
    words = wordings([row.revision_id for row in shown])
    return [_paper_question(row, words[row.revision_id]) for row in shown]


def _paper_question(row: _Shown | Answer, wording: Wording) -> PaperQuestion:
    return PaperQuestion(
        position=row.position,
        stem=wording.stem,
        kind=wording.kind,
        choices=[
            PaperChoice(
                shown, wording.choices[ascii_uppercase.index(letter)], shown in row.response
            )
            for shown, letter in zip(ascii_uppercase, row.choice_order, strict=False)
        ],
        response=row.response,
        client_number=row.client_number,
        picture=wording.picture,
    )


@dataclass(frozen=True)
class ReviewedChoice:
    letter: str
    text: str
    is_chosen: bool
    mark: str  # "correct", "wrong", "missed" (right but not chosen) or ""


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question after the reveal: graded, with the key, the explanation and what it rests on."""

    question: PaperQuestion
    key: Key
    is_correct: bool
    earned: Decimal
    choices: list[ReviewedChoice]
    explanation: str
    sources: list[str]
    change: KeyChangeKind | None = None  # the latest in force, by the jury

    @property
    def points(self) -> Decimal:
        return self.key.worth

    @property
    def gives_parts(self) -> bool:
        return self.key.scoring is Scoring.PARTIAL


def reviewed_questions(*, attempt_id: int) -> list[ReviewedQuestion]:
    """The graded paper with key and explanations, for whoever may see the key.

    Five queries, and see `wordings`.
    """
    answers = (
        Answer.objects.filter(attempt_id=attempt_id)
        .select_related("revision")
        .prefetch_related("revision__sources__document")
        .order_by("position")
    )
    revision_ids = [answer.revision_id for answer in answers]
    words, keys = wordings(revision_ids), answer_keys(revision_ids)
    own_round = Round.objects.filter(attempts=attempt_id).values("pk")
    by_place = KeyChange.objects.by_place(round_ids=own_round)
    changes = {revision_id: own for (_round_id, revision_id), own in by_place.items()}
    return [
        _reviewed_question(
            answer,
            words[answer.revision_id],
            keys[answer.revision_id],
            changes.get(answer.revision_id, []),
        )
        for answer in answers
    ]


def _reviewed_question(
    answer: Answer, wording: Wording, bank_key: Key, changes: list[Change]
) -> ReviewedQuestion:
    key = regraded(bank_key, changes)
    right = shown_letters(answer.choice_order, key.letters | key.also)
    question = _paper_question(answer, wording)
    graded = GradedItem(answer.choice_order, answer.response, key)
    return ReviewedQuestion(
        question=question,
        key=key,
        is_correct=graded.is_correct,
        earned=graded.earned,
        choices=[
            ReviewedChoice(
                letter=choice.letter,
                text=choice.text,
                is_chosen=choice.is_chosen,
                mark=_mark(is_chosen=choice.is_chosen, is_right=choice.letter in right),
            )
            for choice in question.choices
        ],
        explanation=answer.revision.explanation,
        sources=[str(source) for source in answer.revision.sources.all()],
        change=max(changes, key=lambda it: it.number).kind if changes else None,
    )


def _mark(*, is_chosen: bool, is_right: bool) -> str:
    if is_right:
        return "correct" if is_chosen else "missed"
    return "wrong" if is_chosen else ""


def score_is_revealed(attempt: Attempt, *, at: datetime) -> bool:
    """Whether the owner of a submitted attempt may see its score."""
    return is_revealed(at=at, rounds=[attempt.round.score_reveal])


def key_is_revealed(attempt: Attempt, *, at: datetime) -> bool:
    """Whether the owner of a submitted attempt may see its key.

    Only when every round that draws from the same question set allows it. One query, or none
    where its own round does not.
    """
    own = attempt.round
    return is_revealed(at=at, rounds=[own.key_reveal]) and round_key_is_revealed(own, at=at)


def recorded_outages(contest: Contest) -> list[RoundOutage]:
    """Of all rounds, the latest first. One query."""
    outages = RoundOutage.objects.filter(round__contest=contest).select_related("round")
    return list(outages.order_by("-began_at", "-id"))


def people_with_extra_time(contest: Contest) -> list[Participant]:
    """By name. One query."""
    people = contest.participants.filter(extra_time_percent__gt=0).select_related("unit")
    return list(people.order_by("full_name", "id"))


def round_key_is_revealed(contest_round: Round, *, at: datetime) -> bool:
    """Whether those who handed in at the round may have seen its key. One query."""
    rounds = Round.objects.filter(question_set_id=contest_round.question_set_id)
    return is_revealed(at=at, rounds=[it.key_reveal for it in rounds])


def ruling_on(attempt: Attempt) -> Decision | None:
    """The decision in force that keeps an attempt from counting; the latest. One query."""
    about = Q(attempt=attempt) | Q(participant=attempt.participant_id)
    return Decision.objects.in_force().filter(about).order_by("-number").first()


@dataclass(frozen=True)
class RoundEntry:
    """A round as one person sees it in a list."""

    round: Round
    attempts: list[Attempt]
    at: datetime

    @property
    def state(self) -> RoundState:
        return self.round.state(at=self.at)

    @property
    def running(self) -> Attempt | None:
        """Also after the round has closed: a person may have been given more time."""
        return next(
            (it for it in self.attempts if it.phase(at=self.at) is not Phase.OVER),
            None,
        )

    @property
    def attempts_left(self) -> int:
        return max(0, self.round.max_attempts - len(self.attempts))

    @property
    def may_start(self) -> bool:
        """Or go on."""
        running = self.running
        phase = self.round.phase(at=self.at, deadline_at=running.deadline_at if running else None)
        return phase in {Phase.RUNNING, Phase.GRACE} or (
            phase is Phase.READY and self.attempts_left > 0
        )


def round_entries(*, contest_id: int, user_id: int | None, at: datetime) -> list[RoundEntry]:
    """The rounds of a contest with the person's own attempts. Two queries."""
    attempts: dict[int, list[Attempt]] = {}
    mine = Attempt.objects.of_user(user_id) if user_id else Attempt.objects.none()
    for attempt in mine.filter(round__contest_id=contest_id).order_by("number"):
        attempts.setdefault(attempt.round_id, []).append(attempt)
    return [
        RoundEntry(contest_round, attempts.get(contest_round.pk, []), at)
        for contest_round in Round.objects.filter(contest_id=contest_id).order_by("opens_at", "id")
    ]
