"""Which attempts count, and everybody's result of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from contest.enums import AttemptPolicy, Criterion
from contest.models import Attempt, Contest, Round, rules_of
from contest.rules.ranking import Result, Tried, person_result
from contest.rules.ranking_rules import Rules

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
