"""What was sealed, read back: pages of a board, a receipt's place, files to check."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contest.models import Attempt, ResultPart, ResultVersion
from contest.rules.canonical import canonical
from contest.rules.merkle import BLOCK, Step, proof_of
from contest.sealing.boards import WHOLE
from contest.sealing.explaining import explained
from contest.singleflight import SingleFlightCache

ROWS_A_PAGE = 64  # divides BLOCK
_parts = SingleFlightCache(size=64, seconds=300)  # never changed, and read by everybody at once


@dataclass(frozen=True)
class Inclusion:
    """A receipt within a sealed result: its row, what its leaf is of, and the way to the root."""

    version: ResultVersion
    number: int
    leaf: str
    receipt: dict[str, Any]
    steps: list[Step]

    def as_file(self) -> bytes:
        """The proof as docs/verification.md has it."""
        return canonical(
            {
                "format": "bao-gom/1",
                "digest": self.version.digest,
                "head": self.version.content,
                "n": self.number,
                "receipt": self.receipt,
                "leaf": self.leaf,
                "proof": [
                    {"side": "left" if step.is_left else "right", "hash": step.digest.hex()}
                    for step in self.steps
                ],
            }
        )


def board_of(version: ResultVersion, code: str) -> dict[str, Any] | None:
    """What the head says of a board; of the last one of everybody, which is the widest, where none
    is named."""
    boards: list[dict[str, Any]] = version.content["boards"]
    if not code:
        return [it for it in boards if not it.get("within")][-1]
    return next((it for it in boards if it["code"] == code), None)


def holds(version: ResultVersion, *, number: int, leaf: str) -> bool:
    """Whether this leaf stands in this row of the sealed attempts. One query, or none."""
    block, offset = divmod(number - 1, BLOCK)
    rows = _known_rows(version, "attempts", block)
    return offset < len(rows) and rows[offset]["leaf"] == leaf


def full_page(version: ResultVersion, board: dict[str, Any], page: int) -> list[dict[str, Any]]:
    """As `board_page`, with what the rows close: for those who may see names. Two queries."""
    number, offset = divmod((page - 1) * ROWS_A_PAGE, BLOCK)
    part = version.parts.filter(section=f"board:{board['code']}", number=number).first()
    if part is None:
        return []
    opened = _unpacked(part.opened)[offset : offset + ROWS_A_PAGE]
    shown = board_page(version, board, page)
    return [row | who for row, who in zip(shown, opened, strict=True)]


def board_page(version: ResultVersion, board: dict[str, Any], page: int) -> list[dict[str, Any]]:
    """The rows of a page, from 1, of a board, each with its `why`.

    One query, or none where they were read lately; one more where a part of the board ends.
    """
    section = f"board:{board['code']}"
    number, offset = divmod((page - 1) * ROWS_A_PAGE, BLOCK)
    rows = _known_rows(version, section, number)[offset : offset + ROWS_A_PAGE + 1]
    if offset + ROWS_A_PAGE == BLOCK and page * ROWS_A_PAGE < board["count"]:
        rows = rows + _known_rows(version, section, number + 1)[:1]
    return explained(rows, board["rules"]["chain"])[:ROWS_A_PAGE]


def prize_lists(version: ResultVersion, board: dict[str, Any]) -> list[dict[str, Any]]:
    """What the head says of the prizes that go by this board, with their public rows.

    Units stand beside the board that their people are counted in. One query for each, or none
    where they were read lately.
    """
    boards_of_units = {it["code"]: it["board"] for it in version.content.get("units", [])}
    own = [
        it
        for it in version.content.get("prizes", [])
        if boards_of_units.get(it["board"], it["board"]) in {board["code"], ""}
    ]
    return [it | {"rows": _prize_rows(version, it)} for it in own]


def told_facts(version: ResultVersion, board: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The right numbers and the lot that this board rests on. Two queries, or none where they were
    read lately or there are none."""
    is_whole = WHOLE in {board["code"], board.get("within")}
    of_lot = "" if is_whole else board["rounds"][0]
    names = {it["slug"]: it["name"] for it in version.content["rounds"]}
    return {
        "truths": [
            it | {"round_name": names[it["round"]]}
            for it in _facts(version, "predictions")
            if it["round"] in board["rounds"]
        ],
        "lots": [it for it in _facts(version, "lots") if it["round"] == of_lot],
    }


