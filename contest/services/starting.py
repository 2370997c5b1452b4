"""Start an attempt: one paper per person, however often and from wherever it is asked for."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from contest.draw_plans import draw_plan
from contest.errors import ContestError
from contest.models import Answer, Attempt, Contest, DivisionKind, Participant, Round
from contest.models.contest import new_seed
from contest.rules.drawing import Deal, PaperItem, PoolTooSmall, draw_paper
from contest.rules.timing import Allotment, Phase, allot, plain_deadline
from contest.services.submitting import close_expired


class NotRegistered(ContestError):
    """The contest asks people to register first, or to confirm what their unit registered."""

    def __init__(self) -> None:
        message = _("Mời Anh/Chị hoàn tất đăng ký dự thi trước khi vào thi.")
        super().__init__("not_registered", message)


def start_attempt(*, contest_round: Round, user: User, at: datetime) -> Attempt:
    """Return the person's open attempt at the round, or draw a new paper.

    Raises ContestError "not_open_yet", "round_closed", "not_registered", "attempts_used_up" or
    "bank_too_small".
    """
    participant = _entry(contest_round.contest_id, user)
    if participant is not None and not participant.is_confirmed:
        raise NotRegistered()
    running = participant and _running_attempt(contest_round, participant, at=at)
    if running:
        return running
    _refuse_unless_ready(contest_round.phase(at=at, deadline_at=None))
    with transaction.atomic():
        if participant is not None:
            return _next_attempt(contest_round, participant, at=at)
        participant, is_new = _join(contest_round.contest_id, user, at=at)
        if is_new:  # nobody else sees the entry yet: there is nothing to look for or to lock
            return _draw_attempt(contest_round, participant, number=1, at=at)
        return _next_attempt(contest_round, participant, at=at)


def _refuse_unless_ready(phase: Phase) -> None:
    if phase is Phase.NOT_OPEN:
        raise ContestError(
            "not_open_yet", _("Kỳ thi chưa mở. Mời Anh/Chị quay lại khi đến giờ thi.")
        )
    if phase is Phase.OVER:
        raise ContestError("round_closed", _("Kỳ thi đã kết thúc, không nhận thêm bài thi mới."))


def join_contest(*, contest_id: int, user: User, at: datetime) -> Participant:
    """The person's one entry in the contest, made when it is first needed.

    Raises ContestError "not_registered" where people register by themselves first.
    """
    return _entry(contest_id, user) or _join(contest_id, user, at=at)[0]


def _entry(contest_id: int, user: User) -> Participant | None:
    return next(iter(Participant.objects.filter(contest=contest_id, user=user)), None)


def _join(contest_id: int, user: User, *, at: datetime) -> tuple[Participant, bool]:
    """Enter the person as they are now; False beside the entry that somebody else has just made.

    Raises NotRegistered.
    """
    division_id = _division(contest_id, kind=user.kind)
    try:
        with transaction.atomic():
            participant = Participant.objects.create(
                contest_id=contest_id,
                user=user,
                division_id=division_id,
                unit_id=user.unit_id,
                full_name=user.full_name,
                kind=user.kind,
                joined_at=at,
            )
            return participant, True
    except IntegrityError:
        return Participant.objects.get(contest=contest_id, user=user), False


def _division(contest_id: int, *, kind: str) -> int | None:
    """Where a person of this kind competes. Raises NotRegistered where people register first."""
    division_id: int | None
    kinds = DivisionKind.objects.filter(contest=OuterRef("pk"), kind=kind)
    contests = Contest.objects.filter(pk=contest_id)
    rules_id, division_id = contests.values_list(
        "registration_rules", Subquery(kinds.values("division_id")[:1])
    ).get()
    if rules_id is not None:
        raise NotRegistered()
    return division_id


def _running_attempt(
    contest_round: Round, participant: Participant, *, at: datetime
) -> Attempt | None:
    """The attempt to go on with; one whose time is over is closed on the way."""
    attempts = Attempt.objects.running().filter(round=contest_round, participant=participant)
    attempt = attempts.first()
    if attempt is None or attempt.phase(at=at) is not Phase.OVER:
        return attempt
    close_expired(attempt_id=attempt.pk, at=at)
    return None


def _next_attempt(contest_round: Round, participant: Participant, *, at: datetime) -> Attempt:
    # the lock makes simultaneous starts of one person queue; the constraints would refuse them
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    attempts = list(Attempt.objects.filter(round=contest_round, participant=participant))
    running = next((it for it in attempts if it.submitted_at is None), None)
    if running is not None:
        return running
    if len(attempts) >= contest_round.max_attempts:
        raise ContestError(
            "attempts_used_up",
            _("Anh/Chị đã dùng hết %(count)d lượt thi của kỳ này.")
            % {"count": contest_round.max_attempts},
        )
    return _draw_attempt(contest_round, participant, number=len(attempts) + 1, at=at)


def _draw_attempt(
    contest_round: Round, participant: Participant, *, number: int, at: datetime
) -> Attempt:
    attempt = Attempt(
        round=contest_round,
        participant=participant,
        number=number,
        seed=new_seed(),
        started_at=at,
    )
    attempt.take_allotment(_allotment(contest_round, participant, at=at))
    attempt.save(force_insert=True)
    allow_overtime(contest_round, until=attempt.deadline_at)
    _lay_out(attempt, _draw(contest_round, attempt))
    return attempt


def _allotment(contest_round: Round, participant: Participant, *, at: datetime) -> Allotment:
    return allot(
        started_at=at,
        plain_deadline_at=plain_deadline(
            started_at=at, duration=contest_round.duration, closes_at=contest_round.closes_at
        ),
        extra_percent=participant.extra_time_percent,
        outages=contest_round.stretches(),
    )


def allow_overtime(contest_round: Round, *, until: datetime) -> None:
    """Let nothing of the round be revealed before a deadline that lies beyond its closing."""
    overtime = until - contest_round.closes_at
    if overtime <= contest_round.overtime:
        return
    Round.objects.filter(pk=contest_round.pk, overtime__lt=overtime).update(overtime=overtime)
    contest_round.overtime = overtime


def _draw(contest_round: Round, attempt: Attempt) -> list[PaperItem]:
    plan = draw_plan(contest_round, on=timezone.localdate(attempt.started_at))
    # row numbers of a round follow one another closely enough
    deal = Deal(deck_seed=contest_round.draw_seed, number=attempt.pk)
    try:
        return draw_paper(counts=plan.counts, pools=plan.pools, seed=attempt.seed, deal=deal)
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
