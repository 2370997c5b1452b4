"""For views that answer programs: an answer of their own kind, whatever happens."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.http import TimedRequest
from contest.errors import ContestError


def signed_in_or_401(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An answer instead of a redirect to the sign-in page."""

    @wraps(view)
    def guarded(request: TimedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            message = _("Phiên đăng nhập đã hết. Mời Anh/Chị đăng nhập lại để làm tiếp.")
            refusal = ContestError("signed_out", message, HTTPStatus.UNAUTHORIZED)
            return JsonResponse(refused_fields(refusal), status=refusal.status)
        return view(request, *args, **kwargs)

    return guarded


def refused_fields(refusal: ContestError) -> dict[str, str]:
    return {"code": refusal.code, "message": str(refusal.message)}
