"""How far the people of a coordinator's units have come, for reminding them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Unit, User
from accounts.rules.folding import fold
from contest.enums import Turnout
from contest.models import Attempt, Contest, Participant, Round


@dataclass(frozen=True)
class RoundTurnout:
    """People with a paper of the round, and with one that is handed in."""

    contest_round: Round
    started_count: int
    finished_count: int


def opened_rounds(contest: Contest, *, at: datetime) -> list[Round]:
    """The official rounds that have opened, in order. One query."""
    rounds = Round.objects.official().filter(contest=contest, opens_at__lte=at)
    return list(rounds.order_by("opens_at", "pk"))


def people_turnout(
    *, units: Collection[Unit], contest: Contest, rounds: Iterable[Round]
) -> QuerySet[Any]:
    """The people with an account in these units, each with `turnout` over all of `rounds`.

    Also with `finished_count`, the rounds they handed a paper in, and `entered_at`.
    """
    keys = [it.pk for it in rounds]
    entries = Participant.objects.filter(contest=contest, user=OuterRef("pk"), is_confirmed=True)
    attempts = Attempt.objects.filter(participant__user=OuterRef("pk"), round__in=keys)
    finished = attempts.submitted().order_by().values("participant__user")
    counts = finished.annotate(number=Count("round", distinct=True)).values("number")
    people = User.objects.filter(unit__in=[unit.pk for unit in units], is_active=True)
    return (
        people.select_related("unit")
        .annotate(
            finished_count=Coalesce(Subquery(counts, output_field=IntegerField()), Value(0)),
            entered_at=Subquery(entries.values("joined_at")[:1]),
        )
        .annotate(
            turnout=Case(
                When(finished_count__gte=max(len(keys), 1), then=Value(Turnout.DONE.value)),
                When(Exists(attempts), then=Value(Turnout.UNFINISHED.value)),
                When(entered_at__isnull=False, then=Value(Turnout.NOT_STARTED.value)),
                default=Value(Turnout.NOT_REGISTERED.value),
                output_field=CharField(),
            )
        )
        .order_by("unit__name", "full_name", "pk")
    )


def turnout_counts(people: QuerySet[Any]) -> dict[Turnout, int]:
    """How many stand where, every state named. One query."""
    rows = people.order_by().values("turnout").annotate(number=Count("pk"))
    found = {row["turnout"]: row["number"] for row in rows}
    return {state: found.get(state.value, 0) for state in Turnout}


def people_named(people: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those whose name holds these words, with or without their marks. Two queries."""
    wanted = fold(text)
    names = people.order_by().values_list("pk", "full_name")
    return people.filter(pk__in=[pk for pk, name in names if wanted in fold(name)])


def to_remind(people: QuerySet[Any]) -> QuerySet[Any]:
    """Those who have not handed in any paper."""
    return people.filter(finished_count=0)


def rounds_turnout(*, units: Collection[Unit], rounds: Iterable[Round]) -> list[RoundTurnout]:
    """Each of the rounds, in order. One query."""
    own = Attempt.objects.filter(
        participant__user__unit__in=[unit.pk for unit in units],
        participant__user__is_active=True,
    )
    rounds = list(rounds)
    started, finished = (
        Coalesce(
            Subquery(
                those.filter(round=OuterRef("pk"))
                .order_by()
                .values("round")
                .annotate(number=Count("participant", distinct=True))
                .values("number"),
                output_field=IntegerField(),
            ),
            Value(0),
        )
        for those in (own, own.submitted())
    )
    rows = Round.objects.filter(pk__in=[it.pk for it in rounds])
    counts: dict[int, Any] = {
        row[0]: row[1:]
        for row in rows.annotate(started=started, finished=finished).values_list(
            "pk", "started", "finished"
        )
    }
    return [RoundTurnout(it, *counts[it.pk]) for it in rounds]
