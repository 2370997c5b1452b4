"""The digests of docs/verification.md."""

import hashlib
import json
from typing import Any

NOTHING = "0" * 64  # before the first decision


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(content: Any) -> bytes:
    return _encode(content).encode()


def digest(content: Any) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\0" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: list[bytes]) -> str:
    """RFC 6962, section 2.1, from the leaves upwards."""
    level = leaves or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0].hex()


def chained(content: Any, previous: str) -> str:
    return hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()


def unhex(text: Any) -> bytes:
    """32 bytes. Raises ValueError for what is no digest."""
    if not isinstance(text, str) or len(text) != 64 or text != text.lower():
        raise ValueError("not a digest")
    return bytes.fromhex(text)
