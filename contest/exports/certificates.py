"""Certificates: issued from the prizes, revoked for a reason, checked by anybody."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import ResultState
from contest.errors import ContestError
from contest.exports.awards import awarded
from contest.exports.people import name_order
from contest.exports.sealed_awards import sealed_prizes
from contest.models import Award, Certificate, Contest, Letterhead, ResultVersion, Round
from contest.qr_codes import qr_png
from contest.results.prizes import board_proposal
from contest.results.queries import contest_standings, round_standings
from contest.rules.official_text import place_and_day
from contest.sealing.sealing import is_stale

_QR_SIZE = 330  # pixels: 25 mm at 335 dots an inch


@transaction.atomic
def issue_certificates(
    *, contest: Contest, contest_round: Round | None, actor: User, at: datetime
) -> int:
    """One for each person and prize that has none in force yet; how many are new.

    Raises ContestError "not_allowed", "not_published", "changed_since" or "no_awards".
    """
    _refuse_others(actor)
    results = ResultVersion.objects.of(contest, contest_round)
    published = results.filter(state=ResultState.PUBLISHED).order_by("number").last()
    if published is None:
        raise ContestError(
            "not_published", _("Chỉ cấp giấy chứng nhận khi kết quả đã được công bố.")
        )
    awards = [it for it in awarded(contest, contest_round) if it.participant]
    if is_stale(published) and not _are_still_due(awards, published):
        raise ContestError(
            "changed_since",
            _("Kết quả đã thay đổi sau khi công bố; xin niêm phong và công bố phiên bản mới."),
        )
    if not awards:
        raise no_awards()
    made = [_issued(award, actor, at) for award in awards]
    new = [certificate.code for certificate, is_new in made if is_new]
    if new:
        record_decision(
            actor=actor,
            at=at,
            action="certificates.issue",
            target=f"contest:{contest.slug}",
            after={"codes": new},
        )
    return len(new)


def _are_still_due(awards: list[Award], published: ResultVersion) -> bool:
    """Whether they are the published prizes, and what its round would come to today, whatever has
    changed in other rounds since."""
    given = {(it.participant_id, it.prize.name, it.prize.board.name) for it in awards}
    lines = sealed_prizes(published).awards
    if given != {(it.participant_id, it.prize, it.board) for it in lines if it.participant_id}:
        return False
    standings = (
        round_standings(published.round)
        if published.round
        else contest_standings(published.contest)
    )
    boards = {it.prize.board for it in awards}
    return all(board_proposal(it, whole=standings).is_taken_over for it in boards)


def _issued(award: Award, actor: User, at: datetime) -> tuple[Certificate, bool]:
    """And whether it is new."""
    person: Any = award.participant
    return Certificate.objects.get_or_create(
        participant=person,
        round=award.prize.board.round,
        title=award.prize.name,
        board=award.prize.board.name,
        revoked_at=None,
        defaults={
            "full_name": person.full_name,
            "unit": person.unit.name if person.unit else "",
            "issued_at": at,
            "issued_by": actor,
        },
    )


@transaction.atomic
def revoke_certificate(*, code: str, reason: str, actor: User, at: datetime) -> Certificate:
    """Its page goes on saying that it was issued, and that it is void; a second call changes
    nothing.

    Raises ContestError "not_allowed" or "reason_missing".
    """
    _refuse_others(actor)
    if not reason.strip():
        message = _("Xin ghi lý do thu hồi giấy chứng nhận.")
        raise ContestError("reason_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    certificate = Certificate.objects.select_for_update().get(code=code)
    if certificate.is_valid:
        certificate.revoked_at, certificate.revoked_by = at, actor
        certificate.reason = reason.strip()
        certificate.save(update_fields=["revoked_at", "revoked_by", "reason"])
        record_decision(
            actor=actor,
            at=at,
            action="certificate.revoke",
            target=f"certificate:{code}",
            reason=certificate.reason,
        )
    return certificate


def no_awards() -> ContestError:
    return ContestError("no_awards", _("Chưa có giải nào được xác định."))


def _refuse_others(actor: User) -> None:
    if not has_role(actor, Role.JURY):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban giám khảo được cấp và thu hồi giấy chứng nhận."),
            HTTPStatus.FORBIDDEN,
        )


def certificates_of(contest: Contest, contest_round: Round | None) -> QuerySet[Certificate]:
    """Those of the round, or of the contest as a whole, revoked ones too, in order of issue."""
    return Certificate.objects.filter(
        participant__contest=contest, round=contest_round
    ).select_related("round")


def with_awards(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """`has_award`: whether the jury's awards still hold what it certifies."""
    award = Award.objects.filter(
        participant=OuterRef("participant"),
        prize__name=OuterRef("title"),
        prize__board__name=OuterRef("board"),
    )
    return certificates.annotate(has_award=Exists(award))


def valid_certificates(
    contest: Contest, contest_round: Round | None, *, by_given_name: bool
) -> list[Certificate]:
    found = list(certificates_of(contest, contest_round).filter(revoked_at=None).order_by("pk"))
    if by_given_name:
        found.sort(key=lambda certificate: name_order(certificate.full_name))
    return found


def printed(certificates: Iterable[Certificate], *, site: str) -> list[dict[str, str]]:
    """What a page says of each; `site` is the address that the platform answers at."""
    return [
        {
            "full_name": certificate.full_name,
            "unit": certificate.unit,
            "title": certificate.title,
            "board": certificate.board,
            "round": certificate.round.name if certificate.round else "",
            "address": site + reverse("contest:certificate", args=[certificate.code]),
            "qr": _picture(site + reverse("contest:certificate", args=[certificate.code])),
        }
        for certificate in certificates
    ]


def common_words(contest: Contest, letterhead: Letterhead, *, at: datetime) -> dict[str, str]:
    """What all certificates say. Undated papers are dated by the day they are printed."""
    day = letterhead.decided_on or timezone.localdate(at)
    return {
        "contest": contest.name,
        "agency": letterhead.agency.upper(),
        "place_and_day": place_and_day(letterhead.place or "…", day),
        "signing_for": letterhead.signing_for.upper(),
        "position": letterhead.position.upper(),
        "signer": letterhead.signer,
    }


def _picture(text: str) -> str:
    return "data:image/png;base64," + b64encode(qr_png(text, size=_QR_SIZE)).decode()
