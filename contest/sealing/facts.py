"""What a result rests on beside the attempts: predictions, lots, prizes, headcounts, rules."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import Unit
from contest.models import (
    Attempt,
    Award,
    AwardOverride,
    Contest,
    Division,
    LotDraw,
    Participant,
    PredictionQuestion,
    PredictionTruth,
    PrizeBoard,
    RankingRules,
    Round,
    counted_headcount,
)
from contest.rules.canonical import canonical, instant_text
from contest.rules.chaining import FIRST
from contest.sealing.parts import Row, keyed, open_row


def scope_rounds(contest: Contest, contest_round: Round | None) -> list[Round]:
    """The rounds of a result: one, or all official ones. A query, or none."""
    if contest_round:
        return [contest_round]
    return list(contest.rounds.official().order_by("opens_at", "id"))


def scope_boards(contest: Contest, rounds: Sequence[Round], *, is_whole: bool) -> list[PrizeBoard]:
    """The prize boards of a result, in their order. Two queries."""
    of_scope = Q(round__in=rounds) | Q(round=None) if is_whole else Q(round__in=rounds)
    boards = PrizeBoard.objects.filter(of_scope, contest=contest).select_related(
        "round", "division", "contest__ranking_rules"
    )
    return list(boards.prefetch_related("prizes").order_by("position", "pk"))


def division_names(contest: Contest) -> dict[int | None, str]:
    """By number, in their order: each by a name that no other one has. One query."""
    divisions = list(Division.objects.filter(contest=contest).order_by("position", "pk"))
    names = Counter(it.name for it in divisions)
    return {it.pk: it.name if names[it.name] == 1 else f"{it.name} ({it.code})" for it in divisions}


def newest_truths(rounds: Sequence[Round]) -> list[PredictionTruth]:
    """Of every round and division, by the round's opening. One query."""
    rows = PredictionTruth.objects.filter(round__in=rounds).select_related("round", "division")
    newest = {(it.round_id, it.division_id): it for it in rows.order_by("pk")}
    order = {it.pk: place for place, it in enumerate(rounds)}
    return sorted(newest.values(), key=lambda it: (order[it.round_id], it.division_id or 0))


def prediction_rows(contest: Contest, rounds: Sequence[Round]) -> Iterator[Row]:
    divisions = division_names(contest)
    for n, it in enumerate(newest_truths(rounds), start=1):
        yield open_row(
            {
                "n": n,
                "round": it.round.slug,
                "division": divisions.get(it.division_id, ""),
                "value": it.value,
                "counted_at": instant_text(it.counted_at),
                "settings": it.settings,
            }
        )


def lot_rows(contest: Contest, rounds: Sequence[Round], *, is_whole: bool) -> Iterator[Row]:
    for n, it in enumerate(_lots(contest, rounds, is_whole=is_whole), start=1):
        yield open_row(
            {
                "n": n,
                "round": it.round.slug if it.round else "",
                "number": it.number,
                "source": it.source,
                "announced_at": instant_text(it.announced_at),
            }
        )


def _lots(contest: Contest, rounds: Sequence[Round], *, is_whole: bool) -> list[LotDraw]:
    of_scope = Q(round__in=rounds) | Q(round=None) if is_whole else Q(round__in=rounds)
    lots = LotDraw.objects.filter(of_scope, contest=contest).select_related("round")
    return sorted(lots, key=lambda it: (it.round is None, it.round_id or 0))


