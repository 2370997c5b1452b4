"""A device at a public counter: it shows the quiz alone, keeps nothing, and forgets by itself."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware

from contest.counters.devices import COOKIE, device_of
from contest.models import Attempt, CounterDevice

IDLE_SECONDS = 120  # after the end
BEFORE_SECONDS = 600  # on a page before the quiz
VISIT = "counter"  # in the session: somebody is here by a slip
_ANYWHERE = ("/thi/", "/phieu/", "/ngon-ngu/", "/tai-khoan/don-vi/", "/healthz", "/readyz")


@sync_and_async_middleware
def counter_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[..., Any]:
    """Costs other devices a look at their cookies."""
    if iscoroutinefunction(get_response):

        async def at_counter_async(request: HttpRequest) -> Any:
            if COOKIE not in request.COOKIES:
                return await get_response(request)
            device = await sync_to_async(device_of)(request)
            refusal = await sync_to_async(_elsewhere)(request, device)
            response = refusal or await get_response(request)
            return await sync_to_async(_forgetful)(request, response, device)

        return at_counter_async

    def at_counter(request: HttpRequest) -> Any:
        if COOKIE not in request.COOKIES:
            return get_response(request)
        device = device_of(request)
        return _forgetful(request, _elsewhere(request, device) or get_response(request), device)

    return at_counter


def _elsewhere(request: HttpRequest, device: CounterDevice | None) -> HttpResponse | None:
    """Back to the counter from any page that is not the quiz's."""
    if device is None:
        if request.session.get(VISIT):  # the counter was closed meanwhile
            request.session.flush()
            return HttpResponseRedirect("/")
        return None
    request.is_counter_visit = bool(request.session.get(VISIT))  # type: ignore[attr-defined]
    request.counter_slug = device.contest.slug  # type: ignore[attr-defined]
    slug = device.contest.slug
    own = [f"/quay/{slug}/", f"/hoi-thi/{slug}/"]
    if request.path.startswith((*own, *_ANYWHERE)):
        return None
    return HttpResponseRedirect(reverse("contest:counter", args=[slug]))


def _forgetful(
    request: HttpRequest, response: HttpResponse, device: CounterDevice | None
) -> HttpResponse:
    """No copy in any cache, and the way back to the code after a while without anybody."""
    if device is None:
        return response
    response["Cache-Control"] = "no-store"
    is_page = response.get("Content-Type", "").startswith("text/html")
    if is_page and request.session.get(VISIT):
        done = reverse("contest:counter_done", args=[device.contest.slug])
        response["Refresh"] = f"{_seconds(request)}; url={done}"
    return response


def _seconds(request: HttpRequest) -> int:
    if request.path.startswith("/phieu/"):
        return IDLE_SECONDS
    if not request.path.startswith("/thi/"):
        return BEFORE_SECONDS
    running = Attempt.objects.running().filter(participant__user=request.user.pk)
    deadline = running.order_by("-deadline_at").values_list("deadline_at", flat=True).first()
    left = (deadline - request.at).total_seconds() if deadline else 0  # type: ignore[attr-defined]
    return max(0, int(left)) + IDLE_SECONDS
