"""A participant's browser, cut down to bytes: a WebSocket that saves, and plain HTTP.

The measurement shares two cores with what it measures, so the client must cost little: frames are
put together without a library (their mask is zero, which the protocol allows and no server can
skip), and a reply is compared with the one expected instead of being parsed.
"""

import asyncio
import time
from collections.abc import Callable
from typing import cast

from bench.plan import QUESTIONS, Person

CSRF = "c" * 32
LETTERS = "ABCD"
HEAD = b'{"type":"saved","id":%d,"server_now_ms":'
TAIL = b',"saved":[{"position":%d,"response":"%s","number":%d,"current":true}],"refused":[]}'
PAYLOAD = b'{"id":%d,"answers":[{"position":%d,"response":"%s","number":%d}]}'
HELLO = b'{"type":"hello"'


def cookies(person: Person) -> str:
    return f"sessionid={person.session}; csrftoken={CSRF}"


def save_number(turn: int) -> tuple[int, bytes]:
    """Position and response of a person's save number `turn`, from 1."""
    return (turn - 1) % QUESTIONS + 1, LETTERS[turn % 4].encode()


class PaperClient(asyncio.Protocol):
    """One socket on one paper; it saves, checks the acknowledgement and says so."""

    def __init__(
        self, person: Person, *, port: int, first_number: int, on_ack: Callable[[float], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self._person, self._port = person, port
        self._first_number = first_number
        self._on_ack = on_ack
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._is_upgraded = False
        self._sent_at = 0.0
        self.ready: asyncio.Future[None] = loop.create_future()
        self.finished: asyncio.Future[None] = loop.create_future()
        self.acknowledged = 0
        self.left = 0  # saves to send as soon as the last one is acknowledged
        self.is_waiting = False
        self.fault: str | None = None

    async def open(self) -> None:
        """Connect and wait for the server's hello."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        await asyncio.wait_for(self.ready, 60)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def save_next(self, *, due_at: float | None = None) -> None:
        """Send one save; its delay counts from `due_at`, when a person would have sent it."""
        turn = self.acknowledged + 1
        position, response = save_number(turn)
        payload = PAYLOAD % (turn, position, response, self._first_number + turn)
        self._sent_at = time.perf_counter() if due_at is None else due_at
        self.is_waiting = True
        assert self._transport is not None
        # FIN and text; masked, with a length below 126; the mask
        self._transport.write(b"\x81%c\0\0\0\0%b" % (0x80 | len(payload), payload))

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(
            f"GET /ws/thi/{self._person.code}/ HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{self._port}\r\nOrigin: http://127.0.0.1:{self._port}\r\n"
            f"Cookie: {cookies(self._person)}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._received + data if self._received else data
        if not self._is_upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._received = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._fail(f"the socket was refused: {head[:80]!r}")
                return
            self._is_upgraded = True
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
            assert self._transport is not None
            self._transport.write(b"\x8a%c\0\0\0\0%b" % (0x80 | len(payload), payload))
        elif head != 0x81:
            self._fail(f"instead of a message came {head:#x} {payload[:40]!r}")
        elif not self.is_waiting:
            if self.ready.done() or not payload.startswith(HELLO):
                self._fail(f"an unexpected message: {payload[:200]!r}")
            else:
                self.ready.set_result(None)
        else:
            self._acknowledge(payload)

    def _acknowledge(self, payload: bytes) -> None:
        turn = self.acknowledged + 1
        position, response = save_number(turn)
        tail = TAIL % (position, response, self._first_number + turn)
        if not (payload.startswith(HEAD % turn) and payload.endswith(tail)):
            self._fail(f"save {turn} was not acknowledged: {payload[:300]!r}")
            return
        self.acknowledged = turn
        self.is_waiting = False
        self._on_ack(time.perf_counter() - self._sent_at)
        if self.left > 0:
            self.left -= 1
            self.save_next()
        elif not self.finished.done():
            self.finished.set_result(None)

    def connection_lost(self, _error: Exception | None) -> None:
        self._fail("the connection was lost")

    def _fail(self, fault: str) -> None:
        self.fault = self.fault or fault
        for waiting in (self.ready, self.finished):
            if not waiting.done():
                waiting.set_exception(RuntimeError(fault))
                waiting.exception()  # looked at: nobody may be waiting for it


class HttpClient:
    """One kept connection of one signed-in person."""

    def __init__(self, person: Person, *, port: int) -> None:
        self._port = port
        self._headers = (
            f"Host: 127.0.0.1:{port}\r\nCookie: {cookies(person)}\r\n"
            f"X-CSRFToken: {CSRF}\r\nAccept-Language: vi\r\n"
        )

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    def close(self) -> None:
        self._writer.close()

    async def get(self, path: str) -> None:
        status, _location = await self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path} gave {status}")

    async def post(self, path: str) -> str:
        """Where the answer leads."""
        status, location = await self._ask("POST", path)
        if status != 302:
            raise RuntimeError(f"POST {path} gave {status}")
        return location

    async def _ask(self, method: str, path: str) -> tuple[int, str]:
        length = "Content-Length: 0\r\n" if method == "POST" else ""
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{self._headers}{length}\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        fields = {
            name.lower(): value.strip() for name, _colon, value in (x.partition(":") for x in lines)
        }
        await self._reader.readexactly(int(fields["content-length"]))
        return int(first.split()[1]), fields.get("location", "")
