"""The board's socket: read-only, open to everybody who may open the page."""

import asyncio
import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from accounts.rules.throttling import TokenBucket
from leaderboard.boards import BoardRequest
from leaderboard.forms import parse_message
from leaderboard.queries import BoardPlace, board_place
from leaderboard.services.announcing import attach_loop
from leaderboard.services.snapshots import UnknownDivisionError, snapshot_message
from leaderboard.services.standings import board_state
from leaderboard.sharing import SharedAnswers

MALFORMED, NOT_FOUND, TOO_MANY = 4400, 4404, 4429
BURST, MESSAGES_PER_SECOND = 10, 4

_answers = SharedAnswers(seconds=0.3)


class BoardConsumer(AsyncWebsocketConsumer):
    """Tells of new versions, and answers requests for what a page shows. See docs/protocol.md."""

    group = ""
    version = 0  # the newest this connection was told of

    async def connect(self) -> None:
        await self.accept()  # a refused handshake would not carry the code to a browser
        self.bucket = TokenBucket(capacity=BURST, per_second=MESSAGES_PER_SECOND)
        try:
            place = await self._place()
        except Http404:
            await self.close(code=NOT_FOUND)
            return
        # those who see an unpublished contest share no answers with those who do not
        self.audience = (place.contest.pk, place.contest.is_published or self._user().pk)
        self.group = place.board.group
        attach_loop(asyncio.get_running_loop())
        await self.channel_layer.group_add(self.group, self.channel_name)
        self.version = await self._current_version(place)  # after joining: no gap between
        await self._send_json({"type": "hello", "version": self.version})

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.group:
            return  # closing already
        if not self.bucket.take(at=time.monotonic()):
            await self.close(code=TOO_MANY)
            return
        try:
            asked = parse_message(text_data)
        except ValueError:
            await self.close(code=MALFORMED)
            return
        try:
            await self.send(text_data=await self._answer(asked))
        except UnknownDivisionError:
            await self.close(code=MALFORMED)
        except Http404:
            await self.close(code=NOT_FOUND)

    async def board_changed(self, event: dict[str, Any]) -> None:
        self.version = max(self.version, event["version"])
        await self._send_json({"type": "board.changed", "version": event["version"]})

    async def _answer(self, asked: BoardRequest) -> str:
        key = (self.group, self.audience, asked)
        return await _answers.get(key, lambda: self._compute(asked), at_least=self.version)

    @database_sync_to_async
    def _compute(self, asked: BoardRequest) -> tuple[int, str]:
        return snapshot_message(self._place_now(), asked)

    @database_sync_to_async
    def _place(self) -> BoardPlace:
        return self._place_now()

    def _place_now(self) -> BoardPlace:
        words = self.scope["url_route"]["kwargs"]
        return board_place(
            slug=words["slug"],
            round_slug=words.get("round_slug"),
            user=self._user(),
            at=timezone.now(),  # the one clock reading of this message
        )

    @database_sync_to_async
    def _current_version(self, place: BoardPlace) -> int:
        return board_state(place.board).version if place.is_revealed else 0

    def _user(self) -> Any:
        return self.scope.get("user") or AnonymousUser()

    async def _send_json(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message))


def forget_answers() -> None:
    """Start anew, as after a restart of the process."""
    _answers.clear()
