"""The order of a board under its rules, and its rows against the attempts they rest on."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from verifier.report import Report
from verifier.rows import Row

KNOWN: dict[str, Callable[[Row], Any]] = {
    "score": lambda row: -Decimal(row["score"]),
    "time_used": lambda row: row["elapsed_ms"],
    "earlier": lambda row: row["submitted_at"],
}
FIELDS = {
    *("n", "place", "name", "unit", "division", "score", "max_score", "correct_count"),
    *("elapsed_ms", "submitted_at", "attempts", "sealed", "check"),
}


def check_order(name: str, rows: list[Row], rules: dict[str, Any], report: Report) -> None:
    """Each row behind those that are better, equals in one place, the next place counting all."""
    chain = rules["chain"]
    known = []
    for criterion in chain:
        if criterion not in KNOWN:
            break
        known.append(criterion)
    beyond = chain[len(known) :]
    if beyond:
        report.unchecked.append(f"{name}: {', '.join(beyond)} (the order among equals before it)")
    before: Row | None = None
    key_before: Any = None
    for row in rows:
        try:
            key = [KNOWN[criterion](row) for criterion in known]
            fits = before is None or key_before <= key
        except (InvalidOperation, TypeError):
            report.faults.append(f"{name}: row {row['n']} has no score or time to compare")
            continue
        if not fits and before is not None:
            report.faults.append(f"{name}: row {row['n']} is better than row {before['n']}")
        _check_place(name, row, before, key == key_before, bool(beyond), report)
        before, key_before = row, key


def _check_place(
    name: str, row: Row, before: Row | None, is_equal: bool, is_open: bool, report: Report
) -> None:
    own = row["n"]
    shared = before["place"] if before else own
    allowed = {own, shared} if is_equal and is_open else {shared if is_equal else own}
    if row["place"] not in allowed:
        report.faults.append(
            f"{name}: row {own} stands in place {row['place']}, it should be {max(allowed)}"
        )


def check_attempts(
    name: str, rows: list[Row], board: dict[str, Any], receipts: dict[int, Row], report: Report
) -> None:
    """Scores and times against the attempts, and that everybody who counts has a row.

    Only of a file that opens its attempts.
    """
    rules = board["rules"]
    by_person: defaultdict[int, list[tuple[int, Row]]] = defaultdict(list)
    for n, receipt in receipts.items():
        if receipt["counted"] and receipt["round"] in board["rounds"]:
            by_person[receipt["person"]].append((n, receipt))
    if rules["attempts"] == "average":
        report.unchecked.append(f"{name}: scores that are averages")
    persons = set()
    for row in rows:
        person = row.get("open", {}).get("person")
        own = [(n, receipts[n]) for n in row["attempts"] if n in receipts]
        if len(own) != len(row["attempts"]) or not own:
            report.faults.append(f"{name}: row {row['n']} rests on an attempt that is not there")
            continue
        if {it["person"] for _n, it in own} != {person}:
            report.faults.append(f"{name}: row {row['n']} rests on another person's attempt")
        if not all(it["counted"] and it["round"] in board["rounds"] for _n, it in own):
            report.faults.append(f"{name}: row {row['n']} rests on an attempt that does not count")
        if person in persons:
            report.faults.append(f"{name}: row {row['n']}: this person has a row already")
        persons.add(person)
        _check_sums(name, row, [it for _n, it in own], rules, report)
        _check_choice(name, row, own, by_person[person], rules, report)
    for person in sorted(set(by_person) - persons):
        report.faults.append(f"{name}: attempt {by_person[person][0][0]} counts, but has no row")


def _check_sums(name: str, row: Row, own: list[Row], rules: dict[str, Any], report: Report) -> None:
    if rules["attempts"] == "average":
        return
    sums = {
        "score": sum(Decimal(it["score"]) for it in own) == Decimal(row["score"]),
        "max_score": sum(Decimal(it["max_score"]) for it in own) == Decimal(row["max_score"]),
        "correct_count": sum(it["correct_count"] for it in own) == row["correct_count"],
        "elapsed_ms": sum(it["elapsed_ms"] for it in own) == row["elapsed_ms"],
        "submitted_at": max(it["submitted_at"] for it in own) == row["submitted_at"],
    }
    for field, agrees in sums.items():
        if not agrees:
            report.faults.append(f"{name}: row {row['n']}: {field} is not that of its attempts")


def _check_choice(
    name: str,
    row: Row,
    own: list[tuple[int, Row]],
    of_person: list[tuple[int, Row]],
    rules: dict[str, Any],
    report: Report,
) -> None:
    """That the attempt which counts in each round is the one that the rules choose."""
    if rules["attempts"] in {"sum", "average"}:
        return
    for _n, chosen in own:
        others = [it for _other, it in of_person if it["round"] == chosen["round"]]
        if others and _rank(chosen, rules) != min(_rank(it, rules) for it in others):
            report.faults.append(f"{name}: row {row['n']}: another attempt should count")
    rounds = {it["round"] for _n, it in of_person}
    if rules["rounds"] == "sum" and {it["round"] for _n, it in own} != rounds:
        report.faults.append(f"{name}: row {row['n']} leaves out a round")


def _rank(receipt: Row, rules: dict[str, Any]) -> Any:
    """Smallest for the attempt that counts; what the chain does not know at once has no say."""
    if rules["attempts"] == "first":
        return receipt["submitted_at"]
    if rules["attempts"] == "last":
        return [-ord(sign) for sign in receipt["submitted_at"]]  # all are equally long
    order = [it for it in rules["chain"] if it in KNOWN]
    return [KNOWN[it](receipt) for it in order + [it for it in KNOWN if it not in order]]
