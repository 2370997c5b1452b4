"""Unit tables in .xlsx and .csv: one unit a row, under headings that people word freely."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.formats.sheets import BadSheet, read_rows
from accounts.formats.units_yaml import UnitRow
from accounts.rules.dates import parse_birth_date
from accounts.rules.folding import fold, tidy

ROWS_BEFORE_HEADINGS = 20  # titles, the name of the office
LARGEST_HEADCOUNT = 1_000_000
_CODE = re.compile(r"[-\w]{1,60}", re.ASCII)
_LONGEST = {"name": 200, "aliases": 300}
_HEADINGS = {
    "code": ("ma", "ma don vi", "ma so", "code"),
    "name": ("ten", "ten don vi", "don vi", "co quan don vi", "ten co quan", "unit name", "name"),
    "kind": ("khoi", "loai", "loai don vi", "nhom", "cap", "sector", "kind"),
    "parent": (
        *("don vi cap tren", "cap tren", "truc thuoc", "don vi chu quan", "thuoc"),
        *("parent unit", "parent"),
    ),
    "aliases": ("ten khac", "ten viet tat", "viet tat", "ten goi khac", "other names", "aliases"),
    "headcount": ("so nguoi", "so nguoi duoc giao", "bien che", "so luong", "headcount"),
    "valid_from": ("co tu ngay", "tu ngay", "ngay thanh lap", "exists since", "valid from"),
    "valid_to": ("den ngay", "den het ngay", "ngay ket thuc", "until", "valid to"),
}
_FIELD_OF = {heading: field for field, words in _HEADINGS.items() for heading in words}
_MORE_KIND_WORDS = {
    UnitKind.DEPARTMENT: (
        *("so", "so nganh", "so ban nganh", "co quan hanh chinh", "cap tinh"),
        "provincial departments",
    ),
    UnitKind.DISTRICT: (
        *("huyen", "cap huyen", "ubnd huyen", "ubnd cap huyen"),
        "district people s committees",
    ),
    UnitKind.COMMUNE: (
        *("xa", "cap xa", "phuong", "xa phuong", "ubnd xa", "ubnd cap xa", "dac khu"),
        "commune people s committees",
    ),
    UnitKind.CENTRAL: (
        *("trung uong", "co quan trung uong", "nganh doc"),
        "central agencies in the province",
    ),
    UnitKind.PUBLIC_SERVICE: (
        *("su nghiep", "don vi su nghiep", "truong", "benh vien"),
        "public service units",
    ),
    UnitKind.OTHER: (
        *("khac", "doanh nghiep", "nguoi dan", "to chuc"),
        "businesses organisations and residents",
    ),
}
_KIND_OF = {word: kind for kind, words in _MORE_KIND_WORDS.items() for word in words} | {
    fold(word): kind for kind in UnitKind for word in (kind.value, str(kind.label))
}


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken, and why."""

    line: int
    name: str
    reason: str


def read_table(data: bytes, *, name: str) -> list[UnitRow | BadRow]:
    """A unit, or what is wrong, for each row below the headings. Raises BadSheet."""
    columns: dict[str, int] | None = None
    found: list[UnitRow | BadRow] = []
    for line, row in enumerate(read_rows(data, name=name), start=1):
        if columns is None:
            columns = _columns(row)
            if columns is None and line >= ROWS_BEFORE_HEADINGS:
                break
        elif any(tidy(cell) for cell in row):
            cells = {
                field: tidy(row[place]) if place < len(row) else ""
                for field, place in columns.items()
            }
            found.append(_unit(line, cells))
    if columns is None:
        raise BadSheet(_("Không thấy dòng tiêu đề có cột “Tên đơn vị”; xin xem tệp mẫu."))
    return found


def _columns(row: list[str]) -> dict[str, int] | None:
    columns: dict[str, int] = {}
    for place, heading in enumerate(row):
        if field := _FIELD_OF.get(fold(re.sub(r"\(.*?\)", "", heading))):
            columns.setdefault(field, place)
    return columns if "name" in columns and len(columns) > 1 else None


def _unit(line: int, cells: dict[str, str]) -> UnitRow | BadRow:
    try:
        return UnitRow(
            code=_code(cells.get("code", "")),
            name=_name(cells["name"]),
            kind=_kind(cells.get("kind", "")),
            aliases=_short(cells.get("aliases", ""), "aliases"),
            parent=cells.get("parent", ""),
            headcount=_headcount(cells.get("headcount", "")),
            valid_from=_day(cells.get("valid_from", "")),
            valid_to=_day(cells.get("valid_to", "")),
            line=line,
        )
    except ValueError as error:
        return BadRow(line, cells["name"][:200], str(error))


def _code(text: str) -> str:
    if text and not _CODE.fullmatch(text):
        raise ValueError(_("mã chỉ gồm chữ không dấu, số và gạch nối, dài nhất 60 ký tự"))
    return text


def _name(text: str) -> str:
    if not fold(text):
        raise ValueError(_("thiếu tên đơn vị"))
    return _short(text, "name")


def _short(text: str, field: str) -> str:
    if len(text) > _LONGEST[field]:
        raise ValueError(_("tên dài quá %(count)d ký tự") % {"count": _LONGEST[field]})
    return text


def _kind(text: str) -> UnitKind | None:
    if not text:
        return None
    if kind := _KIND_OF.get(fold(text)):
        return kind
    raise ValueError(_("không rõ khối “%(kind)s”") % {"kind": text[:60]})


def _headcount(text: str) -> int | None:
    if not text:
        return None
    digits = re.sub(r"(?<=\d)[ .,](?=\d{3}(\D|$))", "", text)
    if not digits.isascii() or not digits.isdigit() or int(digits) > LARGEST_HEADCOUNT:
        raise ValueError(_("số người “%(text)s” không phải là một số") % {"text": text[:20]})
    return int(digits)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_birth_date(text)
    except ValueError as error:
        raise ValueError(
            _("ngày “%(text)s” chưa đúng; ví dụ cách viết đúng: 01/07/2025") % {"text": text[:20]}
        ) from error


def template() -> bytes:
    """A workbook with the headings and two examples."""
    rows: list[list[object]] = [
        [
            _("Mã"),
            _("Tên đơn vị"),
            _("Khối"),
            _("Đơn vị cấp trên"),
            _("Tên khác"),
            _("Số người"),
            _("Có từ ngày"),
            _("Đến ngày"),
        ],
        ["so-noi-vu", "Sở Nội vụ", UnitKind.DEPARTMENT.label, "", "SNV", 85, "", ""],
        [
            *("", "Trung tâm Lưu trữ lịch sử", UnitKind.PUBLIC_SERVICE.label, "so-noi-vu"),
            *("TTLTLS", 12, "01/07/2025", ""),
        ],
    ]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("Đơn vị"))
        heading = book.add_format({"bold": True})
        for place, width in enumerate((16, 44, 30, 30, 20, 10, 14, 14)):
            sheet.set_column(place, place, width)
        for number, row in enumerate(_texts(rows)):
            sheet.write_row(number, 0, row, heading if number == 0 else None)
    return file.getvalue()


def _texts(rows: list[list[object]]) -> Iterator[list[object]]:
    for row in rows:
        yield [cell if isinstance(cell, int) else str(cell) for cell in row]
