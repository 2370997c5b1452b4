"""Rows of any section: their numbers, their own digests, what they leave closed."""

from typing import Any

from verifier.hashing import digest, leaf, root, unhex
from verifier.report import Report

Row = dict[str, Any]


def check_rows(name: str, rows: Any, count: Any, fields: set[str], report: Report) -> list[Row]:
    """The rows that can be looked at further; faults name section and row."""
    if not isinstance(rows, list):
        report.faults.append(f"{name}: the section is missing")
        return []
    sound = [row for row in rows if _check_row(name, row, fields, report)]
    _check_numbers(name, [row["n"] for row in sound], count, report)
    if len(rows) != count:
        report.faults.append(f"{name}: {len(rows)} rows, the head says {count}")
    return sound


def _check_row(name: str, row: Any, fields: set[str], report: Report) -> bool:
    if not isinstance(row, dict) or type(row.get("n")) is not int:
        report.faults.append(f"{name}: a row without a number: {str(row)[:80]}")
        return False
    if set(row) - {"open"} != fields:
        wrong = sorted((set(row) - {"open"}) ^ fields)
        report.faults.append(f"{name}: row {row['n']}: missing or unknown: {', '.join(wrong)}")
        return False
    own = {key: value for key, value in row.items() if key not in {"check", "open"}}
    if digest(own) != row["check"]:
        report.faults.append(f"{name}: row {row['n']} was changed")
    if "sealed" in row and "open" in row and digest(row["open"]) != row["sealed"]:
        report.faults.append(f"{name}: row {row['n']}: what it opens was changed")
    return True


def _check_numbers(name: str, numbers: list[int], count: Any, report: Report) -> None:
    """1, 2, 3, ... up to the count; what is missing, doubled or out of order is named."""
    if numbers == list(range(1, len(numbers) + 1)) and len(numbers) == count:
        return
    known = set(numbers)
    expected = range(1, (count if type(count) is int else len(numbers)) + 1)
    report.faults += [f"{name}: row {n} is missing" for n in expected if n not in known]
    report.faults += [f"{name}: row {n} was not sealed" for n in sorted(known - set(expected))]
    seen: set[int] = set()
    last = 0
    for n in numbers:
        if n in seen:
            report.faults.append(f"{name}: row {n} stands twice")
        elif n < last:
            report.faults.append(f"{name}: row {n} stands behind row {last}")
        seen.add(n)
        last = max(last, n)


def checks(rows: list[Row]) -> list[bytes]:
    """The leaves of a section that is no list of attempts."""
    return [leaf(unhex(row["check"])) for row in rows]


def check_root(name: str, leaves: list[bytes], told: str, report: Report) -> None:
    if root(leaves) != told:
        report.faults.append(f"{name}: the root is not that of the rows")
    else:
        report.passed.append(f"{name}: {len(leaves)} rows, root {told}")


def check_opened(name: str, rows: list[Row], report: Report) -> bool:
    """Whether the file opens the section; then it opens every row of it."""
    closed = [row["n"] for row in rows if "open" not in row]
    if len(closed) == len(rows):
        if rows:
            report.unchecked.append(f"{name}: what the rows hide is closed in this file")
        return False
    report.faults += [f"{name}: row {n}: what it hides is missing" for n in closed]
    return True
