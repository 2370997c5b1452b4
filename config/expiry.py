"""Close expired attempts from within the ASGI server, so that expiry needs nobody."""

import asyncio
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from contest import tasks


class LifespanWithExpiry:
    """The ASGI lifespan: a task that closes overdue attempts once a second while serving.

    With EXPIRY_IN_ASGI off there is none: `manage.py expire` does it.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        task: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if settings.EXPIRY_IN_ASGI:
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
    turn = sync_to_async(tasks.Expiry().turn, thread_sensitive=False)
    while True:
        await asyncio.sleep(tasks.INTERVAL_SECONDS)
        await turn()
