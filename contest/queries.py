"""Reads: one function gives the data of one page or one decision."""

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from contest.models import Attempt, Round
from contest.rules.ranking import Result, total


def counted_attempts(*, round_id: int) -> QuerySet[Attempt]:
    """The attempt that counts of every participant of a round: the best of those submitted."""
    return (
        Attempt.objects.submitted()
        .filter(round_id=round_id)
        .annotate(
            preference=Window(
                RowNumber(),
                partition_by=F("participant_id"),
                order_by=[F("score").desc(), F("elapsed_ms").asc(), F("submitted_at").asc()],
            )
        )
        .filter(preference=1)
    )


def round_results(*, round_id: int) -> list[Result]:
    """Every participant's counted result in a round, in no particular order."""
    rows = counted_attempts(round_id=round_id).values_list(
        "participant_id", "score", "elapsed_ms", "submitted_at"
    )
    return [Result(*row) for row in rows.iterator(chunk_size=5000)]


def contest_results(*, contest_id: int) -> list[Result]:
    """Every participant's total over the official rounds of a contest."""
    parts: dict[int, list[Result]] = {}
    rounds = Round.objects.official().filter(contest_id=contest_id)
    for round_id in rounds.values_list("pk", flat=True):
        for result in round_results(round_id=round_id):
            parts.setdefault(result.participant_id, []).append(result)
    return [total(results) for results in parts.values()]
