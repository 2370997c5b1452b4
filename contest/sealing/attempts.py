"""The submitted attempts of a result, each as its receipt holds it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from contest.models import Answer, Attempt, Round
from contest.rules.answer_record import Answered, answer_record, record_digest
from contest.rules.canonical import instant_text, points_text
from questionbank.wordings import Wording, wordings

ATTEMPTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SealedAttempt:
    number: int  # from 1, in the order of the receipt codes, which are drawn by lot
    receipt: dict[str, Any]  # the leaf


def sealed_attempts(
    rounds: Sequence[Round],
    *,
    revisions: set[int],
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[SealedAttempt]:
    """Every submitted attempt, struck ones included; `revisions` gathers what was asked.

    In parts of five hundred, two statements each: the memory does not grow with the round.
    """
    slugs = {it.pk: it.slug for it in rounds}
    submitted = Attempt.objects.submitted().filter(round__in=slugs)
    last, done = "", 0
    while part := list(
        submitted.filter(receipt_code__gt=last).order_by("receipt_code")[:ATTEMPTS_AT_ONCE]
    ):
        papers = _papers([attempt.pk for attempt in part])
        words = wordings({row[2] for rows in papers.values() for row in rows})
        revisions.update(words)
        for number, attempt in enumerate(part, start=done + 1):
            record = answer_record(
                attempt.code, [_answered(row, words) for row in papers.get(attempt.pk, [])]
            )
            receipt = receipt_content(
                attempt, round_slug=slugs[attempt.round_id], answers=record_digest(record)
            )
            yield SealedAttempt(number, receipt)
        last = part[-1].receipt_code or ""
        done += len(part)
        progress(done)


def answers_record(attempt: Attempt) -> bytes:
    """What the digest on a receipt is of. One query, and see `wordings`."""
    rows = _papers([attempt.pk]).get(attempt.pk, [])
    words = wordings({row[2] for row in rows})
    return answer_record(attempt.code, [_answered(row, words) for row in rows])


def receipt_content(attempt: Attempt, *, round_slug: str, answers: str) -> dict[str, Any]:
    """A leaf of the tree: what the owner of a submitted attempt can know of it."""
    graded: Any = attempt  # submitted: none of these is null
    return {
        "receipt": graded.receipt_code,
        "round": round_slug,
        "person": attempt.participant_id,
        "answers": answers,
        "score": points_text(graded.score),
        "max_score": points_text(graded.max_score),
        "correct_count": graded.correct_count,
        "elapsed_ms": graded.elapsed_ms,
        "submitted_at": instant_text(graded.submitted_at),
        "counted": attempt.is_counted,
        "prediction": attempt.prediction,
    }


def _papers(attempt_ids: Collection[int]) -> dict[int, list[tuple[Any, ...]]]:
    rows = (
        Answer.objects.filter(attempt_id__in=attempt_ids)
        .order_by("attempt_id", "position")
        .values_list("attempt_id", "position", "revision_id", "choice_order", "response")
    )
    return {pk: list(group) for pk, group in groupby(rows, key=itemgetter(0))}


def _answered(row: tuple[Any, ...], words: dict[int, Wording]) -> Answered:
    _attempt, position, revision_id, choice_order, response = row
    wording = words[revision_id]
    return Answered(position, wording.stem, wording.choices, choice_order, response)
