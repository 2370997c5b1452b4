"""A province's units, made up from the kinds of names that real ones have: near-twins included."""

import random
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from accounts.enums import UnitKind
from accounts.formats.units_yaml import UnitRow
from accounts.rules.folding import fold

_DEPARTMENTS = (
    "Nội vụ",
    "Tài chính",
    "Xây dựng",
    "Tư pháp",
    "Y tế",
    "Công Thương",
    "Giáo dục và Đào tạo",
    "Nông nghiệp và Môi trường",
    "Khoa học và Công nghệ",
    "Văn hóa, Thể thao và Du lịch",
    "Ngoại vụ",
    "Dân tộc và Tôn giáo",
)
_FIRST = (
    *("Long", "Mỹ", "An", "Vĩnh", "Phú", "Tân", "Thạnh", "Hòa", "Châu", "Đại", "Kế"),
    *(
        "Trường",
        "Lịch",
        "Thới",
        "Nhơn",
        "Hưng",
        "Phong",
        "Lai",
        "Thuận",
        "Ninh",
        "Đông",
        "Hiệp",
        "Giai",
    ),
)
_SECOND = (
    *("Phú", "Xuyên", "Tú", "Hải", "Lộc", "Thành", "Thắng", "Sách", "Trị", "Khánh"),
    *("Ngãi", "Hội", "Bình", "Điền", "Lợi", "Quới", "An"),
)
_SCHOOLS = ("Trường Mầm non", "Trường Tiểu học", "Trường Trung học cơ sở", "Trường THPT")
_HEROES = (
    "Nguyễn Thị Minh Khai",
    "Lê Quý Đôn",
    "Trần Văn Bảy",
    "Hoàng Diệu",
    "Lương Định Của",
    "Mai Thanh Thế",
    "Phan Văn Hùng",
    "Lý Thường Kiệt",
)
_OFFICES = ("Phòng Kinh tế", "Phòng Văn hóa - Xã hội", "Trung tâm Phục vụ hành chính công")


def unit_rows(count: int = 5000, *, seed: int = 2025) -> list[UnitRow]:
    """Departments with centres, communes with offices and schools; parents first."""
    rows: dict[str, UnitRow] = {}
    for row in _endless(random.Random(seed)):
        rows.setdefault(row.code, replace(row, line=len(rows) + 2))
        if len(rows) == count:
            return list(rows.values())
    raise ValueError(f"there are only {len(rows)} units")


def _endless(chance: random.Random) -> Iterator[UnitRow]:
    for name in _DEPARTMENTS:
        department = _row(f"Sở {name}", UnitKind.DEPARTMENT)
        yield department
        for number in range(1, 6):
            yield _row(
                f"Trung tâm {name} số {number}", UnitKind.PUBLIC_SERVICE, parent=department.code
            )
    places = [f"{first} {second}" for first in _FIRST for second in _SECOND if first != second]
    chance.shuffle(places)
    for place in places:
        kind = chance.choice(("phường", "xã"))
        twin = chance.choice(("", "", " 1"))  # "Phường Long Phú 1" beside "Xã Long Phú"
        name = f"Ủy ban nhân dân {kind} {place}{twin}"
        commune = _row(name, UnitKind.COMMUNE, aliases=f"UBND {kind} {place}{twin}")
        yield commune
        for office in _OFFICES:
            yield _row(f"{office} {kind} {place}{twin}", UnitKind.COMMUNE, parent=commune.code)
        yield _row(f"Trạm Y tế {kind} {place}{twin}", UnitKind.PUBLIC_SERVICE, parent=commune.code)
        for school in _SCHOOLS:
            for named in (f"{place} {chance.randint(1, 3)}", chance.choice(_HEROES)):
                yield _row(
                    f"{school} {named}, {kind} {place}",
                    UnitKind.PUBLIC_SERVICE,
                    parent=commune.code,
                )


def _row(name: str, kind: UnitKind, *, aliases: str = "", parent: str = "") -> UnitRow:
    # the name's own letters and its parent make the code: names repeat, codes do not
    mark = sha256(f"{name} {parent}".encode()).hexdigest()[:8]
    code = f"{fold(name).replace(' ', '-')[:40]}-{mark}"
    return UnitRow(code, name, kind, aliases, parent, headcount=20)
