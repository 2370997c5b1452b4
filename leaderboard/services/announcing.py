"""Tell the watchers of a board that it changed: at most two messages a second and board.

Everything runs on one event loop, so nothing needs a lock, and the caller only leaves a note: a
submission never waits for the channel layer. The loop is the ASGI server's as soon as a socket
has been opened in this process (the in-process channel layer works on that loop only); a WSGI
process starts one of its own in a thread.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from threading import Event, Lock, Thread

from channels.layers import InMemoryChannelLayer, get_channel_layer

from leaderboard.boards import Board
from leaderboard.rules.gathering import wait_before_announcing

Send = Callable[[str, int], Awaitable[None]]

FORGET_AFTER = 1000  # boards that spoke; older ones are as good as silent

logger = logging.getLogger(__name__)


class Announcer:
    """Gathers the changes of each group. All methods run on `loop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop = loop
        self._send = send
        self._last_at: dict[str, float] = {}
        self._waiting: dict[str, int] = {}  # group: newest version to tell of
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, group: str, version: int) -> None:
        """A board changed: tell of it now, or when its interval is over."""
        if group in self._waiting:
            self._waiting[group] = max(version, self._waiting[group])
            return
        self._waiting[group] = version
        at = self.loop.time()
        wait = wait_before_announcing(at=at, last_at=self._last_at.get(group))
        if wait:
            self.loop.call_later(wait, self._tell, group)
        else:
            self._tell(group)

    async def settled(self) -> None:
        """Return when nothing is left to tell."""
        while self._waiting or self._tasks:  # noqa: ASYNC110 (for a command that ends, only)
            await asyncio.sleep(0.01)

    def _tell(self, group: str) -> None:
        if len(self._last_at) > FORGET_AFTER:
            self._last_at.clear()
        self._last_at[group] = self.loop.time()
        task = self.loop.create_task(self._send_logged(group, self._waiting.pop(group)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_logged(self, group: str, version: int) -> None:
        try:
            await self._send(group, version)
        except Exception:
            # watchers find out by polling; the next change is announced again
            logger.exception("announcing %s failed", group)


async def _send_to_layer(group: str, version: int) -> None:
    message = {"type": "board.changed", "group": group, "version": version}
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send(group, message)


class _Home:
    """The event loop of this process on which announcements run."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._announcer: Announcer | None = None
        self._pid = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Announce on the server's loop from now on."""
        with self._lock:
            if self._announcer is None or self._announcer.loop is not loop:
                self._announcer, self._pid = Announcer(loop, _send_to_layer), os.getpid()

    def announcer(self) -> Announcer | None:
        """None while nobody in reach could be listening."""
        with self._lock:
            if self._is_alive():
                return self._announcer
            if isinstance(get_channel_layer(), InMemoryChannelLayer):
                return None  # no socket was opened in this process, and no other can hear it
            self._announcer, self._pid = Announcer(_own_loop(), _send_to_layer), os.getpid()
            return self._announcer

    def _is_alive(self) -> bool:
        announcer = self._announcer
        # a forked worker has the object, but not the thread that ran its loop
        return announcer is not None and announcer.loop.is_running() and self._pid == os.getpid()


def _own_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    runs = Event()
    loop.call_soon(runs.set)
    Thread(target=loop.run_forever, name="board-announcer", daemon=True).start()
    runs.wait()
    return loop


_home = _Home()


def attach_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Called by a socket that opens: its loop is where the in-process layer delivers."""
    _home.attach(loop)


def announce(board: Board, *, version: int) -> None:
    """Leave a note that the board has this version now. From any thread; never raises."""
    try:
        announcer = _home.announcer()
        if announcer is not None:
            announcer.loop.call_soon_threadsafe(announcer.note, board.group, version)
    except Exception:
        logger.exception("announcing %s failed", board.group)


def settle(*, seconds: float = 3.0) -> None:
    """Let a process that is about to end finish what it announced. Not on the loop itself."""
    try:
        announcer = _home.announcer()
        if announcer is not None:
            asyncio.run_coroutine_threadsafe(announcer.settled(), announcer.loop).result(seconds)
    except Exception:
        logger.exception("announcements were left untold")
