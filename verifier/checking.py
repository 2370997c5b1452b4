"""A whole file: the head, every section, and how they hang together."""

import json
from typing import Any

from verifier.hashing import NOTHING, canonical, chained, digest, leaf, node, unhex
from verifier.predictions import Facts, check_gaps
from verifier.prizes import check_one_prize, check_prizes, check_units
from verifier.report import Report
from verifier.rows import Row, check_opened, check_root, check_rows, checks
from verifier.standings import FIELDS, check_attempts, check_order, check_within

FIRST, SECOND, PROOF = "ket-qua-hoi-thi/1", "ket-qua-hoi-thi/2", "bao-gom/1"
ROWS = {"attempts", "questions", "decisions", "boards"}
# what the second format has more than the first
FACTS = {
    "predictions": {"n", "round", "division", "value", "counted_at", "settings", "check"},
    "lots": {"n", "round", "number", "source", "announced_at", "check"},
}
ADDED = {*FACTS, "units", "prizes"}
HEADS = {
    FIRST: {"format", "contest", "scope", "rounds", "names", *ROWS},
    SECOND: {"format", "contest", "scope", "rounds", "names", "basis", *ROWS, *ADDED},
}
SECTIONS = {FIRST: {"head", "digest", *ROWS}, SECOND: {"head", "digest", *ROWS, *ADDED}}


def check_file(path: str, *, digest: str = "") -> Report:
    """Read a file and check it; one that cannot be read is a fault of its own."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (nothing but the language itself)
            bundle = json.load(file, object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as fault:
        return Report(faults=[f"file: {fault}"])
    return check(bundle, printed=digest)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises ValueError for a name that an object has twice: readers would not agree on it."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("an object has one name twice")
    return made


def check(bundle: Any, *, printed: str = "") -> Report:
    """A result, or a receipt's proof of being in one, as JSON holds it."""
    report = Report()
    try:
        if isinstance(bundle, dict) and bundle.get("format") == PROOF:
            _check_proof(bundle, report)
        elif isinstance(bundle, dict) and isinstance(bundle.get("head"), dict):
            _check_result(bundle, report)
        else:
            report.faults.append("file: neither a result nor a proof")
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        report.faults.append(f"file: not of the documented form ({type(fault).__name__}: {fault})")
    _check_printed(bundle, printed, report)
    return report


def _check_printed(bundle: Any, printed: str, report: Report) -> None:
    wanted = "".join(printed.split()).lower()
    if not wanted:
        report.unchecked.append("digest: compare it with the printed one (--digest)")
    elif not isinstance(bundle, dict) or bundle.get("digest") != wanted:
        report.faults.append("digest: not the printed one")
    else:
        report.passed.append("digest: the printed one")


def _check_head(bundle: dict[str, Any], report: Report) -> dict[str, Any]:
    head: dict[str, Any] = bundle["head"]
    if digest(head) != bundle.get("digest"):
        report.faults.append("head: was changed, the digest is not its own")
    if set(head) != HEADS.get(head.get("format", "")):
        raise ValueError("unknown format")
    report.passed.append(f"head: {bundle['digest']}")
    return head


def _check_result(bundle: dict[str, Any], report: Report) -> None:
    head = _check_head(bundle, report)
    for name in sorted(set(bundle) ^ SECTIONS[head["format"]]):
        report.faults.append(f"{name}: the section is missing or unknown")
    receipts = _check_attempts(head, bundle.get("attempts"), report)
    _check_questions(head, bundle.get("questions"), report)
    _check_decisions(head, bundle.get("decisions"), report)
    is_second = head["format"] == SECOND
    facts = _check_facts(head, bundle, receipts, report) if is_second else None
    boards = _check_boards(head, bundle, receipts, facts, report)
    if is_second:
        _check_prizes(head, bundle, boards, report)


def _check_facts(
    head: dict[str, Any], bundle: dict[str, Any], receipts: dict[int, Row], report: Report
) -> Facts:
    found = {}
    for name, fields in FACTS.items():
        found[name] = check_rows(name, bundle.get(name), head[name]["count"], fields, report)
        check_root(name, checks(found[name]), head[name]["root"], report)
    return Facts(found["predictions"], found["lots"], receipts)


def _sections(
    kind: str, one: str, head: dict[str, Any], bundle: dict[str, Any], report: Report
) -> list[tuple[dict[str, Any], Any]]:
    """What the head says of each section of a kind, with its rows; the others are named."""
    rows = bundle.get(kind) or {}
    for code in sorted(set(rows) ^ {told["code"] for told in head[kind]}):
        report.faults.append(f"{one} {code}: missing or not sealed")
    return [(told, rows[told["code"]]) for told in head[kind] if told["code"] in rows]


def _check_boards(
    head: dict[str, Any],
    bundle: dict[str, Any],
    receipts: dict[int, Row],
    facts: Facts | None,
    report: Report,
) -> dict[str, list[Row]]:
    """The rows of every board."""
    found: dict[str, list[Row]] = {}
    for board, rows in _sections("boards", "board", head, bundle, report):
        whole = board.get("within", "")
        if whole:
            found[board["code"]] = _check_division(board, rows, found.get(whole, []), report)
        else:
            found[board["code"]] = _check_board(board, rows, head, receipts, facts, report)
    return found


def _check_division(
    board: dict[str, Any], rows: Any, whole: list[Row], report: Report
) -> list[Row]:
    name = f"board {board['code']}"
    sound = check_rows(name, rows, board["count"], FIELDS | {"gap", "row"}, report)
    check_opened(name, sound, report)
    check_root(name, checks(sound), board["root"], report)
    check_within(name, sound, whole, board["division"], report)
    return sound


