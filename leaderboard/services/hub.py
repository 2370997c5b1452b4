"""The spectators of this process: one subscription a board, one encoded frame for all its sockets.

Everything runs on the server's event loop, so nothing needs a lock but the subscribing itself. A
frame is offered to each spectator in turn, and mostly goes out at once: no task is made for it.
Who does not take it has a slot for one frame, the newest, and some seconds to drain it.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from types import coroutine
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import BaseChannelLayer, get_channel_layer

DRAIN_SECONDS = 10.0  # how long a frame may wait for its reader
CHECK_SECONDS = 10.0  # how long a lost announcement, or a reveal, may go unnoticed
BREATH = 500  # spectators served before others get a turn on the loop
ANSWERS_PER_SECOND = 1000  # what this process can give to pages that ask for the rows
LEAST_SPREAD_MS = 150

Send = Callable[[dict[str, Any]], Awaitable[None]]
Look = Callable[[], Awaitable[int]]  # the board's version as the store has it

logger = logging.getLogger(__name__)


class Spectator:
    """One socket's place in the crowd. `drop` is called once, when its reader has stalled."""

    def __init__(self, send: Send, drop: Callable[[], None]) -> None:
        self._send = send
        self._drop = drop
        self._waiting: dict[str, Any] | None = None  # the newest frame that came meanwhile
        self._task: asyncio.Task[None] | None = None

    def offer(self, message: dict[str, Any]) -> None:
        """Send now if the reader keeps up; never waits, never raises."""
        if self._task is not None:
            self._waiting = message
            return
        sending = _as_coroutine(self._send(message))
        try:
            blocked_on = sending.send(None)
        except StopIteration:
            return
        except Exception:  # the connection is gone: its own task finds out
            return
        self._task = asyncio.get_running_loop().create_task(self._drain(sending, blocked_on))

    def leave(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _drain(self, sending: Any, blocked_on: Any) -> None:
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await _go_on(sending, blocked_on)
            while (message := self._waiting) is not None:
                self._waiting = None
                async with asyncio.timeout(DRAIN_SECONDS):
                    await self._send(message)
        except TimeoutError:
            self._drop()
        except Exception:
            logger.debug("a spectator left in the middle of a frame", exc_info=True)
        finally:
            self._task = None


async def _as_coroutine(sending: Awaitable[None]) -> None:
    await sending


@coroutine
def _go_on(started: Any, blocked_on: Any) -> Generator[Any, Any, None]:
    """Await a coroutine whose first step was made outside of any task."""
    try:
        while True:
            try:
                answer = yield blocked_on
            except BaseException as error:
                blocked_on = started.throw(error)
            else:
                blocked_on = started.send(answer)
    except StopIteration:
        return
    finally:
        started.close()


@dataclass
class _Watched:
    """A board that somebody of this process looks at."""

    look: Look
    version: int = 0  # the newest its spectators were told of
    spectators: set[Spectator] = field(default_factory=set)
    telling: asyncio.Task[None] | None = None


class Hub:
    """Who watches what in this process. All methods run on one loop."""

    def __init__(self, layer: BaseChannelLayer) -> None:
        self.layer = layer
        self._boards: dict[str, _Watched] = {}
        self._lock = asyncio.Lock()
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def watched(self) -> dict[str, int]:
        """How many spectators each board has here."""
        return {group: len(board.spectators) for group, board in self._boards.items()}

    async def join(self, group: str, spectator: Spectator, look: Look) -> None:
        """From its return on, the spectator hears of every change, or of a later one."""
        async with self._lock:
            if not self._channel:
                await self._open()
            # each time: costs nothing on Redis, and the in-process layer forgets after a day
            await self.layer.group_add(group, self._channel)
            board = self._boards.setdefault(group, _Watched(look))
            board.look = look
            board.spectators.add(spectator)

    async def leave(self, group: str, spectator: Spectator) -> None:
        spectator.leave()
        async with self._lock:
            board = self._boards.get(group)
            if board is None or spectator not in board.spectators:
                return
            board.spectators.discard(spectator)
            if board.spectators:
                return
            del self._boards[group]
            if board.telling is not None:
                board.telling.cancel()
            try:
                await self.layer.group_discard(group, self._channel)
            finally:
                if not self._boards:
                    await self._shut()

    def hear(self, group: str, version: int) -> None:
        """Tell the board's spectators of a version, unless they know of it."""
        board = self._boards.get(group)
        if board is None or version <= board.version:
            return
        board.version = version
        if board.telling is None or board.telling.done():
            board.telling = asyncio.get_running_loop().create_task(_tell(board))

    async def check(self) -> None:
        """Look at the store for what was never announced here: messages may be lost."""
        for group, board in list(self._boards.items()):
            try:
                self.hear(group, await board.look())
            except Exception:
                logger.exception("the version of %s is not known", group)

    async def _open(self) -> None:
        self._channel = await self.layer.new_channel()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._listen()), loop.create_task(self._keep_checking())]

    async def _shut(self) -> None:
        self._channel = ""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            message = await self.layer.receive(self._channel)
            try:
                self.hear(message["group"], message["version"])
            except Exception:
                logger.exception("an announcement could not be read")

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self.check()


async def _tell(board: _Watched) -> None:
    """Hand one encoded frame to everybody; a version that comes in between follows."""
    told = 0
    while told < board.version:
        told = board.version
        message = changed_message(told, spread_ms=spread_ms(len(board.spectators)))
        for number, spectator in enumerate(list(board.spectators), start=1):
            spectator.offer(message)
            if number % BREATH == 0:
                await asyncio.sleep(0)


def spread_ms(spectators: int) -> int:
    """Over how many milliseconds pages should spread their questions for the new rows."""
    return max(LEAST_SPREAD_MS, 1000 * spectators // ANSWERS_PER_SECOND)


def changed_message(version: int, *, spread_ms: int) -> dict[str, Any]:
    """Encoded once, with the version beside for our own sockets: servers look at `text` only."""
    text = json.dumps({"type": "board.changed", "version": version, "spread_ms": spread_ms})
    return {"type": "websocket.send", "text": text, "version": version}


def version_of(message: dict[str, Any]) -> int:
    version: int = message["version"]
    return version


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The running loop's own: all board sockets of the process share it."""
    loop, layer = asyncio.get_running_loop(), get_channel_layer()
    if layer is None:
        raise RuntimeError("the board needs a channel layer")
    if loop not in _hubs or _hubs[loop].layer is not layer:
        _hubs[loop] = Hub(layer)
    return _hubs[loop]
