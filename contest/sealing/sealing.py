"""Seal, confirm, publish, withdraw: each by somebody with the duty, each recorded."""

import secrets
import zlib
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import ResultState
from contest.errors import ContestError
from contest.models import Attempt, Contest, ResultPart, ResultVersion, Round
from contest.rules.canonical import canonical, sha256
from contest.rules.chaining import first_broken
from contest.sealing.content import FORMAT, sealed_content
from contest.sealing.facts import basis, scope_rounds
from contest.sealing.parts import Part
from contest.services.predicting import uncounted

_FASTEST = 1  # of zlib: digests hardly shrink


@transaction.atomic
def seal(
    *,
    contest_id: int,
    contest_round: Round | None,
    actor: User,
    at: datetime,
    progress: Any = lambda _done: None,
) -> ResultVersion:
    """Freeze the result of a round, or of the whole contest, as it is now.

    Raises ContestError "not_allowed" and as `refuse_to_seal` does; "awards_outdated" where prizes
    were given by standings that have changed since; "nothing_changed" where the published version
    says the same.
    """
    _require(actor, Role.JURY)
    contest = _locked(contest_id)
    refuse_to_seal(contest, contest_round, at=at)
    if not contest.sealing_salt:
        contest.sealing_salt = secrets.token_hex(32)
        contest.save(update_fields=["sealing_salt"])
    parts: list[ResultPart] = []
    head = sealed_content(
        contest, contest_round, keep=lambda part: parts.append(_stored(part)), progress=progress
    )
    digest = sha256(head)
    earlier = ResultVersion.objects.of(contest, contest_round)
    if earlier.filter(state=ResultState.PUBLISHED, digest=digest).exists():
        raise ContestError(
            "nothing_changed", _("Kết quả không thay đổi so với phiên bản đã công bố.")
        )
    version = ResultVersion.objects.create(
        contest=contest,
        round=contest_round,
        number=contest.result_versions.count() + 1,
        head=canonical(head).decode(),
        digest=digest,
        sealed_by=actor,
        sealed_at=at,
    )
    for part in parts:
        part.version = version
    ResultPart.objects.bulk_create(parts, batch_size=50)
    _record(version, "seal", actor, at)
    return version


def refuse_to_seal(contest: Contest, contest_round: Round | None, *, at: datetime) -> None:
    """Raises ContestError.

    "practice_round", "no_rounds", "not_over" (somebody may still be at work), "attempts_running",
    "nothing_submitted", "prediction_open" (not counted, or not any more), "chain_broken",
    "complaints_open" (where the contest waits for them), "seal_pending" (an earlier seal awaits its
    confirmation or publication).
    """
    if contest_round is not None and contest_round.is_practice:
        raise ContestError("practice_round", _("Không niêm phong kết quả của kỳ thi thử."))
    rounds = list(contest.rounds.official()) if contest_round is None else [contest_round]
    if not rounds:
        raise ContestError("no_rounds", _("Hội thi chưa có kỳ thi chính thức nào."))
    if not all(it.is_over(at=at) for it in rounds):
        raise ContestError("not_over", _("Kỳ thi chưa kết thúc: còn người có thể đang làm bài."))
    attempts = Attempt.objects.filter(round__in=rounds)
    if attempts.running().exists():
        raise ContestError("attempts_running", _("Còn lượt thi chưa kết thúc; xin chờ ít phút."))
    if not attempts.submitted().exists():
        raise ContestError("nothing_submitted", _("Chưa có bài nào được nộp."))
    if uncounted(rounds):
        raise ContestError(
            "prediction_open", _("Số đúng của câu dự đoán chưa được đếm hoặc cần đếm lại.")
        )
    if first_broken(it.link() for it in contest.decisions.order_by("number")) is not None:
        raise ContestError(
            "chain_broken",
            _("Nhật ký quyết định của Ban giám khảo không còn nguyên vẹn; không thể niêm phong."),
        )
    if contest.seal_waits_for_complaints and contest.complaints.open().exists():
        raise ContestError("complaints_open", _("Còn khiếu nại chưa được trả lời."))
    if ResultVersion.objects.of(contest, contest_round).pending().exists():
        raise ContestError(
            "seal_pending", _("Đã có kết quả niêm phong đang chờ xác nhận hoặc công bố.")
        )


@transaction.atomic
def confirm(*, version_id: int, actor: User, at: datetime) -> ResultVersion:
    """The second signature. Raises ContestError "not_allowed", "own_seal", "wrong_state", "stale"
    (see `is_stale`)."""
    _require(actor, Role.JURY)
    version = _locked_version(version_id)
    if version.sealed_by_id == actor.pk:
        raise ContestError(
            "own_seal",
            _("Người niêm phong không được tự xác nhận; cần một thành viên khác."),
            HTTPStatus.FORBIDDEN,
        )
    _expect(version, ResultState.SEALED)
    _refuse_stale(version)
    return _sign(version, ResultState.CONFIRMED, "confirm", actor, at)


