"""Start an attempt: one paper per person, however often and from wherever it is asked for."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contest.errors import ContestError
from contest.models import Answer, Attempt, DivisionKind, Participant, Round
from contest.queries import drafts_by_row
from contest.rules.drawing import PaperItem, PoolTooSmall, draw_paper
from contest.rules.timing import Phase, RoundState
from contest.services.submitting import close_expired


def start_attempt(*, round_id: int, user: User, at: datetime) -> Attempt:
    """Return the person's open attempt at the round, or draw a new paper.

    Raises ContestError "not_open_yet", "round_closed", "attempts_used_up" or "bank_too_small".
    """
    contest_round = Round.objects.select_related("contest").get(pk=round_id)
    refuse_unless_open(contest_round, at=at)
    participant = join_contest(contest_round=contest_round, user=user, at=at)
    running = _running_attempt(contest_round, participant, at=at)
    if running is not None:
        return running
    return _draw_attempt(contest_round, participant, at=at)


def refuse_unless_open(contest_round: Round, *, at: datetime) -> None:
    state = contest_round.state(at=at)
    if state is RoundState.UPCOMING:
        raise ContestError(
            "not_open_yet", _("Kỳ thi chưa mở. Mời Anh/Chị quay lại khi đến giờ thi.")
        )
    if state is RoundState.CLOSED:
        raise ContestError("round_closed", _("Kỳ thi đã kết thúc, không nhận thêm bài thi mới."))


def join_contest(*, contest_round: Round, user: User, at: datetime) -> Participant:
    """The person's one entry in the contest, made on the first start."""
    kinds = DivisionKind.objects.filter(contest=contest_round.contest_id, kind=user.kind)
    participant, _created = Participant.objects.get_or_create(
        contest_id=contest_round.contest_id,
        user=user,
        defaults={
            "division_id": kinds.values_list("division_id", flat=True).first(),
            "unit_id": user.unit_id,
            "full_name": user.full_name,
            "kind": user.kind,
            "joined_at": at,
        },
    )
    return participant


def _running_attempt(
    contest_round: Round, participant: Participant, *, at: datetime
) -> Attempt | None:
    attempts = Attempt.objects.running().filter(round=contest_round, participant=participant)
    attempt = attempts.first()
    if attempt is None or attempt.phase(at=at) is not Phase.OVER:
        return attempt
    close_expired(attempt_id=attempt.pk, at=at)
    return None


@transaction.atomic
def _draw_attempt(contest_round: Round, participant: Participant, *, at: datetime) -> Attempt:
    # the lock makes simultaneous starts of one person queue; the constraints would refuse them
    Participant.objects.select_for_update().get(pk=participant.pk)
    attempts = Attempt.objects.filter(round=contest_round, participant=participant)
    running = attempts.running().first()
    if running is not None:
        return running
    used = attempts.count()
    if used >= contest_round.max_attempts:
        raise ContestError(
            "attempts_used_up",
            _("Anh/Chị đã dùng hết %(count)d lượt thi của kỳ này.")
            % {"count": contest_round.max_attempts},
        )
    seed = secrets.randbits(63)
    attempt = Attempt.objects.create(
        round=contest_round,
        participant=participant,
        number=used + 1,
        seed=seed,
        started_at=at,
        deadline_at=contest_round.time_allowed.deadline(started_at=at),
    )
    _lay_out(attempt, _draw(contest_round, seed=seed))
    return attempt


def _draw(contest_round: Round, *, seed: int) -> list[PaperItem]:
    counts, pools = drafts_by_row(contest_round=contest_round)
    try:
        return draw_paper(counts=counts, pools=pools, seed=seed)
    except PoolTooSmall as error:
        raise ContestError(
            "bank_too_small",
            _("Đề thi của kỳ này chưa sẵn sàng. Mời Anh/Chị liên hệ Ban tổ chức."),
        ) from error


def _lay_out(attempt: Attempt, paper: list[PaperItem]) -> None:
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            position=position,
            revision_id=item.revision_id,
            choice_order=item.choice_order,
        )
        for position, item in enumerate(paper, start=1)
    )
