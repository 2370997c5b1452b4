"""Who is behind a socket: looked up once, at connect, with one hop to a thread.

Channels' own session middleware hops twice and wraps every message that is sent to look whether
the session has changed; our sockets never change it.
"""

from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, parse_cookie

from accounts.closings import FOREIGN_ORIGIN, note_closing
from accounts.models import User
from accounts.second_factors import with_second_factor


class OwnOriginOnly(OriginValidator):
    """Let through to `inner` only what a page of ALLOWED_HOSTS opens."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner, settings.ALLOWED_HOSTS)

    def valid_origin(self, parsed_origin: Any) -> bool:
        is_own = bool(super().valid_origin(parsed_origin))
        if not is_own:
            note_closing(FOREIGN_ORIGIN)
        return is_own


class SessionAndUser:
    """Give `inner` the scope with `session` and `user`, who may be anonymous."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
        session, user = await _identify(cookies.decode("latin-1"))
        await self._inner({**scope, "session": session, "user": user}, receive, send)


@database_sync_to_async
def _identify(cookies: str) -> tuple[SessionBase, User | AnonymousUser]:
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
    return request.session, with_second_factor(get_user(request), request)
