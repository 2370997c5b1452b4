"""The workbook and the CSV files, opened again."""

import csv
from datetime import datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.exports.making import Product, write_product
from contest.exports.people import name_order, whole_data
from contest.models import Participant
from contest.results import workbook as workbook_module
from contest.results.tables import Column, ColumnKind, Table
from contest.results.workbook import Cover, workbook_file
from tests.contest.exports.material import AT, EVIL, NAMES, filled_round, give_awards, material
from tests.factories import RoleGrantFactory

pytestmark = pytest.mark.django_db
COVER = Cover("Hội thi", "Tuần 1", datetime(2026, 9, 15), [])  # noqa: DTZ001 (wall clock)


@pytest.fixture
def contest_round():
    return filled_round()


def made(product, stuff):
    file = BytesIO()
    write_product(product, stuff, file)
    return file


def opened(stuff):
    file = made(Product.WORKBOOK, stuff)
    file.seek(0)
    return load_workbook(file)


def column(sheet, title):
    place = [cell.value for cell in sheet[1]].index(title) + 1
    return [sheet.cell(row, place) for row in range(2, sheet.max_row + 1)]


def values(sheet, title):
    return [cell.value for cell in column(sheet, title)]


def test_the_workbook_has_a_sheet_for_everything(contest_round):
    give_awards(contest_round)

    book = opened(material(contest_round))

    assert book.sheetnames == [
        "Người đoạt giải",
        "Danh sách dự bị",
        "Xếp hạng chung",
        "Cán bộ công chức viên chức",
        "Người dân",
        "Đơn vị",
        "Bảng dự thi",
        "Lượt thi",
        "Quyết định",
        "Thống kê câu hỏi",
        "Thể lệ",
        "Thông tin",
    ]
    assert values(book["Người đoạt giải"], "Tiền thưởng (đồng)") == [6_000_000, 500_000]


def test_every_sheet_is_set_up_for_print(contest_round):
    for sheet in opened(material(contest_round)).worksheets[:-1]:
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert "&P/&N" in sheet.oddFooter.right.text + str(sheet.oddFooter.left.text)
        upright = sheet.title == "Thể lệ"
        assert sheet.page_setup.orientation == ("portrait" if upright else "landscape")


def test_cells_have_types_and_numbers_keep_their_zeros(contest_round):
    jury = RoleGrantFactory(role=Role.IDENTITY_VIEWER).user
    people = list(Participant.objects.values_list("pk", flat=True))
    whole = whole_data(people, actor=jury, reason="Trao giải", at=AT)

    sheet = opened(material(contest_round, personal=whole))["Xếp hạng chung"]

    number = column(sheet, "Số định danh (CCCD)")[0]
    assert (number.value, number.data_type, number.number_format) == ("087087000000", "s", "@")
    phone = column(sheet, "Điện thoại")[0]
    assert (phone.value, phone.data_type) == ("0912340000", "s")
    born = column(sheet, "Ngày sinh")[0]
    assert (born.value, born.is_date, born.number_format) == (
        datetime(1987, 2, 1),  # noqa: DTZ001 (cells know no zones)
        True,
        "dd/mm/yyyy",
    )
    score = column(sheet, "Điểm")[1]
    assert (score.value, score.data_type) == (19.5, "n")
    assert column(sheet, "Nộp lúc")[0].is_date
    assert AuditEntry.objects.get(action="national_id.reveal").actor == jury


def test_without_the_right_personal_columns_are_masked(contest_round):
    sheet = opened(material(contest_round))["Xếp hạng chung"]

    assert values(sheet, "Số định danh (CCCD)")[12] == "********0012"
    assert values(sheet, "Điện thoại")[12] == "0912***012"
    assert set(values(sheet, "Ngày sinh")) == {None}
    assert not AuditEntry.objects.filter(action="national_id.reveal").exists()


def test_what_looks_like_a_formula_stays_text(contest_round):
    book = opened(material(contest_round))

    evil = column(book["Xếp hạng chung"], "Họ và tên")[0]
    assert (evil.value, evil.data_type) == (EVIL, "s")
    reason = column(book["Quyết định"], "Lý do")[0]
    assert (reason.value, reason.data_type) == ("=HYPERLINK(1)", "s")


