"""How official papers write dates, numbers, shares and lists (Nghị định 30/2020/NĐ-CP)."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_TO_BE_FILLED_IN = "\u00a0" * 6  # no-break spaces, which no layout swallows


def day_text(day: date | None) -> str:
    """ "ngày 05 tháng 01 năm 2026": zeros before days below ten and months 1 and 2 only.

    Without a day, with room for whoever signs to write it.
    """
    if day is None:
        return f"ngày{_TO_BE_FILLED_IN}tháng{_TO_BE_FILLED_IN}năm{_TO_BE_FILLED_IN}"
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def place_and_day(place: str, day: date | None) -> str:
    return f"{place}, {day_text(day)}"


def number_and_symbol(number: int | None, symbol: str) -> str:
    """ "Số: 05/QĐ-SNV"; without a number, with room for it."""
    return f"Số: {_TO_BE_FILLED_IN if number is None else f'{number:02}'}/{symbol}"


def reference(number: int | None, symbol: str) -> str:
    """The same within a sentence: "số 05/QĐ-SNV"."""
    return f"số {'…' if number is None else f'{number:02}'}/{symbol}"


def count_text(count: int) -> str:
    """25980 as "25.980"."""
    return f"{count:,}".replace(",", ".")


def share_text(part: int, whole: int) -> str:
    """ "22,88%" for 5945 of 25980, half up; "" of nothing."""
    if not whole:
        return ""
    percent = (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{percent}%".replace(".", ",")


def listed(lines: Sequence[str]) -> list[str]:
    """Each line with a semicolon at its end, the last with a full stop; empty ones left out."""
    bare = [line.strip().rstrip(";.").rstrip() for line in lines]
    kept = [line for line in bare if line]
    return [f"{line};" for line in kept[:-1]] + [f"{line}." for line in kept[-1:]]