@transaction.atomic
def publish(*, version_id: int, actor: User, at: datetime) -> ResultVersion:
    """Show it to everybody in the place of the version published before, which is withdrawn.

    Raises ContestError "not_allowed", "wrong_state", "stale".
    """
    _require(actor, Role.JURY, Role.ORGANISER)
    version = _locked_version(version_id)
    _expect(version, ResultState.CONFIRMED)
    _refuse_stale(version)
    before = ResultVersion.objects.of(version.contest, version.round)
    for replaced in before.filter(state=ResultState.PUBLISHED):
        reason = _("Thay bằng phiên bản số %(number)d.") % {"number": version.number}
        _withdraw(replaced, reason, actor, at)
    return _sign(version, ResultState.PUBLISHED, "publish", actor, at)


@transaction.atomic
def withdraw(*, version_id: int, reason: str, actor: User, at: datetime) -> ResultVersion:
    """Take a version back, before its publication or after; it can be read for ever.

    Raises ContestError "not_allowed", "reason_missing", "wrong_state" (withdrawn already).
    """
    _require(actor, Role.JURY)
    if not reason.strip():
        raise ContestError(
            "reason_missing", _("Xin ghi lý do thu hồi."), HTTPStatus.UNPROCESSABLE_ENTITY
        )
    version = _locked_version(version_id)
    _expect(version, ResultState.SEALED, ResultState.CONFIRMED, ResultState.PUBLISHED)
    return _withdraw(version, reason, actor, at)


def is_stale(version: ResultVersion) -> bool:
    """Whether something has changed since of what the result follows from: a decision, an award, a
    prize, a right number, a lot, time given back, a headcount.

    A constant number of queries. What was sealed in an older format did not look at all of that.
    """
    if version.content["format"] != FORMAT:
        return True
    rounds = scope_rounds(version.contest, version.round)
    if Attempt.objects.running().filter(round__in=rounds).exists():
        return True
    followed: str = version.content["basis"]
    return followed != basis(version.contest, version.round)


def _refuse_stale(version: ResultVersion) -> None:
    if is_stale(version):
        message = _(
            "Sau khi niêm phong đã có thay đổi: quyết định, giải thưởng, số đúng của câu dự đoán, "
            "bốc thăm hoặc bài thi được mở lại. Xin thu hồi và niêm phong lại."
        )
        raise ContestError("stale", message)


def require_jury(actor: User) -> None:
    """Raises ContestError "not_allowed"."""
    _require(actor, Role.JURY)


def _require(actor: User, *roles: Role) -> None:
    if not has_role(actor, *roles):
        raise ContestError(
            "not_allowed",
            _("Anh/Chị không được giao việc niêm phong và công bố kết quả."),
            HTTPStatus.FORBIDDEN,
        )


def _locked(contest_id: int) -> Contest:
    """With its rounds: no decision is taken and no outage recorded meanwhile."""
    contest = Contest.objects.select_for_update().get(pk=contest_id)
    list(contest.rounds.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return contest


def _locked_version(version_id: int) -> ResultVersion:
    contest_id = ResultVersion.objects.values_list("contest_id", flat=True).get(pk=version_id)
    _locked(contest_id)
    return ResultVersion.objects.select_related("contest", "round").get(pk=version_id)


def _expect(version: ResultVersion, *states: ResultState) -> None:
    if version.state not in states:
        message = _("Kết quả này đang ở trạng thái “%(state)s”, không thực hiện được.")
        raise ContestError("wrong_state", message % {"state": version.get_state_display()})


def _withdraw(version: ResultVersion, reason: str, actor: User, at: datetime) -> ResultVersion:
    version.withdrawal_reason = reason
    return _sign(version, ResultState.WITHDRAWN, "withdraw", actor, at)


_SIGNATURES = {
    ResultState.CONFIRMED: "confirmed",
    ResultState.PUBLISHED: "published",
    ResultState.WITHDRAWN: "withdrawn",
}


def _sign(
    version: ResultVersion, state: ResultState, action: str, actor: User, at: datetime
) -> ResultVersion:
    deed, before = _SIGNATURES[state], version.state
    version.state = state
    setattr(version, f"{deed}_by", actor)
    setattr(version, f"{deed}_at", at)
    version.save(update_fields=["state", f"{deed}_by", f"{deed}_at", "withdrawal_reason"])
    _record(version, action, actor, at, before=before)
    return version


def _record(
    version: ResultVersion, action: str, actor: User, at: datetime, *, before: str = ""
) -> None:
    record_decision(
        actor=actor,
        at=at,
        action=f"result.{action}",
        target=f"contest:{version.contest.slug}",
        reason=version.withdrawal_reason,
        before={"state": before} if before else {},
        after={"state": version.state, "number": version.number, "digest": version.digest},
    )


def _stored(part: Part) -> ResultPart:
    return ResultPart(
        section=part.section,
        number=part.number,
        first_key=part.first_key,
        root=part.root.hex(),
        content=zlib.compress(part.content, _FASTEST),
        opened=zlib.compress(part.opened, _FASTEST),
    )