def test_lists_by_given_name_follow_vietnamese_order(contest_round):
    book = opened(material(contest_round, by_given_name=True))

    for title in ("Xếp hạng chung", "Lượt thi"):
        listed = [name for name in values(book[title], "Họ và tên") if name != EVIL]
        assert list(dict.fromkeys(listed)) == NAMES
    places = values(book["Xếp hạng chung"], "Hạng")
    assert sorted(places) == list(range(1, 32))
    assert places != sorted(places)


def test_the_short_key_orders_names_as_the_long_one_does():
    assert sorted(sorted(NAMES), key=name_order) == NAMES


def test_a_division_counts_places_of_its_own(contest_round):
    book = opened(material(contest_round))

    assert values(book["Người dân"], "Hạng") == list(range(1, 16))
    assert values(book["Cán bộ công chức viên chức"], "Hạng") == list(range(1, 17))


def test_struck_attempts_are_listed_and_said_not_to_count(contest_round):
    counted = values(opened(material(contest_round))["Lượt thi"], "Được tính")

    assert (counted.count("Có"), counted.count("Không")) == (31, 1)


def test_units_show_rates_where_the_headcount_can_be_right(contest_round):
    sheet = opened(material(contest_round))["Đơn vị"]

    rates = dict(zip(values(sheet, "Đơn vị"), values(sheet, "Tỷ lệ tham gia"), strict=True))
    assert rates["Sở Nội vụ"] == 1
    assert rates["Sở Y tế"] == 0.5
    assert rates["Sở Tài chính"] == 0
    assert rates["Sở Xây dựng"] is None
    notes = dict(zip(values(sheet, "Đơn vị"), values(sheet, "Cần xem lại"), strict=True))
    assert notes["Sở Xây dựng"] == "Số người được giao không khớp số dự thi"


def test_every_table_is_a_csv_file_too(contest_round):
    file = made(Product.CSV, material(contest_round))

    with ZipFile(file) as archive:
        assert archive.namelist() == [
            "xep-hang.csv",
            "xep-hang-bang-1.csv",
            "xep-hang-bang-2.csv",
            "don-vi.csv",
            "bang-du-thi.csv",
            "luot-thi.csv",
            "quyet-dinh.csv",
            "thong-ke.csv",
            "the-le.csv",
        ]
        content = archive.read("xep-hang.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["Họ và tên"] == f"'{EVIL}"
    assert rows[12]["Số định danh (CCCD)"] == "********0012"
    assert rows[1]["Điểm"] == "19,50"


def test_progress_is_told_to_the_end(contest_round, monkeypatch):
    monkeypatch.setattr(workbook_module, "_ROWS_PER_NEWS", 10)
    heard = []

    write_product(
        Product.WORKBOOK,
        material(contest_round),
        BytesIO(),
        progress=lambda done, total: heard.append((done, total)),
    )

    dones, totals = zip(*heard, strict=True)
    assert list(dones) == list(range(10, totals[0] + 1, 10))
    assert len(set(totals)) == 1


def test_a_table_longer_than_a_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 2)
    table = Table("Dài", [Column("Số", ColumnKind.INTEGER, 6)], [[1], [2], [3]])

    with workbook_file([table], COVER) as file:
        book = load_workbook(file)

    assert book.sheetnames == ["Dài", "Dài (2)", "Thông tin"]
    assert [values(book[name], "Số") for name in book.sheetnames[:2]] == [[1, 2], [3]]


def test_names_of_sheets_are_short_clean_and_told_apart():
    titles = ["[a]:*?/\\", "x" * 40, "X" * 40, "''", "'q'"]
    tables = [Table(title, [Column("Số", ColumnKind.INTEGER, 6)], []) for title in titles]

    with workbook_file(tables, COVER) as file:
        book = load_workbook(file)

    assert book.sheetnames == [
        *("a", "x" * 31, "X" * 27 + " (2)", "Sheet", "q", "Thông tin"),
    ]
