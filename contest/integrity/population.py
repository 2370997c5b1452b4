"""What the scan looks at, read in a handful of statements however large the contest is."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.rules.folding import fold
from accounts.rules.names import person_name_key, person_name_skeleton
from contest.models import Answer, Attempt, Contest, Identifier, Participant
from contest.queries.keys import Keys, keys_in_force
from contest.rules.grading import GradedItem, chosen_letters
from contest.rules.integrity.evidence import Person, Sitting

_CHUNK = 20_000  # rows
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Population:
    people: list[Person]
    sittings: list[Sitting]


def read_population(contest: Contest) -> Population:
    """Every participant, and every submitted attempt at an official round. Seven statements."""
    return Population(list(_people(contest)), list(_sittings(contest)))


def _people(contest: Contest) -> Iterator[Person]:
    digests: defaultdict[int, dict[str, str]] = defaultdict(dict)
    told = Identifier.objects.filter(contest=contest).values_list(
        "participant_id", "field", "digest"
    )
    for pk, name, digest in told.iterator(_CHUNK):
        digests[pk][name] = digest
    rows = Participant.objects.filter(contest=contest).values_list(
        "pk", "full_name", "registration__born_on", "user__born_on", "unit_id"
    )
    for pk, full_name, born_on, account_born_on, unit_id in rows.iterator(_CHUNK):
        yield Person(
            pk=pk,
            name_key=person_name_key(full_name),
            skeleton=person_name_skeleton(full_name),
            born=_digits(born_on or account_born_on),
            unit=unit_id,
            digests=digests.get(pk, {}),
        )


def _digits(born_on: date | None) -> str:
    return f"{born_on:%d%m%Y}" if born_on else ""


def _sittings(contest: Contest) -> Iterator[Sitting]:
    attempts = Attempt.objects.submitted().filter(round__in=contest.rounds.official())
    papers = _papers(attempts.values("pk"))
    rows = attempts.values_list(
        "pk",
        "participant_id",
        "started_at",
        "elapsed_ms",
        "correct_count",
        "origin__device_digest",
        "origin__address_digest",
    )
    nothing = _Paper()
    for pk, person, started_at, elapsed, correct, device, address in rows.iterator(_CHUNK):
        paper = papers.get(pk, nothing)
        yield Sitting(
            pk=pk,
            person=person,
            started=_milliseconds(started_at),
            elapsed=elapsed or 0,
            question_count=max(1, paper.question_count),
            correct_count=correct or 0,
            device=device or "",
            address=address or "",
            wrong=tuple(paper.wrong),
            saves=tuple(sorted(paper.saves)),
        )


@dataclass(slots=True)
class _Paper:
    question_count: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)
    saves: "array[int]" = field(default_factory=lambda: array("q"))


def _papers(attempts: QuerySet[Attempt, Any]) -> dict[int, _Paper]:
    """By attempt: how long its paper is, what was answered wrongly, and when. Four statements."""
    answers = Answer.objects.filter(attempt__in=attempts)
    keys = keys_in_force(
        round_ids=attempts.order_by().values("round").distinct(),
        # read, not joined: without statistics PostgreSQL would plan the join for a few rows
        revision_ids=set(answers.order_by().values_list("revision_id", flat=True).distinct()),
    )
    mistakes = _Mistakes(keys)
    rows = answers.order_by().values_list(
        *("attempt_id", "attempt__round_id", "revision_id", "choice_order", "response", "saved_at")
    )
    papers: dict[int, _Paper] = {}
    for attempt_id, round_id, revision_id, order, response, saved_at in rows.iterator(_CHUNK):
        paper = papers.get(attempt_id) or papers.setdefault(attempt_id, _Paper())
        paper.question_count += 1
        if saved_at is not None:
            paper.saves.append(_milliseconds(saved_at))
        if response and (mistake := mistakes.of(round_id, revision_id, order, response)):
            paper.wrong.append((revision_id, mistake))
    return papers


class _Mistakes:
    """What a wrong answer said, in the author's letters; each answer is graded once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[tuple[int, int, str], str] = {}

    def of(self, round_id: int, revision_id: int, choice_order: str, response: str) -> str:
        """Empty for a right answer, and for any to a question that is void."""
        said = (
            "".join(sorted(chosen_letters(choice_order, response)))
            if choice_order
            else fold(response)
        )
        known = self._known.get((round_id, revision_id, said))
        if known is None:
            key = self._keys.of(round_id, revision_id)
            graded = GradedItem(choice_order, response, key)
            known = "" if graded.is_correct or key.is_void else said
            self._known[round_id, revision_id, said] = known
        return known


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND
