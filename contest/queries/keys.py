"""What papers are graded by: the keys of the bank, and what the jury has made of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from string import ascii_uppercase
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from contest.models import Answer, KeyChange
from contest.models.key_change import Place
from contest.rules.grading import GradedItem, Key
from contest.rules.regrading import regraded
from questionbank.enums import QuestionKind, Scoring
from questionbank.models import Revision


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
