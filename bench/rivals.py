"""What the sockets are compared with, in the same run and behind the same server.

`bare` is the least that can save: an ASGI function with no session, routing or checks, but the
same group commit and the same statement. `naive` is what one writes first: a Channels consumer
that saves every message through the ORM in a transaction of its own.
"""

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django
import msgspec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the apps are loaded from here on
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.db import transaction  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from contest.models import Answer, AnswerEvent, Attempt, Round  # noqa: E402
from contest.services.group_commit import GroupCommit  # noqa: E402
from contest.services.storing import Save, store  # noqa: E402
from leaderboard.boards import round_board  # noqa: E402

# Bare -------------------------------------------------------------------------------------------


class _Sent(msgspec.Struct):
    position: int
    response: str
    number: int


class _Message(msgspec.Struct):
    id: int
    answers: list[_Sent]


_decode = msgspec.json.Decoder(_Message).decode
_encode = msgspec.json.Encoder().encode
_attempts: dict[str, int] = {}  # by code
_commits: list[GroupCommit[Save, bool]] = []


def _write(saves: Sequence[Save]) -> list[bool]:
    kept = store(saves, grace=timedelta(0))
    return [index in kept for index in range(len(saves))]


def _read_attempts() -> None:
    _attempts.update((str(code), pk) for code, pk in Attempt.objects.values_list("code", "pk"))


async def bare(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await database_sync_to_async(_read_attempts)()
        _commits.append(GroupCommit(_write))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "websocket":
        await _bare_socket(scope, receive, send)
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _bare_socket(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"type":"hello"}'})
    attempt_id = _attempts[scope["path"].split("/")[3]]
    commit = _commits[0]
    while (event := await receive())["type"] == "websocket.receive":
        message = _decode(event["text"])
        answer = message.answers[0]
        at = timezone.now()
        save = Save(attempt_id, answer.position, answer.response, answer.number, at)
        [is_current] = await commit.save([save])
        reply = {
            "type": "saved",
            "id": message.id,
            "server_now_ms": int(at.timestamp() * 1000),
            "saved": [
                {
                    "position": answer.position,
                    "response": answer.response,
                    "number": answer.number,
                    "current": is_current,
                }
            ],
            "refused": [],
        }
        await send({"type": "websocket.send", "text": _encode(reply).decode()})


# Naive ------------------------------------------------------------------------------------------


class NaiveSocket(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        await self.accept()
        await self.send_json({"type": "hello"})

    async def receive_json(self, content: Any, **_kwargs: Any) -> None:
        sent = content["answers"][0]
        saved = await database_sync_to_async(self._save)(sent)
        await self.send_json(
            {
                "type": "saved",
                "id": content["id"],
                "server_now_ms": int(timezone.now().timestamp() * 1000),
                "saved": [saved],
                "refused": [],
            }
        )

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return _encode(content).decode()

    @transaction.atomic
    def _save(self, sent: Any) -> dict[str, Any]:
        now = timezone.now()
        scope: Any = self.scope
        code = scope["url_route"]["kwargs"]["code"]
        attempt = (
            Attempt.objects.of_user(scope["user"].pk)
            .running()
            .select_for_update()
            .get(code=code, deadline_at__gte=now)
        )
        changed = Answer.objects.filter(
            attempt=attempt, position=sent["position"], client_number__lt=sent["number"]
        ).update(response=sent["response"], client_number=sent["number"], saved_at=now)
        if changed:
            AnswerEvent.objects.create(
                attempt=attempt,
                position=sent["position"],
                response=sent["response"],
                client_number=sent["number"],
                saved_at=now,
            )
        return {**sent, "current": bool(changed)}


class NaiveBoard(AsyncJsonWebsocketConsumer):
    """A subscription for each spectator; the messages are those that the product announces."""

    async def connect(self) -> None:
        self._group = await database_sync_to_async(self._board_group)()
        await self.channel_layer.group_add(self._group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "hello"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self._group, self.channel_name)

    async def board_changed(self, event: dict[str, Any]) -> None:
        await self.send_json({"type": "board.changed", "version": event["version"]})

    def _board_group(self) -> str:
        scope: Any = self.scope
        words = scope["url_route"]["kwargs"]
        contest_round = Round.objects.get(contest__slug=words["slug"], slug=words["round_slug"])
        return round_board(contest_round, at=timezone.now()).group


async def _lifespan(_scope: Any, receive: Any, send: Any) -> None:
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})


_naive: Any = NaiveSocket.as_asgi()  # Django's stubs know only views in a path
_naive_board: Any = NaiveBoard.as_asgi()
_naive_routes: Any = [
    path("ws/thi/<uuid:code>/", _naive),
    path("ws/bang-xep-hang/<slug:slug>/<slug:round_slug>/", _naive_board),
]
naive = ProtocolTypeRouter(
    {
        "http": bare,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(_naive_routes))),
        "lifespan": _lifespan,
    }
)
