"""Thousands of people who watch a board, cut down to bytes. Reads a bench.plan.WatchPlan.

Prints `{"begin": true}` when all are there and have heard the server's hello, and at the end a
bench.plan.Watched.
"""

import asyncio
import gc
import random
import sys
import time
from bisect import bisect_left
from typing import cast

import msgspec
import uvloop

from bench.figures import percentile
from bench.load import raise_open_files, tell
from bench.plan import Frame, Watched, WatchPlan

OPENING_AT_ONCE = 64
CHANGED = b'{"type": "board.changed", "version": '
ASK = b'{"type":"snapshot","view":"individuals","page":1}'


class Crowd:
    """What all spectators of one server heard."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[list[tuple[int, float]]] = []  # by spectator: versions and instants
        self.answers: list[float] = []

    def frames(self) -> list[Frame]:
        """Who was busy with one frame is given the newest afterwards, and so has that one too."""
        versions = sorted({version for own in self.heard for version, _at in own})
        return [self._frame(version) for version in versions]

    def _frame(self, version: int) -> Frame:
        places = [bisect_left(own, (version, 0.0)) for own in self.heard]
        reached = [own[at][1] for own, at in zip(self.heard, places, strict=True) if at < len(own)]
        return Frame(self.port, version, min(reached), max(reached), len(reached))


class Spectator(asyncio.Protocol):
    """One page with a board on it."""

    def __init__(self, plan: WatchPlan, crowd: Crowd) -> None:
        self._plan, self._crowd = plan, crowd
        self._received = b""
        self._is_upgraded = False
        self._asked_at = 0.0
        self._heard: list[tuple[int, float]] = []
        crowd.heard.append(self._heard)
        self._is_asking = False
        self.ready = asyncio.get_running_loop().create_future()
        self.fault: str | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self._crowd.port)
        await asyncio.wait_for(self.ready, 60)

    def close(self) -> None:
        self.fault = "closed"
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        host = f"127.0.0.1:{self._crowd.port}"
        self._transport.write(
            f"GET /ws{self._plan.path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._received + data if self._received else data
        if not self._is_upgraded:
            _head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self._received = data
                return
            self._is_upgraded, data = True, rest
        while len(data) >= 2:
            length, start = data[1], 2
            if length == 126:
                length, start = int.from_bytes(data[2:4], "big"), 4
            if len(data) < start + length:
                break
            self._frame(data[0], data[start : start + length])
            data = data[start + length :]
        self._received = data

    def _frame(self, head: int, payload: bytes) -> None:
        if head == 0x89:  # a ping
            self._transport.write(b"\x8a%c\0\0\0\0%b" % (0x80 | len(payload), payload))
        elif payload.startswith(CHANGED):
            self._hear(payload)
        elif payload.startswith(b'{"type":"snapshot"'):
            self._crowd.answers.append(time.monotonic() - self._asked_at)
            self._is_asking = False
        elif payload.startswith(b'{"type": "hello"') and not self.ready.done():
            self.ready.set_result(None)

    def _hear(self, payload: bytes) -> None:
        message = msgspec.json.decode(payload)
        self._heard.append((message["version"], time.monotonic()))
        if self._plan.asks and not self._is_asking:
            self._is_asking = True
            wait = random.random() * message["spread_ms"] / 1000  # noqa: S311
            asyncio.get_running_loop().call_later(wait, self._ask)

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        if not self._transport.is_closing():
            self._transport.write(b"\x81%c\0\0\0\0%b" % (0x80 | len(ASK), ASK))

    def connection_lost(self, _error: Exception | None) -> None:
        self.fault = self.fault or "the connection was lost"
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(self.fault))


async def watch(plan: WatchPlan) -> None:
    crowds = [Crowd(port) for port in plan.ports]
    gate = asyncio.Semaphore(OPENING_AT_ONCE)
    people = [Spectator(plan, crowds[number % len(crowds)]) for number in range(plan.count)]

    async def open_one(spectator: Spectator) -> None:
        async with gate:
            await spectator.open()

    await asyncio.gather(*(open_one(spectator) for spectator in people))
    tell({"begin": True})
    began, cpu = time.monotonic(), time.process_time()
    await asyncio.sleep(plan.seconds)
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    faults = [spectator.fault for spectator in people if spectator.fault]
    if faults:
        raise RuntimeError(f"{len(faults)} spectators were lost; the first: {faults[0]}")
    tell(_watched(crowds, began=began, cpu=cpu, took=took))
    for spectator in people:
        spectator.close()


def _watched(crowds: list[Crowd], *, began: float, cpu: float, took: float) -> Watched:
    # who came while a frame was on its way was greeted with that version instead
    frames = [it for crowd in crowds for it in crowd.frames() if it.first_at >= began]
    delays = [frame.last_at - frame.first_at for frame in frames]
    answers = [answer for crowd in crowds for answer in crowd.answers]
    return Watched(
        frames=frames,
        fanout_p50_ms=percentile(delays, 50) * 1000,
        fanout_p99_ms=percentile(delays, 99) * 1000,
        snapshots=len(answers),
        snapshot_p99_ms=percentile(answers, 99) * 1000 if answers else 0.0,
        client_cpu_s=cpu,
        seconds=took,
    )


if __name__ == "__main__":
    raise_open_files()
    gc.freeze()
    gc.disable()
    uvloop.run(watch(msgspec.json.decode(sys.stdin.buffer.read(), type=WatchPlan)))
