"""A result sheet as typed tables: the sheets of the workbook, and the CSV files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from contest.exports.attempts import AttemptLine
from contest.exports.awards import AwardLine
from contest.exports.people import Personal, PersonalData, in_parts
from contest.exports.rows import SheetRow
from contest.exports.sheet import BoardSheet, ResultSheet
from contest.results.tables import Column, ColumnKind, Table, Value, wall_clock
from contest.results.wording import lead_text, minutes_text
from contest.rules.receipts import readable

_TEXT, _INTEGER, _DECIMAL = ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.DECIMAL


@dataclass(frozen=True)
class NamedTable:
    """`name` is that of its CSV file: ASCII, without an ending."""

    name: str
    table: Table
    count: int  # of its rows


def sheet_tables(sheet: ResultSheet, personal: PersonalData) -> list[NamedTable]:
    """Every table of the results that has something to say, in the order of the workbook."""
    return [
        *_winners(sheet, personal),
        *_reserves(sheet),
        *(
            NamedTable(
                f"xep-hang-bang-{number}" if number else "xep-hang",
                _board(sheet, board, None if number else personal),
                board.count,
            )
            for number, board in enumerate(sheet.boards)
        ),
        NamedTable("don-vi", _units(sheet), len(sheet.units)),
        NamedTable("bang-du-thi", _divisions(sheet), len(sheet.divisions) + 1),
        NamedTable("luot-thi", _attempts(sheet), len(sheet.attempts)),
        NamedTable("quyet-dinh", _decisions(sheet), len(sheet.decisions)),
        NamedTable("thong-ke", _statistics(sheet), len(sheet.statistics)),
        NamedTable("the-le", _rules(sheet), len(sheet.rules)),
    ]


def _winners(sheet: ResultSheet, personal: PersonalData) -> list[NamedTable]:
    awards = sheet.prizes.awards
    if not awards:
        return []
    columns = [
        Column(_("Giải"), _TEXT, 22),
        Column(_("Bảng giải"), _TEXT, 24),
        Column(_("Họ và tên"), _TEXT, 28),
        *_personal_columns(),
        Column(_("Đơn vị"), _TEXT, 38),
        Column(_("Hạng"), _INTEGER, 7),
        Column(_("Điểm"), _DECIMAL, 9),
        Column(_("Thời gian làm bài"), _TEXT, 14),
        Column(_("Tiền thưởng (đồng)"), _INTEGER, 16),
        Column(_("Ghi chú"), _TEXT, 40),
    ]
    data = personal.of([it.participant_id for it in awards if it.participant_id])
    rows = [_winner(award, data) for award in awards]
    return [NamedTable("doat-giai", Table(_("Người đoạt giải"), columns, rows), len(rows))]


def _reserves(sheet: ResultSheet) -> list[NamedTable]:
    if not sheet.prizes.reserves:
        return []
    columns = [
        Column(_("Bảng giải"), _TEXT, 24),
        Column(_("Hạng"), _INTEGER, 7),
        Column(_("Họ và tên"), _TEXT, 28),
        Column(_("Đơn vị"), _TEXT, 38),
        Column(_("Ghi chú"), _TEXT, 40),
    ]
    rows: list[list[Value]] = [
        [it.board, it.place, it.full_name, it.unit, it.note or None] for it in sheet.prizes.reserves
    ]
    return [NamedTable("du-bi", Table(_("Danh sách dự bị"), columns, rows), len(rows))]


def _winner(award: AwardLine, data: dict[int, Personal]) -> list[Value]:
    return [
        award.prize,
        award.board,
        award.full_name,
        *_personal_values(data.get(award.participant_id or 0, Personal())),
        award.unit,
        award.place,
        award.score,
        None if award.elapsed_ms is None else minutes_text(award.elapsed_ms),
        award.amount,
        award.note or None,
    ]


def _personal_columns() -> list[Column]:
    return [
        Column(_("Ngày sinh"), ColumnKind.DATE, 12),
        Column(_("Số định danh (CCCD)"), _TEXT, 16),
        Column(_("Điện thoại"), _TEXT, 14),
    ]


def _personal_values(personal: Personal) -> list[Value]:
    return [personal.born_on, personal.national_id or None, personal.phone or None]


def _board(sheet: ResultSheet, board: BoardSheet, personal: PersonalData | None) -> Table:
    """Personal columns stand on everybody's board only: once for each person."""
    columns = [
        Column(_("Hạng"), _INTEGER, 7),
        Column(_("Họ và tên"), _TEXT, 28),
        *(_personal_columns() if personal else ()),
        Column(_("Đơn vị"), _TEXT, 38),
        Column(_("Khối"), _TEXT, 24),
        Column(_("Bảng dự thi"), _TEXT, 24),
        *(Column(name, _DECIMAL, 12) for name in sheet.round_scores),
        Column(_("Điểm"), _DECIMAL, 9),
        Column(_("Điểm tối đa"), _DECIMAL, 12),
        Column(_("Số câu đúng"), _INTEGER, 12),
        Column(_("Thời gian làm bài"), _TEXT, 18),
        Column(_("Thời gian (ms)"), _INTEGER, 15),
        Column(_("Nộp lúc"), ColumnKind.INSTANT, 20),
        *([Column(_("Dự đoán lệch"), _INTEGER, 12)] if sheet.has_predictions else ()),
        Column(_("Mã phiếu"), _TEXT, 14 * max(1, len(sheet.round_scores))),
        Column(_("Căn cứ thứ hạng"), _TEXT, 40),
    ]
    rows = _board_rows(board.rows, personal, has_predictions=sheet.has_predictions)
    return Table(board.title, columns, rows)


