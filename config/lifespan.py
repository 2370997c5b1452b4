"""What an ASGI server does by itself while it serves."""

import asyncio
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from config.memory import collect_by_the_clock
from contest import tasks
from contest.consumers import watch_sessions


class Lifespan:
    """The ASGI lifespan: memory and sessions looked after, overdue attempts closed once a second.

    With EXPIRY_IN_ASGI off nothing is closed: `manage.py expire` does it.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        running: list[asyncio.Task[None]] = []
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                running = [asyncio.create_task(deed) for deed in _deeds()]
                await send({"type": "lifespan.startup.complete"})
                continue
            for task in running:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await send({"type": "lifespan.shutdown.complete"})
            return


def _deeds() -> list[Any]:
    closing = [_close_expired_forever()] if settings.EXPIRY_IN_ASGI else []
    return [collect_by_the_clock(), watch_sessions(), *closing]


async def _close_expired_forever() -> None:
    turn = sync_to_async(tasks.Expiry().turn, thread_sensitive=False)
    while True:
        await asyncio.sleep(tasks.INTERVAL_SECONDS)
        await turn()
