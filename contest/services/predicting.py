"""Predictions: kept while a paper is open, and compared with the truth once the round is over."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from contest.enums import PredictionScope, PredictionSubject, PredictionUnit
from contest.errors import ContestError
from contest.models import Attempt, Division, PredictionQuestion, PredictionTruth, Round
from contest.rules.predicting import LARGEST, BadPrediction, read_prediction
from contest.rules.regrading import NO_SHIFT, Shift
from contest.rules.timing import Phase, started_phase
from contest.services.saving import MAX_CLIENT_NUMBER


@dataclass(frozen=True)
class SavedPrediction:
    """What is stored now: `is_current` is False when a newer save was already there."""

    value: int | None
    number: int
    is_current: bool


def save_prediction(*, attempt_id: int, text: str, number: int, at: datetime) -> SavedPrediction:
    """Store what a person typed; "" takes it back. What is returned is committed.

    As with answers, `number` grows with every change, so that a repeat changes nothing and an
    older save never overwrites a newer one. Raises ContestError "not_whole", "too_large",
    "bad_number", "already_submitted" or "too_late", and then nothing has changed.
    """
    try:
        value = read_prediction(text)
    except BadPrediction as bad:
        raise _nonsense(bad.code) from bad
    if not 0 < number <= MAX_CLIENT_NUMBER:
        message = _("Số thứ tự lượt lưu không hợp lệ.")
        raise ContestError("bad_number", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    grace = timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
    own = Attempt.objects.filter(pk=attempt_id)
    writable = own.running().filter(deadline_at__gte=at - grace, prediction_number__lt=number)
    if writable.update(prediction=value, prediction_number=number) == 1:
        return SavedPrediction(value, number, is_current=True)
    attempt = own.get()
    stored = SavedPrediction(
        attempt.prediction,
        attempt.prediction_number,
        is_current=(attempt.prediction, attempt.prediction_number) == (value, number),
    )
    if stored.is_current:  # a repeat, even after the submission
        return stored
    if attempt.submitted_at is not None:
        message = _("Bài thi đã nộp, không thể thay đổi số dự đoán.")
        raise ContestError("already_submitted", message)
    if started_phase(at=at, deadline_at=attempt.deadline_at, grace=grace) is Phase.OVER:
        message = _("Đã hết giờ làm bài, số dự đoán này không được ghi nhận.")
        raise ContestError("too_late", message)
    return stored


def _nonsense(code: str) -> ContestError:
    message = (
        _("Số dự đoán quá lớn, tối đa là %(largest)d.") % {"largest": LARGEST}
        if code == "too_large"
        else _("Số dự đoán là một số nguyên, ví dụ 25980.")
    )
    return ContestError(code, message, HTTPStatus.UNPROCESSABLE_ENTITY)


@transaction.atomic
def settle_predictions(*, round_id: int, at: datetime) -> list[PredictionTruth]:
    """Count what was to be predicted, and keep it where it differs from what was counted before.

    Returns the new rows. Raises ContestError "no_prediction", "not_over" while somebody may still
    be at work, "attempts_running".
    """
    # nothing is counted while the round is being sealed
    list(Round.objects.select_for_update(no_key=True).filter(pk=round_id).values_list("pk"))
    # two who count at once would both add a row
    locked = PredictionQuestion.objects.select_for_update(of=("self",)).select_related("round")
    question = locked.filter(round=round_id).first()
    if question is None:
        raise ContestError("no_prediction", _("Kỳ thi này không có câu hỏi dự đoán."))
    if not question.round.is_over(at=at):
        raise ContestError("not_over", _("Kỳ thi chưa kết thúc nên chưa có số đúng."))
    if Attempt.objects.running().filter(round=round_id).exists():
        raise ContestError("attempts_running", _("Còn lượt thi chưa kết thúc."))
    known = _known(question)
    return PredictionTruth.objects.bulk_create(
        PredictionTruth(
            round_id=round_id,
            division_id=division_id,
            value=value,
            counted_at=at,
            settings=question.settings(),
        )
        for division_id, value in _counts(question).items()
        if known.get(division_id) != value
    )


def uncounted(rounds: Iterable[Round]) -> list[PredictionQuestion]:
    """The questions of these rounds whose right number is not, or no longer, what was counted."""
    asked = PredictionQuestion.objects.filter(round__in=list(rounds)).select_related("round")
    return [it for it in asked if _known(it) != _counts(it)]


def settle_due(*, at: datetime) -> int:
    """Count for every round that is over and has not been counted yet. Returns how many rounds."""
    waiting = PredictionQuestion.objects.filter(
        round__closes_at__lt=at, round__prediction_truths=None
    ).select_related("round")
    return sum(1 for _round in _settled([it.round for it in waiting], at=at))


def settle_again(*, contest_id: int, at: datetime) -> int:
    """Count anew where what the jury struck is left out. Returns how many rounds were counted."""
    moved = PredictionQuestion.objects.filter(
        round__contest=contest_id, leaves_out_struck=True
    ).select_related("round")
    return sum(1 for _round in _settled([it.round for it in moved], at=at))


def settle_regraded(*, round_ids: Collection[int], at: datetime) -> int:
    """Count anew where full papers were to be predicted. Returns how many rounds were counted."""
    moved = PredictionQuestion.objects.filter(
        round__in=round_ids, subject=PredictionSubject.ALL_CORRECT
    ).select_related("round")
    return sum(1 for _round in _settled([it.round for it in moved], at=at))


def _settled(rounds: Iterable[Round], *, at: datetime) -> Iterable[Round]:
    for contest_round in rounds:
        running = Attempt.objects.running().filter(round=contest_round)
        if contest_round.is_over(at=at) and not running.exists():
            settle_predictions(round_id=contest_round.pk, at=at)
            yield contest_round


def _known(question: PredictionQuestion) -> dict[int | None, int]:
    """By division, what was last counted."""
    rows = PredictionTruth.objects.filter(round=question.round_id).order_by("pk")
    return dict(rows.values_list("division_id", "value"))


def truths_as_if(
    rounds: Iterable[Round], shifts: Mapping[int, Shift]
) -> dict[tuple[int, int | None], int]:
    """By round and division: what `settle_regraded` would count if attempts were moved so.

    Two or three queries for each round that asks for the number of full papers.
    """
    asked = PredictionQuestion.objects.filter(
        round__in=list(rounds), subject=PredictionSubject.ALL_CORRECT
    ).select_related("round")
    return {
        (question.round_id, division_id): number
        for question in asked
        for division_id, number in _counts_as_if(question, shifts).items()
    }


def _counts_as_if(
    question: PredictionQuestion, shifts: Mapping[int, Shift]
) -> dict[int | None, int]:
    """As `_counts`, of full papers."""
    is_persons = question.unit == PredictionUnit.PERSONS
    full: defaultdict[int | None, set[int]] = defaultdict(set)
    fields = ("pk", "participant_id", "participant__division_id", "score", "max_score")
    for pk, person_id, division_id, score, max_score in _attempts(question).values_list(*fields):
        shift = shifts.get(pk, NO_SHIFT)
        if score + shift.score == max_score + shift.max_score > 0:
            full[division_id].add(person_id if is_persons else pk)
    found = _nothing_counted(question)
    if None in found:
        return {None: sum(map(len, full.values()))}
    return {division_id: len(full[division_id]) for division_id in found}


def _attempts(question: PredictionQuestion) -> QuerySet[Attempt]:
    attempts = Attempt.objects.submitted().filter(round=question.round)
    return attempts.counting() if question.leaves_out_struck else attempts


def _nothing_counted(question: PredictionQuestion) -> dict[int | None, int]:
    """Zero for every division, or for everybody under None."""
    if question.scope == PredictionScope.ROUND:
        return {None: 0}
    divisions = Division.objects.filter(contest=question.round.contest_id)
    return dict.fromkeys(divisions.values_list("pk", flat=True), 0) or {None: 0}


def _counts(question: PredictionQuestion) -> dict[int | None, int]:
    """By division, or for everybody under None: what the settings say is to be counted."""
    attempts = _attempts(question)
    if question.subject == PredictionSubject.ALL_CORRECT:
        attempts = attempts.filter(score=F("max_score"), max_score__gt=0)
    is_persons = question.unit == PredictionUnit.PERSONS
    number = Count("participant", distinct=True) if is_persons else Count("pk")
    found = _nothing_counted(question)
    if None in found:
        return {None: attempts.aggregate(number=number)["number"]}
    rows = attempts.filter(participant__division__isnull=False).order_by()
    by_division = rows.values_list("participant__division_id").annotate(number=number)
    return found | dict(by_division)