def _board_rows(
    rows: Iterable[SheetRow], personal: PersonalData | None, *, has_predictions: bool
) -> Iterator[list[Value]]:
    for some in in_parts(rows):
        data = personal.of([row.participant_id for row in some]) if personal else {}
        for row in some:
            own = data.get(row.participant_id, Personal())
            yield [
                row.place,
                row.full_name,
                *(_personal_values(own) if personal else ()),
                row.unit,
                row.unit_kind_label,
                row.division_label,
                *row.round_scores,
                row.score,
                row.max_score,
                row.correct_count,
                minutes_text(row.elapsed_ms),
                row.elapsed_ms,
                wall_clock(row.submitted_at),
                *([None if row.gap.missing else row.gap.distance] if has_predictions else ()),
                ", ".join(map(readable, row.receipt_codes)),
                lead_text(row.lead) or None,
            ]


def _units(sheet: ResultSheet) -> Table:
    columns = [
        Column(_("Đơn vị"), _TEXT, 46),
        Column(_("Khối"), _TEXT, 36),
        Column(_("Số người được giao"), _INTEGER, 14),
        Column(_("Số người dự thi"), _INTEGER, 12),
        Column(_("Tỷ lệ tham gia"), ColumnKind.PERCENT, 12),
        Column(_("Điểm trung bình"), _DECIMAL, 12),
        Column(_("Hạng cao nhất"), _INTEGER, 11),
        Column(_("Cần xem lại"), _TEXT, 30),
    ]
    rows: list[list[Value]] = [
        [
            unit.name,
            unit.kind,
            unit.headcount,
            unit.person_count,
            unit.sound_rate,
            unit.mean_score,
            unit.best_place,
            _("Số người được giao không khớp số dự thi") if unit.is_doubtful else None,
        ]
        for unit in sheet.units
    ]
    return Table(_("Đơn vị"), columns, rows)


def _divisions(sheet: ResultSheet) -> Table:
    columns = [
        Column(_("Bảng dự thi"), _TEXT, 40),
        *(
            Column(title, _INTEGER, 12)
            for title in (
                _("Lượt thi"),
                _("Số người"),
                _("Đạt 100%"),
                _("Từ 75%"),
                _("Từ 25%"),
                _("Dưới 25%"),
                _("Điểm 0"),
            )
        ),
    ]
    rows: list[list[Value]] = [
        [
            line.name,
            line.attempt_count,
            line.person_count,
            line.bands.full,
            line.bands.upper,
            line.bands.middle,
            line.bands.below_lower,
            line.bands.zero,
        ]
        for line in (*sheet.divisions, sheet.total)
    ]
    return Table(_("Bảng dự thi"), columns, rows)


