"""Units in their order, and prizes against the orders they were given by."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from verifier.report import Report
from verifier.rows import Row, check_opened, check_root, check_rows, checks

UNIT_FIELDS = {
    *("n", "place", "name", "kind", "people", "headcount", "winners", "points", "left_out"),
    *("sealed", "check"),
}
PRIZE_FIELDS = {
    *("n", "what", "prize", "by", "place", "row", "name", "unit", "sealed", "check"),
}
WHATS = {"award", "passed", "reserve", "ruled"}


def check_units(told: dict[str, Any], rows: Any, people: list[Row], report: Report) -> list[Row]:
    """The order of units for one collective prize; `people`: the rows of the board it counts."""
    name = f"units {told['code']}"
    sound = check_rows(name, rows, told["count"], UNIT_FIELDS, report)
    is_open = check_opened(name, sound, report)
    check_root(name, checks(sound), told["root"], report)
    _check_unit_order(name, sound, told, report)
    if is_open and people:
        _check_unit_people(name, sound, people, report)
    return sound


def _check_unit_order(name: str, rows: list[Row], told: dict[str, Any], report: Report) -> None:
    before: Row | None = None
    key_before: Any = None
    is_closed = False
    for row in rows:
        try:
            expected = _left_out(row, told)
            key = [_value(row, criterion) for criterion in told["criteria"]]
        except (TypeError, ValueError, InvalidOperation, ZeroDivisionError):
            report.faults.append(f"{name}: row {row['n']} has no figures to compare")
            continue
        if row["left_out"] != expected:
            report.faults.append(
                f"{name}: row {row['n']}: left out as “{row['left_out']}”, it should be "
                f"“{expected}”"
            )
        if (row["place"] is None) != bool(row["left_out"]):
            report.faults.append(
                f"{name}: row {row['n']}: a place, or the reason why there is none"
            )
        if row["place"] is None:
            before = key_before = None
            continue
        comparable = key if None not in key else key[: key.index(None)]
        is_closed |= comparable != key
        if before is not None:
            _check_unit_pair(name, before, key_before, row, key, report)
        elif row["n"] != 1:
            report.faults.append(f"{name}: row {row['n']} stands behind units without a place")
        elif row["place"] != 1:
            report.faults.append(f"{name}: row 1 stands in place {row['place']}, it should be 1")
        before, key_before = row, key
    if is_closed:
        report.unchecked.append(f"{name}: means of units of few people are closed in this file")


def _check_unit_pair(
    name: str, before: Row, key_before: list[Any], row: Row, key: list[Any], report: Report
) -> None:
    for own, other in zip(key, key_before, strict=True):
        if own is None or other is None:
            return  # closed: either order may be right
        if own > other:
            report.faults.append(f"{name}: row {row['n']} is better than row {before['n']}")
            return
        if own < other:
            expected = row["n"]
            break
    else:
        expected = before["place"]
    if row["place"] != expected:
        report.faults.append(
            f"{name}: row {row['n']} stands in place {row['place']}, it should be {expected}"
        )


def _left_out(row: Row, told: dict[str, Any]) -> str:
    people, headcount = row["people"], row["headcount"]
    if people == 0:
        return "nobody"
    if "rate" in told["criteria"] or told["min_percent"] > 0:
        if headcount is None:
            return "no_headcount"
        if headcount == 0:
            return "zero_headcount"
        if people > headcount:
            return "above_headcount"
        if people * 100 < told["min_percent"] * headcount:
            return "rate_too_low"
    return "too_few_people" if people < told["min_people"] else ""


def _value(row: Row, criterion: str) -> Fraction | None:
    """More is better; None where it is closed. Raises ValueError for an unknown criterion."""
    if criterion == "mean":
        points = row.get("open", row)["points"]
        if points == "":
            return None
        return Fraction(Decimal(points)) / row["people"] if row["people"] else Fraction(0)
    if criterion == "rate":
        return Fraction(row["people"], row["headcount"]) if row["headcount"] else Fraction(0)
    if criterion in {"participants", "winners"}:
        return Fraction(row["people" if criterion == "participants" else "winners"])
    raise ValueError(criterion)


def _check_unit_people(name: str, rows: list[Row], people: list[Row], report: Report) -> None:
    """Numbers and points against the people of the board."""
    sums: dict[Any, tuple[int, Decimal]] = {}
    for person in people:
        unit = person.get("open", {}).get("unit_key")
        count, points = sums.get(unit, (0, Decimal(0)))
        sums[unit] = count + 1, points + Decimal(person["score"])
    for row in rows:
        count, points = sums.get(row["open"]["unit"], (0, Decimal(0)))
        if row["people"] != count:
            report.faults.append(f"{name}: row {row['n']}: people are not those of its board")
        if Decimal(row["open"]["points"]) != points:
            report.faults.append(f"{name}: row {row['n']}: points are not those of its board")


def check_prizes(told: dict[str, Any], rows: Any, order: list[Row], report: Report) -> set[Any]:
    """One board of prizes; `order`: the rows that it goes by, of people or units.

    Returns the numbers of those who have an award by the ranking, of a file that opens them.
    """
    name = f"prizes {told['code']}"
    sound = check_rows(name, rows, told["count"], PRIZE_FIELDS, report)
    is_open = check_opened(name, sound, report)
    check_root(name, checks(sound), told["root"], report)
    by_number = {row["n"]: row for row in order}
    for row in sound:
        _check_line(name, row, told, by_number, report)
    awards = [row for row in sound if row["what"] == "award"]
    _check_counts(name, awards, told, report)
    _check_order(name, awards, report)
    if told["taken_over"] and order:
        _check_passed_over(name, sound, order, report, is_open=is_open)
    elif awards and not told["taken_over"]:
        report.faults.append(f"{name}: row {awards[0]['n']}: nothing was taken over")
    return {row["open"]["winner"] for row in awards if "open" in row and row["by"] == "ranking"}


def _check_line(
    name: str, row: Row, told: dict[str, Any], by_number: dict[int, Row], report: Report
) -> None:
    if row["what"] not in WHATS or (row["by"] in {"ranking", "jury"}) != (row["what"] == "award"):
        report.faults.append(f"{name}: row {row['n']}: unknown or without who decided it")
    is_one = type(row["prize"]) is int and 1 <= row["prize"] <= len(told["prizes"])
    if not is_one and (row["what"] == "award" or row["prize"] != 0):
        report.faults.append(f"{name}: row {row['n']}: there is no prize {row['prize']}")
    if row["row"] is None or not by_number:
        return
    of_order = by_number.get(row["row"])
    if of_order is None:
        report.faults.append(f"{name}: row {row['n']} names row {row['row']}: there is none")
        return
    same = row["place"] == of_order["place"] and row["name"] == of_order["name"]
    if not same or row["unit"] != of_order.get("unit", ""):
        report.faults.append(f"{name}: row {row['n']} is not the one in row {row['row']}")
    own, other = row.get("open", {}).get("winner"), of_order.get("open", {})
    if own is not None and other and own != other.get("person", other.get("unit")):
        report.faults.append(f"{name}: row {row['n']} is not the one in row {row['row']}")


def _check_counts(name: str, awards: list[Row], told: dict[str, Any], report: Report) -> None:
    for place, prize in enumerate(told["prizes"], start=1):
        given = [row for row in awards if row["prize"] == place]
        for row in given[prize["count"] :]:
            report.faults.append(f"{name}: row {row['n']}: prize {place} was given too often")
    seen: set[Any] = set()
    for row in awards:
        if row["row"] is not None and row["row"] in seen:
            report.faults.append(f"{name}: row {row['n']}: this one has a prize already")
        seen.add(row["row"])


def _check_order(name: str, awards: list[Row], report: Report) -> None:
    """By the ranking the better prize goes to the better place."""
    before: Row | None = None
    for row in awards:
        if row["by"] != "ranking":
            continue
        if row["place"] is None:
            report.faults.append(f"{name}: row {row['n']}: by the ranking, but without a place")
            continue
        if before is not None and row["prize"] < before["prize"]:
            report.faults.append(f"{name}: row {row['n']} stands behind a smaller prize")
        if before is not None and row["place"] < before["place"]:
            report.faults.append(f"{name}: row {row['n']} has no better prize than a worse place")
        before = row


def _check_passed_over(
    name: str, rows: list[Row], order: list[Row], report: Report, *, is_open: bool
) -> None:
    """Whoever stands before the last winner has a prize, or it is said why not."""
    places = [
        row["place"]
        for row in rows
        if row["what"] == "award" and row["by"] == "ranking" and row["place"] is not None
    ]
    last = max(places, default=0)
    told = {row["row"] for row in rows if row["what"] in {"award", "passed"}}
    ruled = [row for row in rows if row["what"] == "ruled"]
    if is_open:
        told |= {row["open"]["row"] for row in ruled}
    closed = 0 if is_open else len(ruled)  # decisions about somebody whom this file does not name
    unexplained = [
        row for row in order if row["place"] and row["place"] <= last and row["n"] not in told
    ]
    if len(unexplained) > closed:
        report.faults.append(
            f"{name}: row {unexplained[0]['n']} of its order stands before a winner and has none"
        )


def check_one_prize(
    heads: list[dict[str, Any]], winners: dict[str, set[Any]], report: Report
) -> None:
    """Nobody has two where the rules say so; only of a file that opens its rows."""
    seen: dict[Any, str] = {}
    for told in heads:
        if not told["one_per_person"] or told["kind"] != "individual":
            continue
        for winner in sorted(winners.get(told["code"], set())):
            if winner in seen:
                report.faults.append(
                    f"prizes {told['code']}: somebody has one of {seen[winner]} as well"
                )
            seen[winner] = told["code"]
