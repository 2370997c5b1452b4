"""Devices at public counters: authorised once, known by a signed cookie, revocable."""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.core.signing import BadSignature
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import Contest, CounterDevice
from contest.registration.care import care_of

COOKIE = "quay"
_SALT = "contest.counter"
_KNOWN = "counter_device"  # on a request: what was found, in a list of one
_LASTS_SECONDS = 180 * 24 * 3600


def is_counter_device(request: HttpRequest) -> bool:
    """Whether many people use this device in turn: what it has in common says nothing of them.

    At most one query for each request.
    """
    return device_of(request) is not None


def device_of(request: HttpRequest) -> CounterDevice | None:
    """The counter that asks, while it is not revoked. At most one query for each request."""
    if COOKIE not in request.COOKIES:
        return None
    known: list[CounterDevice | None] | None = getattr(request, _KNOWN, None)
    if known is None:
        known = [_device(request)]
        setattr(request, _KNOWN, known)
    return known[0]


def _device(request: HttpRequest) -> CounterDevice | None:
    try:
        code = request.get_signed_cookie(COOKIE, salt=_SALT, max_age=_LASTS_SECONDS)
    except BadSignature:
        return None
    devices = CounterDevice.objects.in_use().filter(code=str(code))
    return devices.select_related("contest").first()


def remember_device(response: HttpResponse, device: CounterDevice) -> None:
    response.set_signed_cookie(
        COOKIE,
        str(device.code),
        salt=_SALT,
        max_age=_LASTS_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@transaction.atomic
def authorise_device(*, contest: Contest, name: str, actor: User, at: datetime) -> CounterDevice:
    """Make a device a counter of the contest; recorded. Raises ContestError "not_allowed"."""
    _refuse_unless_in_charge(actor)
    device = CounterDevice.objects.create(
        contest=contest, name=name, authorised_by=actor, authorised_at=at
    )
    record_decision(
        actor=actor,
        at=at,
        action="counter.open",
        target=f"contest:{contest.slug}",
        after={"device": device.pk, "name": name},
    )
    return device


@transaction.atomic
def revoke_device(*, device: CounterDevice, actor: User, at: datetime) -> None:
    """From now on it is a device like any other; a second call changes nothing."""
    _refuse_unless_in_charge(actor)
    if CounterDevice.objects.in_use().filter(pk=device.pk).update(revoked_at=at):
        record_decision(
            actor=actor,
            at=at,
            action="counter.close",
            target=f"contest:{device.contest.slug}",
            after={"device": device.pk},
        )


def _refuse_unless_in_charge(actor: User) -> None:
    if care_of(actor) is None:
        message = _("Chỉ Ban tổ chức hoặc đầu mối đơn vị được mở, đóng quầy.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
