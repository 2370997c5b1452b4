"""The board's socket: read-only, open to everybody who may open the page.

A lean ASGI application: Channels' own consumers hop to a thread before every message, and hold a
subscription each. Here the hub sends what is announced, and a thread is asked for rows only.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from accounts.closings import TOO_LARGE, note_closing
from accounts.rules.throttling import TokenBucket
from leaderboard.boards import BoardRequest
from leaderboard.forms import parse_message
from leaderboard.queries import BoardPlace, board_place
from leaderboard.services import hub as watching
from leaderboard.services.announcing import attach_loop
from leaderboard.services.hub import Spectator, hub
from leaderboard.services.snapshots import UnknownDivisionError, snapshot_message
from leaderboard.services.standings import board_state
from leaderboard.sharing import SharedAnswers

MALFORMED, NOT_FOUND, TOO_MANY = 4400, 4404, 4429
BURST, MESSAGES_PER_SECOND = 10, 4

logger = logging.getLogger(__name__)
_answers = SharedAnswers(seconds=0.3)


class BoardSocket:
    """Tells of new versions, and answers requests for what a page shows. See docs/protocol.md."""

    def __init__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._bucket = TokenBucket(capacity=BURST, per_second=MESSAGES_PER_SECOND)
        self._spectator = Spectator(self._tell, self._drop)
        self._version = 0  # the newest this connection was told of
        self._is_dropped = False
        self._task: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        self._task = asyncio.current_task()
        try:
            await self._receive()
            # a refused handshake would not carry the code to a browser
            await self._send({"type": "websocket.accept"})
            try:
                place = await self._place()
            except Http404:
                await self._close(NOT_FOUND)
                return
            await self._watch(place)
        except TimeoutError:
            return  # the reader stalled over an answer: leaving cuts the connection
        except asyncio.CancelledError:
            if not self._is_dropped:
                raise

    async def _watch(self, place: BoardPlace) -> None:
        # those who see an unpublished contest share no answers with those who do not
        self._audience = (place.contest.pk, place.contest.is_published or self._user().pk)
        self._group = place.board.group
        attach_loop(asyncio.get_running_loop())
        watched = hub()
        try:
            await watched.join(self._group, self._spectator, self._look)
            version = await self._current_version(place)  # after joining: no gap between
            self._version = max(version, self._version)
            await self._reply(json.dumps({"type": "hello", "version": version}))
            await self._serve()
        finally:
            await watched.leave(self._group, self._spectator)

    async def _serve(self) -> None:
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                if event.get("code") == TOO_LARGE:
                    note_closing(TOO_LARGE)
                return
            fault = await self._answer(event.get("text"))
            if fault is not None:
                await self._close(fault)
                return

    async def _answer(self, frame: str | None) -> int | None:
        """Answer one frame; the close code when it cannot be borne."""
        if not self._bucket.take(at=time.monotonic()):
            return TOO_MANY
        try:
            asked = parse_message(frame)
            key = (self._group, self._audience, asked)
            text = await _answers.get(key, lambda: self._compute(asked), at_least=self._version)
        except (ValueError, UnknownDivisionError):
            return MALFORMED
        except Http404:
            return NOT_FOUND
        await self._reply(text)
        return None

    async def _tell(self, message: dict[str, Any]) -> None:
        """What the hub has to say. It is newer than anything told before."""
        self._version = watching.version_of(message)
        await self._send(message)

    def _drop(self) -> None:
        logger.info("a spectator who does not read is dropped")
        self._is_dropped = True
        if self._task is not None:
            self._task.cancel()

    async def _reply(self, text: str) -> None:
        async with asyncio.timeout(watching.DRAIN_SECONDS):
            await self._send({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        note_closing(code)
        await self._send({"type": "websocket.close", "code": code})

    @database_sync_to_async
    def _compute(self, asked: BoardRequest) -> tuple[int, str]:
        return snapshot_message(self._place_now(), asked)

    @database_sync_to_async
    def _place(self) -> BoardPlace:
        return self._place_now()

    @database_sync_to_async
    def _look(self) -> int:
        try:
            return _version(self._place_now())
        except Http404:  # unpublished meanwhile
            return 0

    @database_sync_to_async
    def _current_version(self, place: BoardPlace) -> int:
        return _version(place)

    def _place_now(self) -> BoardPlace:
        words = self._scope["url_route"]["kwargs"]
        return board_place(
            slug=words["slug"],
            round_slug=words.get("round_slug"),
            user=self._user(),
            at=timezone.now(),  # the one clock reading of this message
        )

    def _user(self) -> Any:
        return self._scope.get("user") or AnonymousUser()


def _version(place: BoardPlace) -> int:
    return board_state(place.board).version if place.is_revealed else 0


async def board_socket(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application behind /ws/bang-xep-hang/."""
    await BoardSocket(scope, receive, send).run()


def forget_answers() -> None:
    """Start anew, as after a restart of the process."""
    _answers.clear()