def basis(contest: Contest, contest_round: Round | None) -> str:
    """A digest of everything that a result follows from, without computing the result.

    It is another one as soon as something of that has changed: see `sealing.is_stale`. A constant
    number of queries, none of which reads a row for each attempt.
    """
    rounds = scope_rounds(contest, contest_round)
    is_whole = contest_round is None
    boards = scope_boards(contest, rounds, is_whole=is_whole)
    last = contest.decisions.order_by("number").last()
    rules = RankingRules.objects.filter(contest=contest).values().first()
    followed = {
        "contest": [contest.name, contest.host, contest.name_display, contest.min_unit_size],
        "rules": rules,
        "decisions": last.digest if last else FIRST,
        "rounds": _rounds(rounds),
        "divisions": list(contest.divisions.order_by("pk").values_list("pk", "name")),
        "predictions": [
            [it.round_id, it.division_id, it.value, it.settings] for it in newest_truths(rounds)
        ],
        "lots": [[it.round_id, it.number] for it in _lots(contest, rounds, is_whole=is_whole)],
        "attempts": _sums(rounds),
        "people": _people(rounds),
        "prizes": _prizes(boards),
        "awards": _awards(contest, boards, rules),
        "headcounts": _headcounts(contest, rounds, boards),
    }
    return keyed(contest, canonical(followed))


def _rounds(rounds: Sequence[Round]) -> list[Any]:
    asked = PredictionQuestion.objects.filter(round__in=rounds)
    settings = {it.round_id: it.settings() for it in asked}
    counts = Round.objects.filter(pk__in=[it.pk for it in rounds]).annotate(n=Count("outages"))
    outages = dict(counts.values_list("pk", "n"))
    return [
        [
            it.slug,
            it.name,
            instant_text(it.opens_at),
            instant_text(it.closes_at),
            outages.get(it.pk),
            settings.get(it.pk),
        ]
        for it in rounds
    ]


def _sums(rounds: Sequence[Round]) -> list[Any]:
    """Of the submitted attempts that count, and of those that do not."""
    rows = Attempt.objects.submitted().filter(round__in=rounds).order_by("is_counted")
    sums = rows.values("is_counted").annotate(
        n=Count("pk"),
        points=Sum("score"),
        most=Sum("max_score"),
        right=Sum("correct_count"),
        used=Sum("elapsed_ms"),
        guessed=Sum("prediction"),
    )
    return [{key: str(value) for key, value in row.items()} for row in sums]


def _people(rounds: Sequence[Round]) -> list[Any]:
    """How many of each division and unit."""
    people = Participant.objects.filter(attempts__round__in=rounds).order_by()
    counts = people.values_list("division_id", "unit_id").annotate(n=Count("pk", distinct=True))
    return sorted(counts, key=str)


def _prizes(boards: Sequence[PrizeBoard]) -> list[Any]:
    return [
        [
            board.pk,
            board.name,
            board.kind,
            board.round_id,
            board.division_id,
            board.unit_kind,
            board.criteria,
            board.min_people,
            board.min_percent,
            [[it.pk, it.name, it.count, it.amount] for it in board.prizes.all()],
        ]
        for board in boards
    ]


def _awards(
    contest: Contest, boards: Sequence[PrizeBoard], rules: Mapping[str, Any] | None
) -> list[Any]:
    """Awards and what was ruled otherwise; with one prize a person those of other boards too."""
    awards = Award.objects.filter(prize__board__contest=contest)
    if not (rules and rules["one_prize_per_person"]):
        awards = awards.filter(prize__board__in=boards)
    ruled = AwardOverride.objects.in_force().filter(board__in=boards)
    return [
        list(
            awards.order_by("prize", "participant", "unit").values_list(
                "prize", "participant", "unit", "place", "override__reason"
            )
        ),
        list(
            ruled.order_by("board", "participant", "unit").values_list(
                "board", "prize", "participant", "unit", "reason"
            )
        ),
    ]


def _headcounts(
    contest: Contest, rounds: Sequence[Round], boards: Sequence[PrizeBoard]
) -> list[Any]:
    """Of the units that somebody took part for, where one of the boards is of units."""
    if not any(board.is_collective for board in boards):
        return []
    taking_part = Participant.objects.filter(attempts__round__in=rounds, unit__isnull=False)
    units = Unit.objects.filter(pk__in=taking_part.order_by().values("unit"))
    counted = units.annotate(counted_on=counted_headcount(contest.pk))
    return list(counted.order_by("pk").values_list("pk", "name", "counted_on"))
