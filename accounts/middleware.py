from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from accounts.second_factors import with_second_factor


class PersonMiddleware(AuthenticationMiddleware):
    """`request.user`, who holds duties only as far as the session has shown a second factor."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: with_second_factor(get_user(request), request)
        )


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
