"""What a sitting says of the questions: analysed as it is streamed, then stored as a whole.

Whoever held the sitting feeds it in; the bank asks nothing back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from django.db import transaction

from questionbank.models import Choice, ItemStatistic, SittingStatistic
from questionbank.rules.item_analysis import Analysis, Flag, ItemStatistics
from questionbank.rules.item_responses import AttemptResponses
from questionbank.rules.reliability import Reliability

GRAVITY = [  # the gravest first
    Flag.KEY_PROBABLY_WRONG,
    Flag.AMBIGUOUS,
    Flag.TOO_HARD,
    Flag.UNUSED_DISTRACTOR,
    Flag.TOO_EASY,
]
_PART = 500  # SQLite bounds the number of arguments


@dataclass(frozen=True)
class Sitting:
    """What is measured: `code` is its address below /ngan-hang/thong-ke/, "contest/round"."""

    code: str
    name: str


def store_statistics(
    sitting: Sitting, attempts: Iterable[AttemptResponses], *, at: datetime
) -> SittingStatistic | None:
    """Measure a sitting, in place of what was measured of it before. None without attempts.

    `item` of the responses is the revision. The attempts are streamed: the memory used grows with
    the questions, not with the attempts. Nothing is stored until all of them were seen.
    """
    analysis = Analysis()
    count = 0
    for attempt in attempts:
        analysis.add(attempt)
        count += bool(attempt)
    if not count:
        return None
    items = analysis.result(_options(analysis.items))
    return _store(sitting, items, analysis.reliability(), count=count, at=at)


@transaction.atomic
def _store(
    sitting: Sitting,
    items: list[ItemStatistics],
    reliability: Reliability,
    *,
    count: int,
    at: datetime,
) -> SittingStatistic:
    stored, _is_new = SittingStatistic.objects.update_or_create(
        sitting=sitting.code,
        defaults={
            "name": sitting.name,
            "measured_at": at,
            "attempts": count,
            "paper_length": reliability.items,
            "paper_count": reliability.attempts,
            "kr20": reliability.kr20,
            "alpha": reliability.alpha,
            "papers_differ": any(item.answered < count for item in items),
        },
    )
    stored.items.all().delete()
    ItemStatistic.objects.bulk_create(
        (_row(stored, item) for item in items), batch_size=_PART // 10
    )
    return stored


def _row(sitting: SittingStatistic, item: ItemStatistics) -> ItemStatistic:
    flags = [flag for flag in GRAVITY if flag in item.flags]
    return ItemStatistic(
        sitting=sitting,
        revision_id=item.item,
        answered=item.answered,
        facility=item.facility,
        discrimination=item.discrimination,
        omitted_share=item.omitted_share,
        option_shares=dict(item.option_shares),
        median_ms=item.median_ms,
        flags=[flag.value for flag in flags],
        concern=len(GRAVITY) - GRAVITY.index(flags[0]) if flags else 0,
    )


def _options(revision_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Of those with options: all letters, and those of the key."""
    letters: dict[int, tuple[str, str]] = {}
    ids = sorted(revision_ids)
    for start in range(0, len(ids), _PART):
        choices = Choice.objects.filter(revision__in=ids[start : start + _PART])
        for revision_id, position, is_correct in choices.order_by(
            "revision_id", "position"
        ).values_list("revision_id", "position", "is_correct"):
            options, key = letters.get(revision_id, ("", ""))
            letter = ascii_uppercase[position]
            letters[revision_id] = (options + letter, key + letter if is_correct else key)
    return letters
