"""A whole file: the head, every section, and how they hang together."""

import json
from typing import Any

from verifier.hashing import NOTHING, canonical, chained, digest, leaf, node, root, unhex
from verifier.report import Report
from verifier.rows import Row, check_rows
from verifier.standings import FIELDS, check_attempts, check_order

RESULT, PROOF = "ket-qua-hoi-thi/1", "bao-gom/1"
HEAD = {"format", "contest", "scope", "rounds", "names", "attempts", "boards", "decisions"} | {
    "questions"
}
SECTIONS = {"head", "digest", "attempts", "questions", "decisions", "boards"}


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
    if head.get("format") != RESULT or set(head) != HEAD:
        raise ValueError("unknown format")
    report.passed.append(f"head: {bundle['digest']}")
    return head


def _check_result(bundle: dict[str, Any], report: Report) -> None:
    head = _check_head(bundle, report)
    for name in sorted(set(bundle) ^ SECTIONS):
        report.faults.append(f"{name}: the section is missing or unknown")
    receipts = _check_attempts(head, bundle.get("attempts"), report)
    _check_questions(head, bundle.get("questions"), report)
    _check_decisions(head, bundle.get("decisions"), report)
    boards = bundle.get("boards") or {}
    codes = [board["code"] for board in head["boards"]]
    for code in sorted(set(boards) ^ set(codes)):
        report.faults.append(f"board {code}: missing or not sealed")
    for board in head["boards"]:
        if board["code"] in boards:
            _check_board(board, boards[board["code"]], head, receipts, report)


def _check_attempts(head: dict[str, Any], rows: Any, report: Report) -> dict[int, Row]:
    """The receipts by number, of a file that opens them."""
    told = head["attempts"]
    sound = check_rows("attempts", rows, told["count"], {"n", "leaf", "check"}, report)
    opened = {row["n"]: row["open"] for row in sound if "open" in row}
    for row in sound:
        if "open" in row and leaf(canonical(row["open"])).hex() != row["leaf"]:
            report.faults.append(f"attempts: row {row['n']}: the receipt is not the sealed one")
    _check_root("attempts", _leaves(sound), told["root"], report)
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


def _checks(rows: list[Row]) -> list[bytes]:
    return [leaf(unhex(row["check"])) for row in rows]


def _check_root(name: str, leaves: list[bytes], told: str, report: Report) -> None:
    if root(leaves) != told:
        report.faults.append(f"{name}: the root is not that of the rows")
    else:
        report.passed.append(f"{name}: {len(leaves)} rows, root {told}")


def _check_opened(name: str, rows: list[Row], report: Report) -> bool:
    """Whether the file opens the section; then it opens every row of it."""
    closed = [row["n"] for row in rows if "open" not in row]
    if len(closed) == len(rows):
        if rows:
            report.unchecked.append(f"{name}: what the rows hide is closed in this file")
        return False
    report.faults += [f"{name}: row {n}: what it hides is missing" for n in closed]
    return True


def _check_questions(head: dict[str, Any], rows: Any, report: Report) -> None:
    fields = {"n", "question", "revision", "sealed", "check"}
    sound = check_rows("questions", rows, head["questions"]["count"], fields, report)
    _check_opened("questions", sound, report)
    _check_root("questions", _checks(sound), head["questions"]["root"], report)


def _check_decisions(head: dict[str, Any], rows: Any, report: Report) -> None:
    told = head["decisions"]
    fields = {"n", "previous", "digest", "check"}
    sound = check_rows("decisions", rows, told["count"], fields, report)
    is_open = _check_opened("decisions", sound, report)
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
    report: Report,
) -> None:
    name = f"board {board['code']}"
    sound = check_rows(name, rows, board["count"], FIELDS, report)
    is_open = _check_opened(name, sound, report)
    _check_root(name, _checks(sound), board["root"], report)
    check_order(name, sound, board["rules"], report)
    for row in sound:
        for n in row["attempts"]:
            if type(n) is not int or not 1 <= n <= head["attempts"]["count"]:
                report.faults.append(f"{name}: row {row['n']} names attempt {n}: there is none")
    if is_open and receipts:
        check_attempts(name, sound, board, receipts, report)


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