def _facts(version: ResultVersion, section: str) -> list[dict[str, Any]]:
    if not version.content.get(section, {}).get("count"):
        return []
    return _known_rows(version, section, 0)


def _prize_rows(version: ResultVersion, told: dict[str, Any]) -> list[dict[str, Any]]:
    prizes = [None, *told["prizes"]]
    rows = _known_rows(version, f"prizes:{told['code']}", 0)
    return [row | {"prize_told": prizes[row["prize"]]} for row in rows]


def _known_rows(version: ResultVersion, section: str, number: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _parts.get(
        (version.digest, section, number), lambda: _rows(version, section, number)
    )
    return rows


def _rows(version: ResultVersion, section: str, number: int) -> list[dict[str, Any]]:
    part = version.parts.filter(section=section, number=number).first()
    return _unpacked(part.content) if part else []


def opened_rows(
    version: ResultVersion, section: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every row of a section with what it closes. One query, and one for each part."""
    parts = version.parts.filter(section=section).order_by("number")
    for number in parts.values_list("number", flat=True):
        part = parts.get(number=number)
        yield from zip(_unpacked(part.content), _unpacked(part.opened), strict=True)


def inclusion(version: ResultVersion, attempt: Attempt) -> Inclusion | None:
    """None for an attempt that the version does not hold. Two queries."""
    code = attempt.receipt_code or ""
    parts = version.parts.filter(section="attempts").order_by("number")
    part = parts.filter(first_key__lte=code).last()
    if part is None:
        return None
    receipts = _unpacked(part.opened)
    index = next((i for i, it in enumerate(receipts) if it["receipt"] == code), None)
    if index is None:
        return None
    rows = _unpacked(part.content)
    roots = [bytes.fromhex(it) for it in parts.values_list("root", flat=True)]
    leaves = [bytes.fromhex(row["leaf"]) for row in rows]
    steps = proof_of(leaves, index) + proof_of(roots, part.number)
    return Inclusion(version, rows[index]["n"], rows[index]["leaf"], receipts[index], steps)


def bundle(version: ResultVersion, *, is_open: bool) -> Iterator[bytes]:
    """The file to check, piece by piece; with `is_open` also what the public may not read.

    One query, and one for each part: the memory does not grow with the result.
    """
    yield b'{"head":' + version.head.encode()
    yield b',"digest":' + canonical(version.digest)
    for section in ("attempts", "questions", "decisions", "predictions", "lots"):
        if section in version.content:  # an older format has fewer
            yield b"," + canonical(section) + b":["
            yield from _section(version, section, is_open=is_open)
            yield b"]"
    for name, prefix in (("boards", "board"), ("units", "units"), ("prizes", "prizes")):
        if name in version.content:
            yield b"," + canonical(name) + b":{"
            yield from _sections(version, name, prefix, is_open=is_open)
            yield b"}"
    yield b"}\n"


def _sections(version: ResultVersion, name: str, prefix: str, *, is_open: bool) -> Iterator[bytes]:
    for place, told in enumerate(version.content[name]):
        yield (b"," if place else b"") + canonical(told["code"]) + b":["
        yield from _section(version, f"{prefix}:{told['code']}", is_open=is_open)
        yield b"]"


def _section(version: ResultVersion, section: str, *, is_open: bool) -> Iterator[bytes]:
    parts = version.parts.filter(section=section).order_by("number")
    for number in parts.values_list("number", flat=True):
        part = parts.get(number=number)
        yield b"," if number else b""
        yield _opened_rows(part) if is_open else zlib.decompress(part.content)[1:-1]


def _opened_rows(part: ResultPart) -> bytes:
    rows = zip(_unpacked(part.content), _unpacked(part.opened), strict=True)
    return b",".join(canonical(row | {"open": opened} if opened else row) for row, opened in rows)


def _unpacked(content: bytes | memoryview) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(zlib.decompress(content))
    return rows
