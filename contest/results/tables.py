"""What the exports print, before any file format: typed columns and rows of plain values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from django.utils import timezone
from django.utils.translation import gettext as _

from contest.results.queries import StandingRow, Standings
from contest.results.units import UnitRow
from contest.results.wording import lead_text, minutes_text
from contest.rules.ranking import Result
from contest.rules.receipts import readable

Value = str | int | float | Decimal | date | datetime | None


class ColumnKind(Enum):
    TEXT = "text"  # never read as a number, a date or a formula
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    DATE = "date"
    INSTANT = "instant"  # wall clock of the province, without a zone


@dataclass(frozen=True)
class Column:
    title: str
    kind: ColumnKind
    width: int  # characters


@dataclass(frozen=True)
class Table:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


def wall_clock(instant: datetime) -> datetime:
    """The province's date and time, for cells that know no zones."""
    return timezone.make_naive(instant, timezone.get_default_timezone())


def standings_table(standings: Standings) -> Table:
    """Places with everything beside them; over several rounds with the score of each."""
    several = standings.rounds if len(standings.rounds) > 1 else ()
    columns = [
        Column(_("Hạng"), ColumnKind.INTEGER, 7),
        Column(_("Họ và tên"), ColumnKind.TEXT, 28),
        Column(_("Đơn vị"), ColumnKind.TEXT, 38),
        Column(_("Khối"), ColumnKind.TEXT, 24),
        Column(_("Bảng dự thi"), ColumnKind.TEXT, 24),
        *(Column(each.name, ColumnKind.DECIMAL, 12) for each in several),
        Column(_("Điểm"), ColumnKind.DECIMAL, 9),
        Column(_("Điểm tối đa"), ColumnKind.DECIMAL, 12),
        Column(_("Số câu đúng"), ColumnKind.INTEGER, 12),
        Column(_("Thời gian làm bài"), ColumnKind.TEXT, 18),
        Column(_("Thời gian (ms)"), ColumnKind.INTEGER, 15),
        Column(_("Nộp lúc"), ColumnKind.INSTANT, 20),
        Column(_("Mã phiếu"), ColumnKind.TEXT, 14 * max(1, len(standings.rounds))),
        Column(_("Căn cứ thứ hạng"), ColumnKind.TEXT, 40),
    ]
    return Table(_("Xếp hạng"), columns, _standing_values(standings.rows, several=bool(several)))


def _standing_values(rows: Iterable[StandingRow], *, several: bool) -> Iterator[list[Value]]:
    for row in rows:
        entrant = row.entrant
        yield [
            row.place,
            entrant.full_name,
            entrant.unit,
            entrant.unit_kind_label,
            entrant.division or entrant.kind_label,
            *((_part_score(part) for part in row.parts) if several else ()),
            row.score,
            row.max_score,
            row.correct_count,
            minutes_text(row.elapsed_ms),
            row.elapsed_ms,
            wall_clock(row.submitted_at),
            ", ".join(readable(code) for code in row.receipt_codes),
            lead_text(row.lead),
        ]


def _part_score(part: Result | None) -> Decimal | None:
    return part.score if part else None


def units_table(rows: Iterable[UnitRow]) -> Table:
    """Participation and scores by unit."""
    columns = [
        Column(_("Đơn vị"), ColumnKind.TEXT, 46),
        Column(_("Khối"), ColumnKind.TEXT, 36),
        Column(_("Số người được giao"), ColumnKind.INTEGER, 20),
        Column(_("Số người dự thi"), ColumnKind.INTEGER, 17),
        Column(_("Tỷ lệ tham gia"), ColumnKind.PERCENT, 16),
        Column(_("Điểm trung bình"), ColumnKind.DECIMAL, 17),
        Column(_("Hạng cao nhất"), ColumnKind.INTEGER, 15),
    ]
    values = (
        [
            row.name,
            row.kind,
            row.headcount,
            row.person_count,
            row.rate,
            row.mean_score,
            row.best_place,
        ]
        for row in rows
    )
    return Table(_("Đơn vị"), columns, values)
