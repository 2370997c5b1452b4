"""Unit files in YAML: a list of entries with code, name, kind and, where known, aliases, parent
and headcount."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from accounts.enums import UnitKind
from accounts.rules.folding import tidy

LARGEST_FILE = 2 * 1024 * 1024  # bytes
_FIELDS = {"code", "name", "kind", "aliases", "parent", "headcount"}


class BadUnitFile(ValueError):
    """The file cannot be taken; the message names the entry."""


@dataclass(frozen=True)
class UnitRow:
    """A unit as a file tells of it; what stays empty or None is not said."""

    code: str
    name: str
    kind: UnitKind | None
    aliases: str = ""
    parent: str = ""  # its code; in tables also its name
    headcount: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0


def read_units(data: bytes) -> list[UnitRow]:
    """The file's units in its order. Raises BadUnitFile."""
    if len(data) > LARGEST_FILE:
        raise BadUnitFile(f"larger than {LARGEST_FILE} bytes")
    try:
        entries = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadUnitFile(f"not YAML: {error}") from error
    if not isinstance(entries, list):
        raise BadUnitFile("not a list of units")
    rows = [_row(number, entry) for number, entry in enumerate(entries, start=1)]
    codes = [row.code for row in rows]
    for number, row in enumerate(rows, start=1):
        if codes.index(row.code) != number - 1:
            raise BadUnitFile(f"entry {number}: code {row.code} stands twice")
        if row.parent and row.parent not in codes[: number - 1]:
            raise BadUnitFile(f"entry {number}: parent {row.parent} does not stand before it")
    return rows


def _row(number: int, entry: Any) -> UnitRow:
    if not isinstance(entry, dict) or not entry.keys() <= _FIELDS:
        raise BadUnitFile(f"entry {number}: not a unit")
    try:
        headcount = entry.get("headcount")
        return UnitRow(
            code=str(entry["code"]),
            name=tidy(str(entry["name"])),
            kind=UnitKind(entry["kind"]),
            aliases=tidy(str(entry.get("aliases", ""))),
            parent=str(entry.get("parent", "")),
            headcount=None if headcount is None else int(headcount),
            line=number,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadUnitFile(f"entry {number}: {error}") from error
