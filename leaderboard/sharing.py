"""Answers that many sockets of a process ask for at the same moment, computed once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

Answer = tuple[int, str]  # version, encoded text


class SharedAnswers:
    """Keeps an answer for `seconds`, and lets all askers of one loop wait for the same one."""

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Answer]] = {}
        self._flights: dict[Hashable, asyncio.Task[Answer]] = {}

    async def get(
        self, key: Hashable, compute: Callable[[], Awaitable[Answer]], *, at_least: int
    ) -> str:
        """The text of an answer that is fresh and of version `at_least`, where there is one."""
        kept_at, kept = self._kept.get(key, (0.0, (-1, "")))
        if kept[0] >= at_least and self._clock() < kept_at + self._seconds:
            return kept[1]
        version, text = await self._join(key, compute)
        if version < at_least:  # that flight had left before the change came in
            version, text = await self._join(key, compute)
        return text

    def clear(self) -> None:
        self._kept.clear()

    async def _join(self, key: Hashable, compute: Callable[[], Awaitable[Answer]]) -> Answer:
        flight_key = (asyncio.get_running_loop(), key)
        flight = self._flights.get(flight_key)
        if flight is None:
            flight = asyncio.ensure_future(self._fly(key, compute))
            self._flights[flight_key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(flight_key, None))
        return await asyncio.shield(flight)  # one asker who leaves does not stop the others

    async def _fly(self, key: Hashable, compute: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = await compute()
        now = self._clock()
        self._kept = {it: kept for it, kept in self._kept.items() if now < kept[0] + self._seconds}
        self._kept[key] = (now, answer)
        return answer