def _check_prizes(
    head: dict[str, Any], bundle: dict[str, Any], boards: dict[str, list[Row]], report: Report
) -> None:
    units = {
        told["code"]: check_units(told, rows, boards.get(told["board"], []), report)
        for told, rows in _sections("units", "units", head, bundle, report)
    }
    winners = {}
    for told, rows in _sections("prizes", "prizes", head, bundle, report):
        orders = boards if told["kind"] == "individual" else units
        winners[told["code"]] = check_prizes(told, rows, orders.get(told["board"], []), report)
    check_one_prize(head["prizes"], winners, report)


def _check_attempts(head: dict[str, Any], rows: Any, report: Report) -> dict[int, Row]:
    """The receipts by number, of a file that opens them."""
    told = head["attempts"]
    sound = check_rows("attempts", rows, told["count"], {"n", "leaf", "check"}, report)
    opened = {row["n"]: row["open"] for row in sound if "open" in row}
    for row in sound:
        if "open" in row and leaf(canonical(row["open"])).hex() != row["leaf"]:
            report.faults.append(f"attempts: row {row['n']}: the receipt is not the sealed one")
    check_root("attempts", _leaves(sound), told["root"], report)
    if told["counted"] + told["struck"] != told["count"]:
        report.faults.append("attempts: counted and struck do not add up")
    if not opened:
        report.unchecked.append("attempts: receipts are closed in this file")
        return {}
    counted = sum(bool(receipt["counted"]) for receipt in opened.values())
    if counted != told["counted"]:
        report.faults.append(f"attempts: {counted} count, the head says {told['counted']}")
    for n in sorted({row["n"] for row in sound} - opened.keys()):
        report.faults.append(f"attempts: row {n}: its receipt is missing")
    return opened


def _leaves(rows: list[Row]) -> list[bytes]:
    return [unhex(row["leaf"]) for row in rows]


def _check_questions(head: dict[str, Any], rows: Any, report: Report) -> None:
    fields = {"n", "question", "revision", "sealed", "check"}
    sound = check_rows("questions", rows, head["questions"]["count"], fields, report)
    check_opened("questions", sound, report)
    check_root("questions", checks(sound), head["questions"]["root"], report)


def _check_decisions(head: dict[str, Any], rows: Any, report: Report) -> None:
    told = head["decisions"]
    fields = {"n", "previous", "digest", "check"}
    sound = check_rows("decisions", rows, told["count"], fields, report)
    is_open = check_opened("decisions", sound, report)
    previous, faults = NOTHING, len(report.faults)
    for row in sound:
        if row["previous"] != previous:
            report.faults.append(f"decisions: row {row['n']} does not follow from the one before")
        if is_open and "open" in row and chained(row["open"], row["previous"]) != row["digest"]:
            report.faults.append(f"decisions: row {row['n']}: the decision was changed")
        previous = row["digest"]
    if previous != told["head"]:
        report.faults.append("decisions: the chain does not end where the head says")
    elif len(report.faults) == faults:
        report.passed.append(f"decisions: a chain of {len(sound)}, ending in {previous}")


def _check_board(
    board: dict[str, Any],
    rows: Any,
    head: dict[str, Any],
    receipts: dict[int, Row],
    facts: Facts | None,
    report: Report,
) -> list[Row]:
    name = f"board {board['code']}"
    fields = FIELDS | ({"gap"} if facts else set())
    sound = check_rows(name, rows, board["count"], fields, report)
    is_open = check_opened(name, sound, report)
    check_root(name, checks(sound), board["root"], report)
    later = facts.criteria(board) if facts else {}
    check_order(name, sound, board["rules"], report, later=later)
    for row in sound:
        for n in row["attempts"]:
            if type(n) is not int or not 1 <= n <= head["attempts"]["count"]:
                report.faults.append(f"{name}: row {row['n']} names attempt {n}: there is none")
    if is_open and receipts:
        check_attempts(name, sound, board, receipts, report)
        if facts:
            check_gaps(name, sound, board, facts, report)
    return sound


def _check_proof(proof: dict[str, Any], report: Report) -> None:
    """One receipt: its leaf, and the way from there to the root that the head seals."""
    head = _check_head(proof, report)
    if set(proof) != {"format", "digest", "head", "n", "receipt", "leaf", "proof"}:
        raise ValueError("unknown or missing fields")
    found = leaf(canonical(proof["receipt"]))
    if found.hex() != proof["leaf"]:
        report.faults.append("receipt: was changed, the leaf is not its own")
    sides = []
    for step in proof["proof"]:
        other, is_left = unhex(step["hash"]), {"left": True, "right": False}[step["side"]]
        found = node(other, found) if is_left else node(found, other)
        sides.append(is_left)
    if found.hex() != head["attempts"]["root"]:
        report.faults.append("proof: does not lead to the sealed root")
    elif sides != _sides(proof["n"] - 1, head["attempts"]["count"]):
        report.faults.append(f"proof: row {proof['n']} has another way to the root")
    else:
        report.passed.append(f"receipt {proof['receipt']['receipt']}: row {proof['n']} is sealed")


def _sides(index: int, width: int) -> list[bool]:
    """On which sides the neighbours of a leaf stand: true for the left."""
    sides = []
    while width > 1:
        if index ^ 1 < width:
            sides.append(index % 2 == 1)
        index, width = index // 2, (width + 1) // 2
    return sides
