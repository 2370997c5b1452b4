"""The prizes of a sealed result, as its version holds them."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from accounts.enums import UnitKind
from contest.enums import BoardKind, UnitCriterion
from contest.exports.awards import (
    AwardLine,
    Entry,
    PrizesGiven,
    ReserveLine,
    by_given_name_within_prizes,
    jury_note,
)
from contest.models import ResultVersion
from contest.results.wording import unit_text
from contest.rules.collectives import UnitTally
from contest.sealing.boards import board_code
from contest.sealing.reading import opened_rows

Shown = dict[str, Any]


def sealed_prizes(version: ResultVersion, *, by_given_name: bool = False) -> PrizesGiven:
    """Those of the version's round, or of its contest as a whole."""
    own = [it for it in version.content.get("prizes", []) if _is_in_scope(version, it)]
    awards = [line for told in own for line in _awards(version, told, by_given_name)]
    return PrizesGiven(
        awards=tuple(awards),
        reserves=tuple(line for told in own for line in _reserves(version, told)),
        left=tuple(line for told in own if told["taken_over"] for line in _left(told, awards)),
        rules=tuple(f"{it['name']}: {it['rule']}" for it in own if _is_collective(it)),
    )


def _is_collective(told: Shown) -> bool:
    return bool(told["kind"] == BoardKind.COLLECTIVE)


def _is_in_scope(version: ResultVersion, told: Shown) -> bool:
    """A contest's version holds the prizes of its rounds as well."""
    counted_in = {it["code"]: it["board"] for it in version.content.get("units", [])}
    board = str(counted_in.get(told["code"], told["board"])).partition("/bang-")[0]
    return board == board_code(version.round) or (not board and version.round is None)


def _rows(version: ResultVersion, told: Shown, what: str) -> Iterator[tuple[Shown, Shown]]:
    for shown, opened in opened_rows(version, f"prizes:{told['code']}"):
        if shown["what"] == what:
            yield shown, opened


def _awards(version: ResultVersion, told: Shown, by_given_name: bool) -> list[AwardLine]:
    rows = list(_rows(version, told, "award"))
    entries = _entries(version, told, {shown["row"] for shown, _opened in rows})
    lines = [
        _award(told, shown, opened, entries.get(shown["row"]) or _outsider(told, opened))
        for shown, opened in rows
    ]
    return by_given_name_within_prizes(lines) if by_given_name else lines


def _award(told: Shown, shown: Shown, opened: Shown, entry: Entry) -> AwardLine:
    prize = told["prizes"][shown["prize"] - 1]
    notes = [entry.note, jury_note(opened["reason"]) if shown["by"] == "jury" else ""]
    return AwardLine(
        prize=prize["name"],
        board=told["name"],
        full_name=entry.name,
        unit=entry.beside,
        participant_id=None if _is_collective(told) else opened["winner"],
        place=shown["place"],
        score=entry.score,
        elapsed_ms=entry.elapsed_ms,
        amount=prize["amount"] or None,
        note="; ".join(note for note in notes if note),
    )


def _reserves(version: ResultVersion, told: Shown) -> list[ReserveLine]:
    rows = [shown for shown, _opened in _rows(version, told, "reserve")]
    entries = _entries(version, told, {shown["row"] for shown in rows})
    return [
        ReserveLine(told["name"], shown["place"], entry.name, entry.beside, entry.note)
        for shown in rows
        for entry in [entries[shown["row"]]]
    ]


def _left(told: Shown, awards: list[AwardLine]) -> Iterator[tuple[str, str, int]]:
    given = Counter(line.prize for line in awards if line.board == told["name"])
    for prize in told["prizes"]:
        if missing := prize["count"] - given[prize["name"]]:
            yield told["name"], prize["name"], missing


def _entries(version: ResultVersion, told: Shown, wanted: set[int | None]) -> dict[int, Entry]:
    """By row of the board, or of the order of units, that the prizes go by."""
    if not wanted - {None}:
        return {}
    section = f"units:{told['code']}" if _is_collective(told) else f"board:{told['board']}"
    chain = _criteria(version, told)
    return {
        shown["n"]: _unit(shown, opened, chain)
        if _is_collective(told)
        else Entry(
            opened["full_name"],
            opened["unit"],
            score=Decimal(shown["score"]),
            elapsed_ms=shown["elapsed_ms"],
        )
        for shown, opened in opened_rows(version, section)
        if shown["n"] in wanted
    }


def _criteria(version: ResultVersion, told: Shown) -> list[UnitCriterion]:
    units = (it for it in version.content.get("units", []) if it["code"] == told["code"])
    return [UnitCriterion(it) for found in units for it in found["criteria"]]


def _unit(shown: Shown, opened: Shown, chain: list[UnitCriterion]) -> Entry:
    points = Decimal(opened["points"])
    tally = UnitTally(opened["unit"], shown["people"], points, shown["headcount"], shown["winners"])
    kind = str(UnitKind(shown["kind"]).label) if shown["kind"] else ""
    return Entry(shown["name"], kind, unit_text(tally, chain))


def _outsider(told: Shown, opened: Shown) -> Entry:
    """Whom the jury gave it to although they are not in the ranking."""
    return Entry(opened["full_name"], "" if _is_collective(told) else opened["unit"])
