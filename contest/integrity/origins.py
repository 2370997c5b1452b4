"""Which device and which address an attempt was started from: kept as keyed digests.

A device is known by a signed first-party cookie with a random value, nothing more invasive: it
says that two attempts came from one browser, and not whose it is.
"""

import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.encryption import blind_index
from contest.counters.devices import is_counter_device
from contest.models import Attempt, AttemptOrigin

COOKIE = "thiet-bi"
_SALT = "contest.device"
_KEPT_SECONDS = 400 * 24 * 3600  # browsers keep none longer


def note_origin(attempt: Attempt, request: HttpRequest, response: HttpResponse) -> None:
    """Remember where an attempt was started; where it is resumed changes nothing. One query."""
    at_counter = is_counter_device(request)
    origin = AttemptOrigin(
        attempt=attempt,
        device_digest="" if at_counter else blind_index("device", _device(request, response)),
        address_digest=blind_index("address", get_adapter().get_client_ip(request)),
    )
    AttemptOrigin.objects.bulk_create([origin], ignore_conflicts=True)


def _device(request: HttpRequest, response: HttpResponse) -> str:
    """The value in the device's cookie, which it gets where it has none."""
    known: str | None = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    if known:
        return known
    device = secrets.token_urlsafe(16)
    response.set_signed_cookie(
        COOKIE,
        device,
        salt=_SALT,
        max_age=_KEPT_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return device
