"""Lists of people in .xlsx and .csv: one person a row, under headings that people word freely."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import CitizenIdFault, PersonKind, Sex
from accounts.formats.sheets import BadSheet, read_rows
from accounts.rules.citizen_ids import CitizenIdError, parse_citizen_id
from accounts.rules.dates import is_possible_birth_date, parse_birth_date
from accounts.rules.folding import fold, tidy
from accounts.rules.names import tidy_name
from accounts.rules.phones import normalise_phone
from contest.enums import PeopleFileKind
from contest.registration.listing import Listed

ROWS_BEFORE_HEADINGS = 20  # titles, the name of the office
LONGEST_NAME, LONGEST_UNIT, LONGEST_POSITION, LONGEST_DUTY = 120, 200, 150, 200
_HEADINGS = {
    "full_name": (
        *("ho va ten", "ho ten", "ten", "ho va ten nguoi du thi", "ho ten day du"),
        "full name",
    ),
    "born_on": ("ngay sinh", "ngay thang nam sinh", "sinh ngay", "nam sinh", "date of birth"),
    "sex": ("gioi tinh", "phai", "nam nu", "sex"),
    "cccd": (
        *("cccd", "so cccd", "can cuoc", "so can cuoc", "can cuoc cong dan", "so dinh danh"),
        *("so can cuoc cong dan", "so dinh danh ca nhan", "cccd so dinh danh", "cmnd cccd"),
        "identity card number",
    ),
    "phone": (
        *("dien thoai", "so dien thoai", "sdt", "dt", "di dong", "so dien thoai di dong"),
        "phone",
    ),
    "email": (
        *("thu dien tu", "email", "e mail", "dia chi email", "hop thu", "hop thu dien tu"),
        "e mail address",
    ),
    "unit": (
        *("don vi", "ten don vi", "don vi cong tac", "co quan", "co quan don vi", "ma don vi"),
        *("noi cong tac", "co quan don vi cong tac", "unit"),
    ),
    "position": (
        *("chuc vu", "chuc danh", "chuc vu chuc danh", "cong viec", "chuc vu cong viec"),
        "position",
    ),
    "kind": (
        *("doi tuong", "doi tuong du thi", "loai doi tuong", "nhom doi tuong"),
        "kind of person",
    ),
    "duty": ("nhiem vu", "nhiem vu duoc giao", "vai tro", "chuc vu", "ghi chu", "duty"),
}
_SEXES = {"nam": Sex.MALE, "male": Sex.MALE, "nu": Sex.FEMALE, "female": Sex.FEMALE}
_MORE_KIND_WORDS = {
    PersonKind.OFFICIAL: (
        *("can bo", "cong chuc", "cbcc", "can bo cong chuc cap xa"),
        "officials",
    ),
    PersonKind.PUBLIC_EMPLOYEE: (
        *("vien chuc", "nguoi lao dong", "vien chuc nguoi lao dong"),
        "public employees",
    ),
    PersonKind.BUSINESS: ("doanh nghiep", "nguoi cua doanh nghiep"),
    PersonKind.CITIZEN: ("nguoi dan", "cong dan", "dan", "hoc sinh", "sinh vien"),
}
_KINDS = {word: kind for kind, words in _MORE_KIND_WORDS.items() for word in words} | {
    fold(word): kind for kind in PersonKind for word in (kind.value, str(kind.label))
}
_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class ListRow:
    """Somebody of a unit's list. `unit` is as it was typed; empty and None where not known."""

    full_name: str
    kind: PersonKind
    born_on: date | None = None
    sex: Sex | None = None
    cccd: str = ""
    phone: str = ""
    email: str = ""
    unit: str = ""
    position: str = ""

    @property
    def tells_apart(self) -> bool:
        """Whether it tells a value that is one person's."""
        return bool(self.cccd or self.phone or self.email)


@dataclass(frozen=True)
class ReadRow(Generic[_Entry]):
    """A row of the file: somebody, or why it cannot be taken."""

    line: int
    name: str  # as far as it can be read, for the report
    entry: _Entry | None = None
    reason: str = ""


def read_participants(
    data: bytes, *, name: str, restores_zeros: bool = False
) -> list[ReadRow[ListRow]]:
    """A unit's list. Raises BadSheet."""

    def person(cells: Mapping[str, str]) -> ListRow:
        return ListRow(
            full_name=_name(cells["full_name"]),
            kind=_kind(cells.get("kind", "")),
            born_on=_born_on(cells.get("born_on", "")),
            sex=_sex(cells.get("sex", "")),
            cccd=_cccd(cells.get("cccd", ""), restores_zeros=restores_zeros),
            phone=_phone(cells.get("phone", "")),
            email=_email(cells.get("email", "")),
            unit=_short(cells.get("unit", ""), LONGEST_UNIT),
            position=_short(cells.get("position", ""), LONGEST_POSITION),
        )

    return _read(data, name, person, {field for field in _HEADINGS if field != "duty"})


