"""Attempts that no reader could have written in the time, or that look written by a machine."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log
from statistics import fmean, median, pstdev

from contest.rules.integrity.evidence import Evidence, SignalKind, Sitting

_READING_MS = 1500  # a question: less does not suffice to read its shortest words
_FAST_Z = -3.5
_KNOWING = 0.8  # of the questions right; who merely clicks is no concern of anybody's
_LEAST_TO_COMPARE = 30
_REGULAR = 0.1  # coefficient of variation of the pauses
_LEAST_SAVES = 8
_AT_ONCE_MS = 3000


def too_fast(sittings: Sequence[Sitting]) -> Iterator[Evidence]:
    """Good papers in less time than reading takes, or far from everybody else's pace.

    Times are compared as logarithms, whose spread among honest people is near to normal (W. J. van
    der Linden, "A lognormal model for response times on test items", Journal of Educational and
    Behavioral Statistics 31, 2006), with the median and the median absolute deviation times 1.4826
    for mean and spread. Perfect papers in a minute do happen: the score stays below a link.
    """
    paces = {it.pk: log(max(1, it.elapsed) / it.question_count) for it in sittings}
    middle, spread = _middle_and_spread(list(paces.values()))
    for sitting in sittings:
        z = (paces[sitting.pk] - middle) / spread if spread else 0.0
        per_question = sitting.elapsed / sitting.question_count
        is_fast = per_question < _READING_MS or z < _FAST_Z
        if is_fast and sitting.correct_count >= _KNOWING * sitting.question_count:
            yield Evidence(
                SignalKind.TOO_FAST,
                (sitting.person,),
                0.45 if per_question < _READING_MS else 0.35,
                {
                    "seconds": round(sitting.elapsed / 1000, 1),
                    "questions": sitting.question_count,
                    "correct": sitting.correct_count,
                    "usual_seconds": round(2.718281828**middle * sitting.question_count / 1000),
                },
            )


def regular_saves(sittings: Iterable[Sitting]) -> Iterator[Evidence]:
    """Answers saved like clockwork, or all in one moment long after the start."""
    for sitting in sittings:
        if len(sitting.saves) < _LEAST_SAVES:
            continue
        pauses = [after - before for before, after in pairwise(sitting.saves)]
        mean = fmean(pauses)
        facts = {"saves": len(sitting.saves), "pause_seconds": round(mean / 1000, 1)}
        if sitting.saves[-1] - sitting.saves[0] <= _AT_ONCE_MS:
            yield _regular(sitting, 0.4, facts | {"pattern": "at_once"})
        elif pstdev(pauses) <= _REGULAR * mean:
            yield _regular(sitting, 0.45, facts | {"pattern": "clockwork"})


def _regular(sitting: Sitting, score: float, facts: dict[str, object]) -> Evidence:
    return Evidence(SignalKind.REGULAR_SAVES, (sitting.person,), score, facts)


def _middle_and_spread(values: list[float]) -> tuple[float, float]:
    """Median and 1.4826 times the median absolute deviation; no spread among too few."""
    if len(values) < _LEAST_TO_COMPARE:
        return (median(values) if values else 0.0), 0.0
    middle = median(values)
    return middle, 1.4826 * median(abs(value - middle) for value in values)
