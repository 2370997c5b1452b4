"""Close expired attempts from within the ASGI server, so that expiry needs nobody."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils import timezone

from contest.services.submitting import close_all_expired

INTERVAL_SECONDS = 1.0

logger = logging.getLogger(__name__)


class LifespanWithExpiry:
    """The ASGI lifespan: a task that closes overdue attempts once a second while serving."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        task: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                task = asyncio.create_task(_close_expired_forever())
                await send({"type": "lifespan.startup.complete"})
                continue
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _close_expired_forever() -> None:
    close = sync_to_async(_close_expired, thread_sensitive=False)
    is_failing = False
    while True:
        await asyncio.sleep(INTERVAL_SECONDS)
        try:
            await close()
        except Exception:
            # the database may be away for a while; the next round tries again, and says it once
            if not is_failing:
                logger.exception("closing expired attempts fails; trying again every second")
            is_failing = True
        else:
            if is_failing:
                logger.info("closing expired attempts works again")
            is_failing = False


def _close_expired() -> None:
    close_old_connections()
    try:
        count = close_all_expired(at=timezone.now())
    finally:
        close_old_connections()
    if count:
        logger.info("closed %d expired attempts", count)
