from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def clock_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[..., Any]:
    """Read the clock once per request: everything in it is judged by `request.at`."""
    if iscoroutinefunction(get_response):

        async def timed_async(request: HttpRequest) -> Any:
            request.at = timezone.now()  # type: ignore[attr-defined]
            answer: Awaitable[Any] = get_response(request)
            return await answer

        return timed_async

    def timed(request: HttpRequest) -> Any:
        request.at = timezone.now()  # type: ignore[attr-defined]
        return get_response(request)

    return timed
