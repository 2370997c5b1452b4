"""A WebSocket client inside the test process.

Channels' own one cannot be imported without Daphne and Twisted, which this project does not use;
what it adds to asgiref's communicator is this page.
"""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from asgiref.testing import ApplicationCommunicator


class Socket(ApplicationCommunicator):
    """One connection. A wait without `seconds` is for what must come soon."""

    def __init__(self, application: Any, address: str, headers: list[tuple[bytes, bytes]]) -> None:
        parts = urlsplit(address)
        scope = {
            "type": "websocket",
            "path": unquote(parts.path),
            "query_string": parts.query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def connect(self, seconds: float = 2) -> None:
        """Raises AssertionError, with the code, if the server refuses the handshake."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(seconds)
        assert answer["type"] == "websocket.accept", f"the socket was refused: {answer}"

    async def send_text(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def send_json(self, message: Any) -> None:
        await self.send_text(json.dumps(message))

    async def receive_json(self, seconds: float = 2) -> Any:
        answer = await self.receive_output(seconds)
        assert answer["type"] == "websocket.send", f"instead of a message came {answer}"
        return json.loads(answer["text"])

    async def closing_code(self, seconds: float = 2) -> int:
        """The code with which the server closes; a message before that is an error."""
        answer = await self.receive_output(seconds)
        assert answer["type"] == "websocket.close", f"instead of closing came {answer}"
        code: int = answer.get("code", 1000)
        return code

    async def disconnect(self, code: int = 1001, seconds: float = 2) -> None:
        """Go away as a browser does, and wait until the server has noticed."""
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(seconds)
