"""People who save without a pause, and hold on to what is not acknowledged as the page does.

A save that gets no acknowledgement is sent again, with the same number, until it gets one: over a
new connection, to whichever server answers. See docs/protocol.md.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bench.client import cookies
from bench.plan import QUESTIONS, Person

REPLY_SECONDS = 4.0
PAUSE = 0.05  # before knocking again
LOST = (OSError, WebSocketException, TimeoutError, EOFError)


@dataclass(frozen=True)
class Saved:
    position: int
    response: str
    number: int


@dataclass
class Saver:
    """One person at their paper. `acknowledged` is what the server called saved."""

    person: Person
    ports: Sequence[int]
    acknowledged: list[Saved] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0  # times the server said that it could not store
    sent: int = 0  # the highest number that was sent
    is_done: bool = False  # nothing more is to be sent

    async def run(self) -> None:
        """Until told to stop, and then until the last save is acknowledged or refused."""
        knocks = count()
        waiting: Saved | None = None
        while waiting is not None or not self.is_done:
            try:
                async with self.connected(next(knocks)) as socket:
                    while waiting is not None or not self.is_done:
                        waiting = waiting or self._next()
                        if await self._is_settled(socket, waiting):
                            waiting = None
            except LOST:
                await asyncio.sleep(PAUSE)

    @asynccontextmanager
    async def connected(self, knock: int = 0) -> AsyncIterator[ClientConnection]:
        port = self.ports[knock % len(self.ports)]
        async with connect(
            f"ws://127.0.0.1:{port}/ws/thi/{self.person.code}/",
            additional_headers={"Cookie": cookies(self.person)},
            origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            open_timeout=REPLY_SECONDS,
            close_timeout=0.1,
        ) as socket:
            hello = await self._reply(socket)
            assert hello["type"] == "hello", hello
            yield socket

    def _next(self) -> Saved:
        self.sent += 1
        turn, place = divmod(self.sent - 1, QUESTIONS)
        # another answer each time round, so that one that slips in somewhere is seen
        return Saved(place + 1, "ABCD"[(turn + place) % 4], self.sent)

    async def _is_settled(self, socket: ClientConnection, save: Saved) -> bool:
        answer = {"position": save.position, "response": save.response, "number": save.number}
        await socket.send(json.dumps({"id": save.number, "answers": [answer]}))
        reply = await self._reply(socket)
        while reply.get("id") != save.number:  # a moved deadline, say
            reply = await self._reply(socket)
        if reply["type"] == "failed":
            self.failures += 1
            await asyncio.sleep(PAUSE)
            return False
        if reply["refused"]:
            self.refused += reply["refused"]
            self.is_done = True
        else:
            self.acknowledged.append(save)
        return True

    async def _reply(self, socket: ClientConnection) -> dict[str, Any]:
        async with asyncio.timeout(REPLY_SECONDS):
            reply: dict[str, Any] = json.loads(await socket.recv())
        return reply


@asynccontextmanager
async def storm(people: Sequence[Person], ports: Sequence[int]) -> AsyncIterator[list[Saver]]:
    """All of them save while the block runs; it ends when everything sent is settled."""
    savers = [
        Saver(person, [*ports[index % 2 :], *ports[: index % 2]])
        for index, person in enumerate(people)
    ]
    tasks = [asyncio.create_task(saver.run()) for saver in savers]
    try:
        yield savers
        for saver in savers:
            saver.is_done = True
        async with asyncio.timeout(60):
            await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def more_saves(savers: Sequence[Saver], each: int) -> None:
    """Wait until everybody has so many more acknowledgements."""
    wanted = [len(saver.acknowledged) + each for saver in savers]
    async with asyncio.timeout(60):
        while any(
            len(saver.acknowledged) < enough
            for saver, enough in zip(savers, wanted, strict=True)
            if not saver.is_done
        ):
            await asyncio.sleep(0.01)
