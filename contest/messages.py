"""The messages of the paper, over the socket and over HTTP; docs/protocol.md describes them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from contest.models import Attempt
from contest.services.saving import Outcome, SavedAnswer
from questionbank.rules.responding import LONGEST_RESPONSE

MOST_ANSWERS = 200  # in one message
LARGEST_MESSAGE = 32 * 1024  # bytes


class SentAnswer(msgspec.Struct, frozen=True, rename={"client_number": "number"}):
    """One answer as a client sends it."""

    position: Annotated[int, msgspec.Meta(ge=1, lt=2**15)]
    response: Annotated[str, msgspec.Meta(max_length=LONGEST_RESPONSE)]
    client_number: int


class SaveMessage(msgspec.Struct, frozen=True):
    """Answers to save; `id` comes back in the acknowledgement."""

    answers: Annotated[list[SentAnswer], msgspec.Meta(min_length=1, max_length=MOST_ANSWERS)]
    id: int = 0


_decoder = msgspec.json.Decoder(SaveMessage)
_encoder = msgspec.json.Encoder()


def parse_save(body: bytes | str) -> SaveMessage:
    """Raises ValueError for anything that is not such a message."""
    if len(body) > LARGEST_MESSAGE:
        raise ValueError("message too large")
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def encode(message: dict[str, Any]) -> bytes:
    return _encoder.encode(message)


def clock_fields(attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """The server's time and what is left of the attempt."""
    return {
        "server_now_ms": milliseconds(at),
        "deadline_ms": milliseconds(attempt.deadline_at),
        "phase": attempt.phase(at=at).value,
    }


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return int(at.timestamp() * 1000)


def outcome_fields(outcomes: Iterable[Outcome]) -> dict[str, Sequence[dict[str, Any]]]:
    """What was saved and what was refused, each with its position."""
    saved: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for outcome in outcomes:
        if isinstance(outcome, SavedAnswer):
            saved.append(
                {
                    "position": outcome.position,
                    "response": outcome.response,
                    "number": outcome.client_number,
                    "current": outcome.is_current,
                }
            )
        else:
            refusal = outcome.refusal
            refused.append(
                {
                    "position": outcome.position,
                    "code": refusal.code,
                    "message": str(refusal.message),
                }
            )
    return {"saved": saved, "refused": refused}
