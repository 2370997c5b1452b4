"""Moved deadlines reach the papers that are open in this process: one subscription for all.

Any of it may be lost: a page that heard nothing asks the server's clock before it closes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import BaseChannelLayer, get_channel_layer

from contest.models import Attempt

GROUP = "papers"
TELLING_SECONDS = 10.0

Tell = Callable[[datetime], Awaitable[None]]

logger = logging.getLogger(__name__)


class DeadlineNews:
    """The open papers of a process, by round and attempt. All methods run on one loop."""

    def __init__(self, layer: BaseChannelLayer) -> None:
        self.layer = layer
        self._papers: dict[int, dict[int, set[Tell]]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    async def join(self, round_id: int, attempt_id: int, tell: Tell) -> None:
        self._papers.setdefault(round_id, {}).setdefault(attempt_id, set()).add(tell)
        async with self._lock:
            if self._listener is None or self._listener.done():
                channel = await self.layer.new_channel()
                await self.layer.group_add(GROUP, channel)
                self._listener = asyncio.get_running_loop().create_task(self._listen(channel))

    async def leave(self, round_id: int, attempt_id: int, tell: Tell) -> None:
        papers = self._papers.get(round_id, {})
        papers.get(attempt_id, set()).discard(tell)
        if not papers.get(attempt_id):
            papers.pop(attempt_id, None)
        if not papers:
            self._papers.pop(round_id, None)
        if not self._papers and self._listener is not None:
            self._listener.cancel()
            self._listener = None

    async def _listen(self, channel: str) -> None:
        try:
            while True:
                message = await self.layer.receive(channel)
                try:
                    await self._tell_all(message["round_id"])
                except Exception:
                    logger.exception("moved deadlines were not passed on")
        finally:
            await self.layer.group_discard(GROUP, channel)

    async def _tell_all(self, round_id: int) -> None:
        papers = self._papers.get(round_id, {})
        deadlines = await database_sync_to_async(_deadlines)(list(papers))
        telling = [
            tell(deadline_at)
            for attempt_id, deadline_at in deadlines.items()
            for tell in papers.get(attempt_id, ())
        ]
        async with asyncio.timeout(TELLING_SECONDS):  # one stalled reader holds up nobody for long
            await asyncio.gather(*telling, return_exceptions=True)


def _deadlines(attempt_ids: Collection[int]) -> dict[int, datetime]:
    return dict(Attempt.objects.filter(pk__in=attempt_ids).values_list("pk", "deadline_at"))


_news: WeakKeyDictionary[asyncio.AbstractEventLoop, DeadlineNews] = WeakKeyDictionary()


def deadline_news() -> DeadlineNews:
    """The running loop's own: all papers of the process share it."""
    loop, layer = asyncio.get_running_loop(), get_channel_layer()
    if layer is None:
        raise RuntimeError("papers need a channel layer")
    if loop not in _news or _news[loop].layer is not layer:
        _news[loop] = DeadlineNews(layer)
    return _news[loop]


async def publish_moved_deadlines(round_id: int) -> None:
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send(GROUP, {"type": "deadlines.moved", "round_id": round_id})