def _attempts(sheet: ResultSheet) -> Table:
    columns = [
        Column(_("Kỳ thi"), _TEXT, 16),
        Column(_("Lượt"), _INTEGER, 7),
        Column(_("Họ và tên"), _TEXT, 28),
        Column(_("Đơn vị"), _TEXT, 38),
        Column(_("Khối"), _TEXT, 24),
        Column(_("Bảng dự thi"), _TEXT, 24),
        Column(_("Bắt đầu lúc"), ColumnKind.INSTANT, 20),
        Column(_("Nộp lúc"), ColumnKind.INSTANT, 20),
        Column(_("Kết thúc do"), _TEXT, 22),
        Column(_("Điểm"), _DECIMAL, 9),
        Column(_("Điểm tối đa"), _DECIMAL, 12),
        Column(_("Số câu đúng"), _INTEGER, 12),
        Column(_("Thời gian (ms)"), _INTEGER, 15),
        *([Column(_("Số dự đoán"), _INTEGER, 12)] if sheet.has_predictions else ()),
        Column(_("Mã phiếu"), _TEXT, 14),
        Column(_("Được tính"), _TEXT, 10),
    ]
    values = _attempt_values(has_predictions=sheet.has_predictions)
    return Table(_("Lượt thi"), columns, map(values, sheet.attempts))


def _attempt_values(*, has_predictions: bool) -> Callable[[AttemptLine], list[Value]]:
    yes, no = _("Có"), _("Không")

    def values(line: AttemptLine) -> list[Value]:
        return [
            line.round,
            line.number,
            line.full_name,
            line.unit,
            line.unit_kind,
            line.division,
            wall_clock(line.started_at) if line.started_at else None,
            wall_clock(line.submitted_at),
            line.closed_by,
            line.score,
            line.max_score,
            line.correct_count,
            line.elapsed_ms,
            *([line.prediction] if has_predictions else ()),
            readable(line.receipt_code),
            yes if line.is_counted else no,
        ]

    return values


def _decisions(sheet: ResultSheet) -> Table:
    columns = [
        Column(_("Số"), _INTEGER, 7),
        Column(_("Quyết định"), _TEXT, 32),
        Column(_("Về"), _TEXT, 32),
        Column(_("Lý do"), _TEXT, 60),
        Column(_("Người quyết định"), _TEXT, 26),
        Column(_("Lúc"), ColumnKind.INSTANT, 20),
        Column(_("Hiệu lực"), _TEXT, 14),
    ]
    in_force, undone = _("Còn hiệu lực"), _("Đã hủy bỏ")
    rows: list[list[Value]] = [
        [
            line.number,
            line.kind,
            line.subject,
            line.reason,
            line.actor,
            wall_clock(line.at),
            undone if line.is_undone else in_force,
        ]
        for line in sheet.decisions
    ]
    return Table(_("Quyết định"), columns, rows)


def _statistics(sheet: ResultSheet) -> Table:
    columns = [
        Column(_("Kỳ thi"), _TEXT, 16),
        Column(_("Mã câu hỏi"), _TEXT, 16),
        Column(_("Câu hỏi"), _TEXT, 60),
        Column(_("Số lượt gặp"), _INTEGER, 12),
        Column(_("Tỷ lệ đúng"), ColumnKind.PERCENT, 12),
        Column(_("Độ phân biệt"), _DECIMAL, 12),
        Column(_("Tỷ lệ bỏ trống"), ColumnKind.PERCENT, 12),
        Column(_("Thời gian trung vị (ms)"), _INTEGER, 16),
    ]
    rows: list[list[Value]] = [
        [
            line.round,
            line.code,
            line.stem,
            line.answered,
            line.facility,
            line.discrimination,
            line.omitted_share,
            line.median_ms,
        ]
        for line in sheet.statistics
    ]
    return Table(_("Thống kê câu hỏi"), columns, rows)


def _rules(sheet: ResultSheet) -> Table:
    columns = [Column(_("Số"), _INTEGER, 6), Column(_("Thể lệ"), _TEXT, 84)]
    rows: list[list[Value]] = [[number, line] for number, line in enumerate(sheet.rules, start=1)]
    return Table(_("Thể lệ"), columns, rows)
