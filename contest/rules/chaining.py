"""A log that cannot be changed unseen: every line carries the digest of the line before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64  # what stands before the first line


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the log: `content` as JSON holds it, SHA-256 digests in hexadecimal."""

    content: Mapping[str, Any]
    previous: str
    digest: str


def digest_of(content: Mapping[str, Any], *, previous: str) -> str:
    """SHA-256 over the digest before, a line feed, and the content as canonical JSON (UTF-8, keys
    sorted, no white space)."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def first_broken(links: Iterable[Link]) -> int | None:
    """The place, from 1, of the first line that does not follow from those before it."""
    previous = FIRST
    for place, link in enumerate(links, start=1):
        if link.previous != previous or link.digest != digest_of(link.content, previous=previous):
            return place
        previous = link.digest
    return None