def read_listed(data: bytes, *, name: str, restores_zeros: bool = False) -> list[ReadRow[Listed]]:
    """A list of those who may not win. Raises BadSheet."""

    def person(cells: Mapping[str, str]) -> Listed:
        entry = Listed(
            full_name=_name(cells["full_name"]),
            born_on=_born_on(cells.get("born_on", "")),
            cccd=_cccd(cells.get("cccd", ""), restores_zeros=restores_zeros),
            phone=_phone(cells.get("phone", "")),
            duty=_short(cells.get("duty", ""), LONGEST_DUTY),
        )
        if not (entry.born_on or entry.cccd or entry.phone):
            raise ValueError(_("cần số căn cước, số điện thoại hoặc ngày sinh"))
        return entry

    return _read(data, name, person, {"full_name", "born_on", "cccd", "phone", "duty"})


def _read(
    data: bytes, name: str, person: Callable[[Mapping[str, str]], _Entry], fields: set[str]
) -> list[ReadRow[_Entry]]:
    rows = enumerate(read_rows(data, name=name), start=1)
    columns = _find_columns(rows, fields)
    return [_parsed(line, row, columns, person) for line, row in rows if any(map(tidy, row))]


def _find_columns(rows: Iterator[tuple[int, list[str]]], fields: set[str]) -> dict[str, int]:
    for line, row in rows:
        columns = _columns(row, fields)
        if "full_name" in columns and len(columns) > 1:
            return columns
        if line >= ROWS_BEFORE_HEADINGS:
            break
    raise BadSheet(_("Không thấy dòng tiêu đề có cột “Họ và tên”; xin xem tệp mẫu."))


def _columns(row: list[str], fields: set[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, heading in enumerate(row):
        words = fold(re.sub(r"\(.*?\)", "", heading))
        for field in fields:
            if words in _HEADINGS[field]:
                columns.setdefault(field, place)
    return columns


def _parsed(
    line: int,
    row: list[str],
    columns: Mapping[str, int],
    person: Callable[[Mapping[str, str]], _Entry],
) -> ReadRow[_Entry]:
    cells = {
        field: tidy(row[place]) if place < len(row) else "" for field, place in columns.items()
    }
    shown = cells["full_name"][:LONGEST_NAME]
    try:
        return ReadRow(line, shown, person(cells))
    except ValueError as error:
        return ReadRow(line, shown, reason=str(error))


def _name(text: str) -> str:
    try:
        return _short(tidy_name(text), LONGEST_NAME)
    except ValueError as error:
        raise ValueError(_("thiếu họ tên, hoặc họ tên không có chữ")) from error


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(_("có ô dài quá %(count)d ký tự") % {"count": longest})
    return text


def _kind(text: str) -> PersonKind:
    if kind := _KINDS.get(fold(text)):
        return kind
    if not text:
        raise ValueError(_("thiếu đối tượng dự thi"))
    raise ValueError(_("không rõ đối tượng “%(text)s”") % {"text": text[:60]})


def _sex(text: str) -> Sex | None:
    if not text:
        return None
    if sex := _SEXES.get(fold(text)):
        return sex
    raise ValueError(_("giới tính ghi là Nam hoặc Nữ"))


def _born_on(text: str) -> date | None:
    if not text:
        return None
    try:
        born_on = parse_birth_date(text)
    except ValueError as error:
        raise ValueError(_("ngày sinh chưa đúng; ví dụ cách viết đúng: 19/05/1990")) from error
    if not is_possible_birth_date(born_on, today=timezone.localdate()):
        raise ValueError(_("ngày sinh này không thể đúng"))
    return born_on


def _cccd(text: str, *, restores_zeros: bool) -> str:
    if not text:
        return ""
    try:
        return parse_citizen_id(text, restore_zeros=restores_zeros)
    except CitizenIdError as error:
        if error.fault is CitizenIdFault.ZEROS_LOST:
            raise ValueError(
                _("số căn cước thiếu số 0 ở đầu; nếu do bảng tính bỏ mất, chọn “Thêm số 0 ở đầu”")
            ) from None
        raise ValueError(str(error.fault.label)) from None


def _phone(text: str) -> str:
    """A spreadsheet takes the zero of a number away as well: no other digit can lead one."""
    if not text:
        return ""
    digits = text.removesuffix(".0")
    try:
        return normalise_phone(f"0{digits}" if re.fullmatch(r"[1-9]\d{8,9}", digits) else text)
    except ValueError:
        raise ValueError(_("số điện thoại chưa đúng")) from None


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(_("thư điện tử chưa đúng")) from None
    return text.lower()


def template(kind: PeopleFileKind) -> bytes:
    """A workbook with the headings and an example; numbers are text, so that zeros stay."""
    columns = [
        (_("Họ và tên"), "Trần Thị Ví Dụ", 28),
        (_("Ngày sinh"), "19/05/1990", 14),
        (_("Số căn cước (CCCD)"), "094190000999", 20),
        (_("Điện thoại"), "0912345678", 16),
    ]
    if kind == PeopleFileKind.LISTED:
        columns.append((_("Nhiệm vụ"), _("Tổ thư ký"), 36))
    else:
        columns += [
            (_("Giới tính"), str(Sex.FEMALE.label), 10),
            (_("Thư điện tử"), "vidu@soctrang.gov.vn", 28),
            (_("Đơn vị"), "Sở Nội vụ", 36),
            (_("Chức vụ"), "Chuyên viên", 24),
            (_("Đối tượng"), str(PersonKind.OFFICIAL.label), 36),
        ]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("Danh sách"))
        heading, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for place, (title, example, width) in enumerate(columns):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, title, heading)
            sheet.write_string(1, place, example, text)
    return file.getvalue()
