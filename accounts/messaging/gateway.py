"""Any provider of SMS or Zalo messages that takes HTTP requests, described by settings alone."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import urllib3
from django.conf import settings

from accounts.messaging.messages import Backend, Message, NotSent
from accounts.rules.phones import phone_as_dialled
from accounts.rules.texting import without_marks

_TRY_AGAIN = (429, 500, 502, 503, 504)
_pool = urllib3.PoolManager(maxsize=4)


@dataclass(frozen=True)
class Gateway:
    """How to ask a provider. `.env.example` explains each part under its SMS_ name.

    In headers and body stand placeholders: {phone} 84912345678, {phone_local} 0912345678, {text},
    {text_plain} without diacritics, {code} and whatever else the message's values hold, {key}
    (idempotency), {secret}.
    """

    url: str
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    body_format: str = "json"  # or "form", "query"
    secret: str = field(default="", repr=False)
    success_status: Collection[int] = (200, 201, 202)
    success_json: str = ""  # e.g. "data.status=0"
    tries: int = 3
    timeout_seconds: float = 5.0
    backoff_seconds: float = 0.5  # before the second try, doubled before each further one


class HttpBackend(Backend):
    """Asks a gateway; a network error, 429 or a 5xx is tried again, with the same key."""

    def __init__(self, gateway: Gateway | None = None) -> None:
        self._gateway = gateway or Gateway(**settings.SMS_GATEWAY)

    def send(self, message: Message) -> None:
        gateway = self._gateway
        words = _placeholders(message, gateway.secret)
        try:
            answer = _pool.request(
                gateway.method,
                **_parts(gateway, words),
                headers={"Idempotency-Key": message.key, **_headers(gateway, words)},
                timeout=gateway.timeout_seconds,
                redirect=False,
                retries=urllib3.Retry(
                    total=gateway.tries - 1,
                    allowed_methods=None,
                    status_forcelist=_TRY_AGAIN,
                    backoff_factor=gateway.backoff_seconds,
                    respect_retry_after_header=False,
                    raise_on_status=False,
                    redirect=False,
                ),
            )
        except urllib3.exceptions.HTTPError as fault:
            # its text holds the address, and with it perhaps the phone number
            raise NotSent(f"no answer ({type(fault).__name__})") from None
        _check(gateway, answer)


def _placeholders(message: Message, secret: str) -> dict[str, str]:
    return {
        **{name: str(value) for name, value in message.values.items()},
        "phone": message.to.removeprefix("+"),
        "phone_local": phone_as_dialled(message.to).replace(" ", ""),
        "text": message.text,
        "text_plain": without_marks(message.text),
        "key": message.key,
        "secret": secret,
    }


def _filled(part: Any, words: dict[str, str]) -> Any:
    """The same shape with every placeholder filled; text never becomes structure."""
    if isinstance(part, dict):
        return {name: _filled(value, words) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, words) for value in part]
    if not isinstance(part, str):
        return part
    pieces = part.split("{")
    for number, piece in enumerate(pieces[1:], start=1):
        name, brace, rest = piece.partition("}")
        pieces[number] = words[name] + rest if brace and name in words else "{" + piece
    return "".join(pieces)


def _headers(gateway: Gateway, words: dict[str, str]) -> dict[str, str]:
    kinds = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
    kind = kinds.get(gateway.body_format)
    return {**({"Content-Type": kind} if kind else {}), **_filled(gateway.headers, words)}


def _parts(gateway: Gateway, words: dict[str, str]) -> dict[str, Any]:
    """Address and body of the request."""
    filled = _filled(gateway.body, words)
    if gateway.body_format == "json":
        return {"url": gateway.url, "body": json.dumps(filled).encode()}
    if gateway.body_format == "form":
        return {"url": gateway.url, "body": urlencode(filled).encode()}
    joint = "&" if "?" in gateway.url else "?"
    return {"url": f"{gateway.url}{joint}{urlencode(filled)}"}


def _check(gateway: Gateway, answer: urllib3.BaseHTTPResponse) -> None:
    """Raises NotSent unless status and body say that the message was taken."""
    if answer.status not in gateway.success_status:
        raise NotSent(f"the gateway answered {answer.status}")
    if not gateway.success_json:
        return
    path, _equals, wanted = gateway.success_json.partition("=")
    try:
        found = answer.json()
        for name in path.split("."):
            found = found[int(name)] if isinstance(found, list) else found[name]
    except (ValueError, LookupError, TypeError):
        found = None
    said = found if isinstance(found, str) else json.dumps(found)
    if said != wanted:
        # a number of the provider's list, never its text: that may repeat what was sent
        told = said if isinstance(found, int | bool) or found is None else "something else"
        raise NotSent(f"{path} is {told} where {wanted} was expected")
