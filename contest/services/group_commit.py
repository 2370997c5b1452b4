"""Gather what many connections want stored, and store it with one commit.

Nobody waits while the database is idle. Otherwise a batch leaves as soon as the one before it is
committed, but not within INTERVAL of its leaving, and holds whatever has come in meanwhile: under
load the batches grow by themselves, and a commit of its own, which costs ten times what its row
costs, is rare before that.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

LARGEST_BATCH = 500
INTERVAL = 0.01  # seconds

logger = logging.getLogger(__name__)


class GroupCommit(Generic[Item, Result]):
    """`write` stores a batch and returns a result per item; it runs in a thread of its own.

    One object belongs to one event loop.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        largest_batch: int = LARGEST_BATCH,
        interval: float = INTERVAL,
    ) -> None:
        self._write = write
        self._largest_batch = largest_batch
        self._interval = interval
        self._next_at = 0.0  # by the loop's clock
        self._waiting: deque[tuple[Sequence[Item], asyncio.Future[list[Result]]]] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._is_failing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="group-commit")

    async def save(self, items: Sequence[Item]) -> list[Result]:
        """The results of these items, after their commit. Raises whatever `write` raised."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[Result]] = loop.create_future()
        self._waiting.append((items, done))
        if self._writing is None:
            self._writing = loop.create_task(self._write_until_empty(loop))
        return await done

    async def _write_until_empty(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while self._waiting:
                await self._keep_interval(loop)
                batch = self._next_batch()
                items = [item for part, _done in batch for item in part]
                try:
                    results = await loop.run_in_executor(self._thread, self._write, items)
                except Exception as error:  # told to everybody whose items were in it
                    self._note(error)
                    _fail(batch, error)
                else:
                    self._note(None)
                    _answer(batch, results)
        finally:
            self._writing = None

    async def _keep_interval(self, loop: asyncio.AbstractEventLoop) -> None:
        wait = self._next_at - loop.time()
        if wait > 0 and len(self._waiting) < self._largest_batch:
            await asyncio.sleep(wait)
        self._next_at = loop.time() + self._interval

    def _note(self, error: Exception | None) -> None:
        """Log the first of several failures: thousands of clients try again every second."""
        if error is not None and not self._is_failing:
            logger.error("batches are not stored, their senders are told so", exc_info=error)
        elif error is None and self._is_failing:
            logger.warning("batches are stored again")
        self._is_failing = error is not None

    def _next_batch(self) -> list[tuple[Sequence[Item], "asyncio.Future[list[Result]]"]]:
        batch, count = [], 0
        while self._waiting and count < self._largest_batch:
            part = self._waiting.popleft()
            batch.append(part)
            count += len(part[0])
        return batch


def _answer(
    batch: list[tuple[Sequence[Item], "asyncio.Future[list[Result]]"]],
    results: Sequence[Result],
) -> None:
    start = 0
    for items, done in batch:
        end = start + len(items)
        if not done.done():  # the connection may have gone
            done.set_result(list(results[start:end]))
        start = end


def _fail(
    batch: list[tuple[Sequence[Item], "asyncio.Future[list[Result]]"]], error: Exception
) -> None:
    for _items, done in batch:
        if not done.done():
            done.set_exception(error)
