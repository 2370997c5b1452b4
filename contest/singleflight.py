"""A small cache in which simultaneous askers of one thing wait for one computation."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

OLDEST = 10  # looked at for each that comes in

T = TypeVar("T")


class SingleFlightCache:
    """Keeps the `size` things asked for last, each for `seconds`. Safe for threads."""

    def __init__(
        self, *, size: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Future[Any]]] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The kept value, or what `compute` returns; its error reaches all who wait for it."""
        future, is_mine = self._claim(key)
        if not is_mine:
            value: T = future.result()
            return value
        try:
            value = compute()
        except BaseException as error:
            self._forget(key, future)
            future.set_exception(error)
            raise
        future.set_result(value)
        return value

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _claim(self, key: Hashable) -> tuple[Future[Any], bool]:
        now = self._clock()
        with self._lock:
            kept_at, future = self._kept.get(key, (0.0, None))
            if future is not None and (not future.done() or now < kept_at + self._seconds):
                self._kept.move_to_end(key)
                return future, False
            future = Future()
            self._kept[key] = (now, future)
            self._kept.move_to_end(key)
            self._drop_oldest(now)
            return future, True

    def _drop_oldest(self, now: float) -> None:
        """What was not asked for lately goes when there is no room, or when its time is over."""
        for key in list(self._kept)[:OLDEST]:
            kept_at, future = self._kept[key]
            is_stale = future.done() and now >= kept_at + self._seconds
            if len(self._kept) <= self._size and not is_stale:
                return
            del self._kept[key]

    def _forget(self, key: Hashable, future: Future[Any]) -> None:
        with self._lock:
            if self._kept.get(key, (0.0, None))[1] is future:
                del self._kept[key]
