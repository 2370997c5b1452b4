"""Give time back: to one person, or to everybody whom an outage hit. Only deadlines move."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import ClosedBy
from contest.errors import ContestError
from contest.models import TIME_FIELDS, Attempt, Participant, Round, RoundOutage
from contest.queries.reviews import round_key_is_revealed
from contest.rules.timing import Outage, allot
from contest.services.starting import allow_overtime, join_contest
from contest.signals import attempt_graded, attempt_reopened, deadlines_moved

BATCH = 250  # rows that one statement changes
LONGEST_OUTAGE = timedelta(hours=24)
UNGRADED = {
    "submitted_at": None,
    "closed_by": "",
    "elapsed_ms": None,
    "score": None,
    "max_score": None,
    "correct_count": None,
    "receipt_code": None,
}


@dataclass(frozen=True)
class OutageEffect:
    """How many attempts of the round an outage touched."""

    extended: int = 0  # under way: their deadline moved
    reopened: int = 0  # closed by the clock meanwhile: under way again
    shortened: int = 0  # handed in since: their time used no longer counts the outage
    too_late: int = 0  # closed by the clock, and nothing can be given back any more


@transaction.atomic
def give_extra_time(
    *, contest_id: int, user: User, percent: int, reason: str, actor: User, at: datetime
) -> Participant:
    """Set how much longer than others a person may work; an open attempt gets it at once.

    A second call with the same percentage changes nothing. Raises ContestError "not_allowed",
    "reason_missing".
    """
    _refuse_unless_allowed(actor, reason)
    join_contest(contest_id=contest_id, user=user, at=at)
    people = Participant.objects.select_for_update(no_key=True, of=("self",))
    participant = people.select_related("contest").get(contest_id=contest_id, user=user)
    before = participant.extra_time_percent
    if before == percent:
        return participant
    participant.extra_time_percent = percent
    participant.save(update_fields=["extra_time_percent"])
    for attempt in _locked(Attempt.objects.running().filter(participant=participant)):
        _allot_anew(attempt, attempt.round.stretches())
        attempt.save(update_fields=TIME_FIELDS)
        allow_overtime(attempt.round, until=attempt.deadline_at)
        _tell_of_deadlines(attempt.round_id)
    record_decision(
        actor=actor,
        at=at,
        action="participant.extra_time",
        target=f"participant:{participant.contest.slug}/{participant.pk}",
        reason=reason,
        before={"percent": before},
        after={"percent": percent},
    )
    return participant


@transaction.atomic
def record_outage(
    *,
    round_id: int,
    began_at: datetime,
    ended_at: datetime,
    reason: str,
    actor: User,
    at: datetime,
) -> OutageEffect:
    """Give everybody whom an outage hit the time that it took.

    Running attempts get a later deadline. One that the clock closed is opened again where time is
    left and its key has not been shown. The time used of one handed in since is cut by the
    outage. Recording the same stretch twice, or one inside another, gives nothing twice.
    Raises ContestError "not_allowed", "reason_missing", "outage_backwards", "outage_too_long",
    "outage_ahead" (it has not begun), "outage_outside" (nobody was at work).
    """
    _refuse_unless_allowed(actor, reason)
    contest_round = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    outage = Outage(began_at, ended_at)
    _refuse_bad_outage(contest_round, outage, at=at)
    _row, is_new = RoundOutage.objects.get_or_create(
        round=contest_round, began_at=began_at, ended_at=ended_at
    )
    if not is_new:
        return OutageEffect()
    effect = _credit(contest_round, outage, at=at)
    record_decision(
        actor=actor,
        at=at,
        action="round.outage",
        target=f"round:{contest_round.pk}",
        reason=reason,
        after={"began_at": began_at.isoformat(), "ended_at": ended_at.isoformat()} | asdict(effect),
    )
    return effect


def _refuse_unless_allowed(actor: User, reason: str) -> None:
    if not has_role(actor, Role.ORGANISER):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban tổ chức được cho thêm thời gian làm bài."),
            HTTPStatus.FORBIDDEN,
        )
    if not reason:
        raise ContestError("reason_missing", _("Vui lòng ghi lý do cho thêm thời gian."))


def _refuse_bad_outage(contest_round: Round, outage: Outage, *, at: datetime) -> None:
    if outage.length <= timedelta(0):
        message = _("Thời điểm hết sự cố phải sau thời điểm bắt đầu.")
        raise ContestError("outage_backwards", message)
    if outage.length > LONGEST_OUTAGE:
        message = _("Sự cố dài quá 24 giờ. Vui lòng kiểm tra lại hai thời điểm.")
        raise ContestError("outage_too_long", message)
    if not outage.has_begun(at=at):
        message = _("Sự cố chưa bắt đầu. Vui lòng kiểm tra lại thời điểm.")
        raise ContestError("outage_ahead", message)
    if not outage.overlaps(contest_round.opens_at, contest_round.over_at):
        message = _("Sự cố nằm ngoài thời gian của kỳ thi.")
        raise ContestError("outage_outside", message)


def _credit(contest_round: Round, outage: Outage, *, at: datetime) -> OutageEffect:
    outages = contest_round.stretches()
    extended = _extend(contest_round, outages)
    reopened, too_late = _reopen(contest_round, outages, outage, at=at)
    shortened = _cut_elapsed(contest_round, outages, outage)
    if extended or reopened:
        _tell_of_deadlines(contest_round.pk)
    return OutageEffect(extended, reopened, shortened, too_late)


def _extend(contest_round: Round, outages: Sequence[Outage]) -> int:
    """Move the deadlines of those under way. Returns how many moved."""
    moved: list[Attempt] = []
    for attempt in _locked(Attempt.objects.running().filter(round=contest_round)):
        before = attempt.outage_credit
        _allot_anew(attempt, outages)
        if attempt.outage_credit != before:
            moved.append(attempt)
            allow_overtime(contest_round, until=attempt.deadline_at)
    Attempt.objects.bulk_update(moved, TIME_FIELDS, batch_size=BATCH)
    return len(moved)


def _reopen(
    contest_round: Round, outages: Sequence[Outage], outage: Outage, *, at: datetime
) -> tuple[int, int]:
    """How many attempts are under way again, and how many cannot be."""
    closed = Attempt.objects.filter(
        round=contest_round,
        closed_by=ClosedBy.EXPIRY,
        started_at__lt=outage.ended_at,
        deadline_at__gt=outage.began_at,
    )
    running = Attempt.objects.running().filter(round=contest_round)
    engaged = set(running.values_list("participant_id", flat=True))
    is_revealed = round_key_is_revealed(contest_round, at=at)
    reopened: list[Attempt] = []
    too_late = 0
    for attempt in _locked(closed):
        _allot_anew(attempt, outages)
        if is_revealed or attempt.participant_id in engaged or not attempt.has_time_left(at=at):
            too_late += 1
            continue
        engaged.add(attempt.participant_id)
        reopened.append(_ungraded(attempt))
        allow_overtime(contest_round, until=attempt.deadline_at)
    Attempt.objects.bulk_update(reopened, [*TIME_FIELDS, *UNGRADED], batch_size=BATCH)
    return len(reopened), too_late


def _ungraded(attempt: Attempt) -> Attempt:
    for field, value in UNGRADED.items():
        setattr(attempt, field, value)
    transaction.on_commit(partial(attempt_reopened.send_robust, sender=Attempt, attempt=attempt))
    return attempt


def _cut_elapsed(contest_round: Round, outages: Sequence[Outage], outage: Outage) -> int:
    """Take the outages out of the time used by those who handed in since. Returns how many."""
    handed_in = Attempt.objects.filter(
        round=contest_round,
        closed_by=ClosedBy.PARTICIPANT,
        started_at__lt=outage.ended_at,
        submitted_at__gt=outage.began_at,
    )
    changed: list[Attempt] = []
    for attempt in _locked(handed_in):
        before = attempt.elapsed_ms
        attempt.count_elapsed(outages)
        if attempt.elapsed_ms == before:
            continue
        changed.append(attempt)
        transaction.on_commit(partial(attempt_graded.send_robust, sender=Attempt, attempt=attempt))
    Attempt.objects.bulk_update(changed, ["elapsed_ms"], batch_size=BATCH)
    return len(changed)


def _locked(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """A save goes on meanwhile (it takes a key share); a submission waits."""
    locked = attempts.select_for_update(no_key=True, of=("self",))
    return locked.select_related("participant").order_by("pk")


def _allot_anew(attempt: Attempt, outages: Sequence[Outage]) -> None:
    attempt.take_allotment(
        allot(
            started_at=attempt.started_at,
            plain_deadline_at=attempt.plain_deadline_at,
            extra_percent=attempt.participant.extra_time_percent,
            outages=outages,
        )
    )


def _tell_of_deadlines(round_id: int) -> None:
    transaction.on_commit(partial(deadlines_moved.send_robust, sender=Round, round_id=round_id))
