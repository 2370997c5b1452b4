"""All submitted attempts as the exports list them, read part by part: memory does not grow."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db.models import Count

from contest.enums import ClosedBy
from contest.exports.people import AT_ONCE, in_parts, name_order
from contest.exports.rows import division_label, unit_kind_label
from contest.exports.spooling import in_order
from contest.models import Attempt, Participant, ResultVersion, Round
from contest.models.attempt import AttemptQuerySet
from contest.sealing.reading import opened_rows


class AttemptLine(NamedTuple):
    """A submitted attempt, also one that was struck. Who and when are as they stand now.

    Without number and start where it was opened again after the seal that lists it.
    """

    round: str
    number: int | None
    full_name: str
    unit: str
    unit_kind: str
    division: str
    started_at: datetime | None
    closed_by: str
    prediction: int | None
    submitted_at: datetime
    score: Decimal
    max_score: Decimal
    correct_count: int
    elapsed_ms: int
    receipt_code: str
    is_counted: bool


class AttemptLines(Protocol):
    """By round and submission or by given name; read anew by each who goes through them."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[AttemptLine]: ...
    def counts(self) -> Mapping[str, int]:
        """How many count, by the label of the division."""
        ...


_WHO = (
    "round__name",
    "number",
    "participant__full_name",
    "participant__unit__name",
    "participant__unit__kind",
    "participant__division__name",
    "participant__kind",
    "started_at",
    "closed_by",
    "prediction",
)
_RESULT = (
    "submitted_at",
    "score",
    "max_score",
    "correct_count",
    "elapsed_ms",
    "receipt_code",
    "is_counted",
)
_IN_ORDER = ("round__opens_at", "round_id", "submitted_at", "pk")


class LiveAttempts:
    """As they are now."""

    def __init__(self, rounds: Sequence[Round], *, by_given_name: bool = False) -> None:
        self._rounds = [it.pk for it in rounds]
        self._by_given_name = by_given_name

    def __len__(self) -> int:
        return self._submitted().count()

    def __iter__(self) -> Iterator[AttemptLine]:
        for keys in in_parts(self._keys()):
            rows = Attempt.objects.filter(pk__in=keys).values_list("pk", *_WHO, *_RESULT)
            found = {row[0]: row[1:] for row in rows}
            yield from (_line(found[key]) for key in keys)

    def counts(self) -> Mapping[str, int]:
        """One query."""
        counted = Attempt.objects.counting().filter(round__in=self._rounds)
        by_division = counted.values_list("participant__division__name", "participant__kind")
        counts: Counter[str] = Counter()
        for division, kind, count in by_division.annotate(count=Count("pk")).order_by():
            counts[division_label(division or "", kind)] += count
        return counts

    def _keys(self) -> list[int]:
        attempts = self._submitted().order_by(*_IN_ORDER)
        if not self._by_given_name:
            return list(attempts.values_list("pk", flat=True))
        named = attempts.values_list("pk", "participant__full_name").iterator(chunk_size=AT_ONCE)
        return [key for _name, key in sorted((name_order(name), key) for key, name in named)]

    def _submitted(self) -> AttemptQuerySet:
        return Attempt.objects.submitted().filter(round__in=self._rounds)


class Receipt(NamedTuple):
    """What a seal holds of an attempt; points and instants as they are written there."""

    round: str
    person: int
    submitted_at: str
    score: str
    max_score: str
    correct_count: int
    elapsed_ms: int
    code: str
    counted: bool


class SealedAttempts:
    """As a version holds them; who and when are looked up by the receipt's code."""

    def __init__(
        self,
        version: ResultVersion,
        *,
        divisions: Mapping[int, str],
        by_given_name: bool = False,
    ) -> None:
        """`divisions`: the label of everybody with a place."""
        rounds = version.content["rounds"]
        self._version = version
        self._by_given_name = by_given_name
        self._names = {it["slug"]: it["name"] for it in rounds}
        self._places = {it["slug"]: place for place, it in enumerate(rounds)}
        self._counts: Counter[str] = Counter()
        self.codes: list[str] = []  # in the order of their numbers, from 1
        for receipt in _receipts(version):
            self.codes.append(receipt.code)
            if receipt.counted:
                self._counts[divisions[receipt.person]] += 1

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[AttemptLine]:
        for some in in_parts(in_order(self._keyed())):
            who = _who([it.code for it in some])
            for it in some:
                known = who.get(it.code) or self._opened_again(it)
                yield _line((*known, *_sealed_result(it)))

    def counts(self) -> Mapping[str, int]:
        return self._counts

    def _keyed(self) -> Iterator[tuple[str, Receipt]]:
        for some in in_parts(_receipts(self._version)):
            names = _names([it.code for it in some]) if self._by_given_name else {}
            for it in some:
                first = (
                    names.get(it.code, "")
                    if self._by_given_name
                    else f"{self._places[it.round]:03}"
                )
                yield f"{first}\0{it.submitted_at}{it.code}", it

    def _opened_again(self, receipt: Receipt) -> tuple[Any, ...]:
        """Its code was taken back; the person is still known."""
        columns = (it.removeprefix("participant__") for it in _WHO if it.startswith("participant"))
        person = Participant.objects.values_list(*columns).get(pk=receipt.person)
        return (self._names[receipt.round], None, *person, None, "", None)


def _receipts(version: ResultVersion) -> Iterator[Receipt]:
    for _shown, it in opened_rows(version, "attempts"):
        yield Receipt(
            it["round"],
            it["person"],
            it["submitted_at"],
            it["score"],
            it["max_score"],
            it["correct_count"],
            it["elapsed_ms"],
            it["receipt"],
            it["counted"],
        )


def _sealed_result(receipt: Receipt) -> tuple[Any, ...]:
    return (
        datetime.fromisoformat(receipt.submitted_at),
        Decimal(receipt.score),
        Decimal(receipt.max_score),
        receipt.correct_count,
        receipt.elapsed_ms,
        receipt.code,
        receipt.counted,
    )


def _names(codes: Collection[str]) -> dict[str, str]:
    """What their names are ordered by. One query."""
    names = Attempt.objects.filter(receipt_code__in=codes)
    return {
        code or "": name_order(name)
        for code, name in names.values_list("receipt_code", "participant__full_name")
    }


def _who(codes: Collection[str]) -> dict[str, tuple[Any, ...]]:
    """By receipt code. One query."""
    rows = Attempt.objects.filter(receipt_code__in=codes).values_list("receipt_code", *_WHO)
    return {row[0]: row[1:] for row in rows}


def _line(row: Iterable[Any]) -> AttemptLine:
    (round_name, number, full_name, unit, unit_kind, division, kind, *rest) = row
    started_at, closed_by, prediction, *result = rest
    return AttemptLine(
        round_name,
        number,
        full_name,
        unit or "",
        unit_kind_label(unit_kind or ""),
        division_label(division or "", kind),
        started_at,
        str(ClosedBy(closed_by).label) if closed_by else "",
        prediction,
        *result,
    )
