"""The statistics of a round's questions: given to the bank once nobody can be at work any more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.background import in_background
from contest.errors import ContestError
from contest.models import Attempt, Contest, Round
from contest.results.responses import measured_attempts, round_responses
from questionbank.models import SittingStatistic
from questionbank.services.measuring import Sitting, store_statistics

SILENT_SECONDS = 60  # work that has told nothing for so long died with its process


def sitting_of(contest_round: Round) -> Sitting:
    contest = contest_round.contest
    return Sitting(
        code=sitting_code(contest.slug, contest_round.slug),
        name=f"{contest_round.name} – {contest.name}",
    )


def sitting_code(contest_slug: str, round_slug: str) -> str:
    return f"{contest_slug}/{round_slug}"


def measure_round(
    contest_round: Round,
    *,
    at: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> SittingStatistic:
    """Measure all submitted attempts of an official round, as often as one likes.

    Raises ContestError as `refuse_to_measure` does.
    """
    refuse_to_measure(contest_round, at=at)
    measured = store_statistics(
        sitting_of(contest_round), round_responses(contest_round, progress=progress), at=at
    )
    if measured is None:
        raise _nothing_submitted()
    return measured


def refuse_to_measure(contest_round: Round, *, at: datetime) -> None:
    """Raises ContestError "practice_round", "not_over" or "nothing_submitted"."""
    if contest_round.is_practice:
        raise ContestError("practice_round", _("Chỉ thống kê các kỳ thi chính thức."))
    running = Attempt.objects.running().filter(round=contest_round)
    if not contest_round.is_over(at=at) or running.exists():
        raise ContestError(
            "not_over", _("Kỳ thi chưa kết thúc hẳn: có thể còn người đang làm bài.")
        )
    if not measured_attempts(contest_round):
        raise _nothing_submitted()


def _nothing_submitted() -> ContestError:
    return ContestError("nothing_submitted", _("Kỳ thi này chưa có bài nào được nộp."))


# In the background ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    has_failed: bool = False


def begin_measuring(contest_round: Round, *, at: datetime) -> None:
    """Start the work, unless it is under way. Raises ContestError as `refuse_to_measure` does."""
    refuse_to_measure(contest_round, at=at)
    total = measured_attempts(contest_round)
    known = progress_of(contest_round)
    if known is not None and known.has_failed:
        cache.delete(_key(contest_round))
    if not cache.add(_key(contest_round), Progress(0, total), timeout=SILENT_SECONDS):
        return

    def work() -> None:
        measure_round(
            contest_round,
            at=at,
            progress=lambda done: _tell(contest_round, Progress(done, total)),
        )
        cache.delete(_key(contest_round))

    in_background(
        work,
        name="measuring",
        failed=lambda _refusal: _tell(contest_round, Progress(0, total, has_failed=True)),
    )


def progress_of(contest_round: Round) -> Progress | None:
    """None unless it is being measured, or that has just failed."""
    progress: Progress | None = cache.get(_key(contest_round))
    return progress


def _tell(contest_round: Round, progress: Progress) -> None:
    cache.set(_key(contest_round), progress, timeout=SILENT_SECONDS)


def _key(contest_round: Round) -> str:
    return f"measuring:{contest_round.pk}"


# What the organisers see ------------------------------------------------------------------------


@dataclass(frozen=True)
class RoundQuestions:
    """A round, what its papers ask of the bank, and how far its statistics are."""

    round: Round
    question_count: int  # on a paper
    is_over: bool
    measured: SittingStatistic | None
    progress: Progress | None


def rounds_questions(contest: Contest, *, at: datetime) -> list[RoundQuestions]:
    """The rounds in order of opening, blueprints prefetched. Three queries."""
    rounds = list(
        Round.objects.filter(contest=contest)
        .select_related("contest", "question_set")
        .prefetch_related("blueprint__topic")
        .order_by("opens_at", "id")
    )
    codes = [sitting_of(contest_round).code for contest_round in rounds]
    measured = SittingStatistic.objects.filter(sitting__in=codes).in_bulk(field_name="sitting")
    return [
        RoundQuestions(
            round=contest_round,
            question_count=sum(row.question_count for row in contest_round.blueprint.all()),
            is_over=contest_round.is_over(at=at),
            measured=measured.get(code),
            progress=progress_of(contest_round),
        )
        for contest_round, code in zip(rounds, codes, strict=True)
    ]
