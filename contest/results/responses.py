"""The graded answers of a round, for the statistics of its questions."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

from contest.models import Answer, AnswerEvent, Attempt, Round
from contest.queries.keys import graded_items
from contest.rules.grading import GradedItem, chosen_letters
from contest.rules.pace import Save, answer_times
from questionbank.rules.item_responses import ItemResponse

ATTEMPTS_AT_ONCE = 500


def measured_attempts(contest_round: Round) -> int:
    """How many attempts `round_responses` will give."""
    return Attempt.objects.counting().filter(round=contest_round).count()


def round_responses(
    contest_round: Round, *, progress: Callable[[int], None] = lambda _done: None
) -> Iterator[list[ItemResponse]]:
    """Every attempt of a round that counts, as the bank analyses it.

    In parts of five hundred attempts, five statements each: the memory does not grow with the
    round, and no statement runs for long. `progress` hears how many are done.
    """
    done, last = 0, 0
    while part := _next_part(contest_round, after=last):
        yield from _responses(part)
        done, last = done + len(part), part[-1].pk
        progress(done)


def _next_part(contest_round: Round, *, after: int) -> list[Attempt]:
    attempts = Attempt.objects.counting().filter(round=contest_round, pk__gt=after)
    return list(attempts.only("pk", "started_at").order_by("pk")[:ATTEMPTS_AT_ONCE])


def _responses(attempts: list[Attempt]) -> Iterator[list[ItemResponse]]:
    ids = [attempt.pk for attempt in attempts]
    papers = graded_items(attempt_ids=ids, as_published=True)  # what a wording shows of itself
    revisions = _revisions(ids)
    saves = _saves(ids)
    for attempt in attempts:
        times = answer_times(attempt.started_at, saves.get(attempt.pk, []))
        yield [
            _response(item, revision_id, times.get(position))
            for item, (position, revision_id) in zip(
                papers[attempt.pk], revisions.get(attempt.pk, []), strict=True
            )
        ]


def _response(item: GradedItem, revision_id: int, answer_ms: int | None) -> ItemResponse:
    chosen = chosen_letters(item.choice_order, item.response) if item.choice_order else ()
    return ItemResponse(
        item=revision_id,
        chosen="".join(sorted(chosen)),
        is_correct=item.is_correct,
        earned=float(item.earned / item.key.points),
        answer_ms=answer_ms,
    )


def _revisions(attempt_ids: list[int]) -> dict[int, list[tuple[int, int]]]:
    """Position and revision of each answer, in the order of `graded_items`."""
    rows = (
        Answer.objects.filter(attempt_id__in=attempt_ids)
        .order_by("attempt_id", "position")
        .values_list("attempt_id", "position", "revision_id")
    )
    return {
        attempt_id: [(position, revision_id) for _attempt, position, revision_id in group]
        for attempt_id, group in groupby(rows, key=itemgetter(0))
    }


def _saves(attempt_ids: list[int]) -> dict[int, list[Save]]:
    rows = (
        AnswerEvent.objects.filter(attempt_id__in=attempt_ids)
        .order_by("attempt_id", "saved_at", "id")
        .values_list("attempt_id", "position", "response", "saved_at")
    )
    return {
        attempt_id: [(position, response, at) for _attempt, position, response, at in group]
        for attempt_id, group in groupby(rows, key=itemgetter(0))
    }
