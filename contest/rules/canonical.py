"""One spelling for everything that a digest is made of; docs/verification.md has it for others."""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

_HUNDREDTH = Decimal("0.01")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(content: Any) -> bytes:
    """JSON in UTF-8 with sorted keys and no white space. Numbers in it are whole."""
    return _encode(content).encode()


def sha256(content: Any) -> str:
    """Over the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def instant_text(instant: datetime) -> str:
    """ "2026-09-15T05:05:00.000000Z" """
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def points_text(points: Decimal) -> str:
    """ "18.50" """
    return str(points.quantize(_HUNDREDTH))
