"""The order of a board under its rules, and its rows against the attempts they rest on."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from verifier.report import Report
from verifier.rows import Row

Key = Callable[[Row], Any]
# what is known of an attempt as soon as it is handed in
KNOWN: dict[str, Key] = {
    "score": lambda row: -Decimal(row["score"]),
    "time_used": lambda row: row["elapsed_ms"],
    "earlier": lambda row: row["submitted_at"],
}
FIELDS = {
    *("n", "place", "name", "unit", "division", "score", "max_score", "correct_count"),
    *("elapsed_ms", "submitted_at", "attempts", "sealed", "check"),
}


def check_order(
    name: str,
    rows: list[Row],
    rules: dict[str, Any],
    report: Report,
    *,
    later: Mapping[str, Key] = MappingProxyType({}),
) -> None:
    """Each row behind those that are better, equals in one place, the next place counting all.

    `later`: criteria that can be checked besides KNOWN.
    """
    chain = rules["chain"]
    keys = {**KNOWN, **later}
    known = []
    for criterion in chain:
        if criterion not in keys:
            break
        known.append(criterion)
    beyond = chain[len(known) :]
    if beyond:
        report.unchecked.append(f"{name}: {', '.join(beyond)} (the order among equals before it)")
    before: Row | None = None
    key_before: Any = None
    for row in rows:
        try:
            key = [keys[criterion](row) for criterion in known]
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


def check_within(
    name: str, rows: list[Row], whole: list[Row], division: str, report: Report
) -> None:
    """The rows of one division: those of the whole board, in its order, places among themselves."""
    by_number = {row["n"]: row for row in whole}
    last, places = 0, [-1, -1]  # the row and the place on the whole board, then the one here
    for row in rows:
        of_whole = by_number.get(row["row"])
        if of_whole is None:
            report.faults.append(f"{name}: row {row['n']} names row {row['row']}: there is none")
            continue
        if any(row[it] != of_whole[it] for it in FIELDS - {"n", "place", "check"} | {"gap"}):
            report.faults.append(f"{name}: row {row['n']} is not what row {row['row']} says")
        if row["division"] != division:
            report.faults.append(f"{name}: row {row['n']} is of another division")
        if row["row"] <= last:
            report.faults.append(f"{name}: row {row['n']} stands behind a worse one")
        expected = places[1] if of_whole["place"] == places[0] else row["n"]
        if row["place"] != expected:
            report.faults.append(
                f"{name}: row {row['n']} stands in place {row['place']}, it should be {expected}"
            )
        last, places = row["row"], [of_whole["place"], expected]
    told = {row["row"] for row in rows}
    for row in whole:
        if row["division"] == division and row["n"] not in told:
            report.faults.append(f"{name}: row {row['n']} of the whole board is left out")


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

    def choice(receipt: Row) -> Any:
        return _rank(receipt, rules)

    for _n, chosen in own:
        others = [it for _other, it in of_person if it["round"] == chosen["round"]]
        if others and choice(chosen) != min(map(choice, others)):
            report.faults.append(f"{name}: row {row['n']}: another attempt should count")
    rounds = {it["round"] for _n, it in of_person}
    if rules["rounds"] == "sum" and {it["round"] for _n, it in own} != rounds:
        report.faults.append(f"{name}: row {row['n']} leaves out a round")
    if rules["rounds"] == "best_rounds":
        parts = [
            min((it for _n, it in of_person if it["round"] == slug), key=choice) for slug in rounds
        ]
        best = sorted(_quality(it, rules) for it in parts)[: rules["best_rounds"]]
        if sorted(_quality(it, rules) for _n, it in own) != best:
            report.faults.append(f"{name}: row {row['n']} does not count the best rounds")


def _rank(receipt: Row, rules: dict[str, Any]) -> Any:
    """Smallest for the attempt that counts; what the chain does not know at once has no say."""
    if rules["attempts"] == "first":
        return receipt["submitted_at"]
    if rules["attempts"] == "last":
        return [-ord(sign) for sign in receipt["submitted_at"]]  # all are equally long
    return _quality(receipt, rules)


def _quality(receipt: Row, rules: dict[str, Any]) -> Any:
    order = [it for it in rules["chain"] if it in KNOWN]
    return [KNOWN[it](receipt) for it in order + [it for it in KNOWN if it not in order]]
