"""The paper's socket: a lean ASGI application that does nothing per message but save.

Channels' own consumers hop to a thread before every message to look after database connections;
here only the group commit's thread talks to the database, once a batch.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error as DatabaseError, close_old_connections
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.closings import TOO_LARGE, note_closing
from accounts.queries import sessions_going_on
from accounts.rules.throttling import TokenBucket
from contest.deadline_news import deadline_news
from contest.messages import SaveMessage, encode, milliseconds, outcome_fields, parse_save
from contest.models import Attempt
from contest.queries.papers import paper_shape
from contest.services.group_commit import GroupCommit
from contest.services.saving import Outcome, PaperShape, check_answers, save_answers, with_outcomes
from contest.services.storing import Save

MALFORMED, SIGNED_OUT, NOT_FOUND, TOO_MANY = 4400, 4401, 4404, 4429
BURST, MESSAGES_PER_SECOND = 200, 20
SESSION_CHECK_SECONDS = 60.0  # how long a sign-out in another process may go unnoticed
SESSIONS_AT_ONCE = 500  # in one query

_commits: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupCommit[Save, Outcome]] = (
    WeakKeyDictionary()
)
_open_sockets: dict[str, set["PaperSocket"]] = {}  # by session key


@dataclass(frozen=True, slots=True)
class Paper:
    """What a socket knows of the paper behind it."""

    attempt_id: int
    round_id: int
    deadline_at: datetime  # as it was when the socket was opened
    shape: PaperShape


class PaperSocket:
    """One connection to one attempt's paper. See docs/protocol.md."""

    def __init__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._loop = asyncio.get_running_loop()
        self._is_closing = False
        self._bucket = TokenBucket(capacity=BURST, per_second=MESSAGES_PER_SECOND)
        self._session: SessionBase = scope["session"]
        self._paper = Paper(attempt_id=0, round_id=0, deadline_at=timezone.now(), shape={})

    async def run(self) -> None:
        await self._receive()
        await self._send({"type": "websocket.accept"})  # a refusal would not carry its code
        if not self._scope["user"].is_authenticated:
            await self._close(SIGNED_OUT)
            return
        if not await self._open():
            await self._close(NOT_FOUND)
            return
        sockets = _open_sockets.setdefault(str(self._session.session_key), set())
        sockets.add(self)
        news, place = deadline_news(), (self._paper.round_id, self._paper.attempt_id)
        try:
            await news.join(*place, self._tell_deadline)
            await self._serve()
        finally:
            await news.leave(*place, self._tell_deadline)
            sockets.discard(self)
            if not sockets:
                _open_sockets.pop(str(self._session.session_key), None)

    def sign_out(self) -> None:
        """Close from whatever thread: the session has ended."""
        asyncio.run_coroutine_threadsafe(self._close(SIGNED_OUT), self._loop)

    async def _open(self) -> bool:
        code = self._scope["url_route"]["kwargs"]["code"]
        found = await database_sync_to_async(_paper)(self._scope["user"].pk, code)
        if found is None:
            return False
        self._paper = found
        await self._reply({"type": "hello", **self._clock(found.deadline_at)})
        return True

    async def _tell_deadline(self, deadline_at: datetime) -> None:
        await self._reply({"type": "deadline", **self._clock(deadline_at)})

    def _clock(self, deadline_at: datetime) -> dict[str, int]:
        return {
            "server_now_ms": milliseconds(timezone.now()),
            "deadline_ms": milliseconds(deadline_at),
        }

    async def _serve(self) -> None:
        while not self._is_closing:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                if event.get("code") == TOO_LARGE:
                    note_closing(TOO_LARGE)
                return
            fault = await self._answer(event.get("text"))
            if fault is not None:
                await self._close(fault)

    async def _answer(self, frame: str | None) -> int | None:
        """Answer one frame, None a binary one; the close code when it cannot be borne."""
        if not self._bucket.take(at=time.monotonic()):
            return TOO_MANY
        try:
            message = parse_save(frame or "")
        except ValueError:
            return MALFORMED
        await self._reply(await self._save(message))
        return None

    async def _save(self, message: SaveMessage) -> dict[str, Any]:
        at = timezone.now()  # the one clock reading of this message
        checked = check_answers(
            message.answers, attempt_id=self._paper.attempt_id, shape=self._paper.shape, at=at
        )
        saves = [each for each in checked if isinstance(each, Save)]
        try:
            stored = await group_commit().save(saves) if saves else []
        except DatabaseError:
            return {"type": "failed", "id": message.id}
        return {
            "type": "saved",
            "id": message.id,
            "server_now_ms": milliseconds(at),
            **outcome_fields(with_outcomes(checked, stored)),
        }

    async def _reply(self, message: dict[str, Any]) -> None:
        await self._send({"type": "websocket.send", "text": encode(message).decode()})

    async def _close(self, code: int) -> None:
        if self._is_closing:
            return
        self._is_closing = True
        note_closing(code)
        await self._send({"type": "websocket.close", "code": code})


async def paper_socket(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application behind /ws/thi/<code>/."""
    await PaperSocket(scope, receive, send).run()


def group_commit() -> GroupCommit[Save, Outcome]:
    """The running loop's own: all sockets of the process share it."""
    loop = asyncio.get_running_loop()
    if loop not in _commits:
        _commits[loop] = GroupCommit(_write)
    return _commits[loop]


def _write(saves: Sequence[Save]) -> list[Outcome]:
    close_old_connections()  # a connection that broke is replaced
    try:
        return save_answers(saves)
    finally:
        close_old_connections()


def _paper(user_id: int, code: Any) -> Paper | None:
    own = Attempt.objects.of_user(user_id).filter(code=code)
    found = next(iter(own.values_list("pk", "round_id", "deadline_at")), None)
    return Paper(*found, paper_shape(attempt_id=found[0])) if found is not None else None


@receiver(user_logged_out)
def close_sockets(request: HttpRequest | None, **_kwargs: Any) -> None:
    """Sign-out closes the papers that the session has open in this process."""
    key = request.session.session_key if request is not None else None
    _sign_out(str(key))


async def watch_sessions() -> None:
    """Sign-out in another process closes the papers here within a minute; until cancelled."""
    while True:
        await asyncio.sleep(SESSION_CHECK_SECONDS)
        with suppress(DatabaseError):  # it comes back, and what ended meanwhile is found then
            await close_ended_sessions()


async def close_ended_sessions() -> None:
    """Look after all sessions behind open papers, hundreds with one query."""
    keys = list(_open_sockets)
    for start in range(0, len(keys), SESSIONS_AT_ONCE):
        part = keys[start : start + SESSIONS_AT_ONCE]
        going_on = await database_sync_to_async(sessions_going_on)(part)
        for key in set(part) - going_on:
            _sign_out(key)


def _sign_out(session_key: str) -> None:
    for socket in list(_open_sockets.get(session_key, ())):
        socket.sign_out()
