import csv
import re
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import RevealTime, RoundKind
from contest.errors import ContestError
from contest.results import exporting
from contest.results.csv_text import plain_text
from contest.results.exporting import FileFormat, export_standings
from contest.results.wording import minutes_text
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

AT = NOON + timedelta(hours=3)
EVIL = "=cmd|' /C calc'!A0"
HEADER = [
    "Hạng",
    "Họ và tên",
    "Đơn vị",
    "Khối",
    "Bảng dự thi",
    "Điểm",
    "Điểm tối đa",
    "Số câu đúng",
    "Thời gian làm bài",
    "Thời gian (ms)",
    "Nộp lúc",
    "Mã phiếu",
    "Căn cứ thứ hạng",
]


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def contest_round():
    """A round that shows its scores to nobody, with an honest entrant and an evil name."""
    contest_round = RoundFactory(
        contest__slug="cchc", slug="tuan-1", name="Tuần 1", show_score=RevealTime.NEVER
    )
    unit = UnitFactory(name="Sở Nội vụ tỉnh Sóc Trăng", headcount=8)
    for name, score, code in [("Đặng Thị Hoà", 19.5, "ABCDE23456"), (EVIL, 12, "FGHJK23456")]:
        person = ParticipantFactory(contest=contest_round.contest, full_name=name, unit=unit)
        SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            score=score,
            correct_count=19,
            elapsed_ms=125_250,
            receipt_code=code,
        )
    return contest_round


def wall(*clock):
    """What a cell holds for that time of the day in Sóc Trăng."""
    return datetime(2026, 9, 15, *clock)  # noqa: DTZ001 (cells know no zones)


def exported(contest_round, actor, file_format, *, whole_contest=False):
    return export_standings(
        contest=contest_round.contest,
        contest_round=None if whole_contest else contest_round,
        file_format=file_format,
        actor=actor,
        at=AT,
    )


def workbook_of(export):
    return load_workbook(BytesIO(b"".join(export.chunks)))


def csv_of(export):
    data = b"".join(export.chunks)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_workbook_holds_typed_cells(contest_round, jury):
    sheet = workbook_of(exported(contest_round, jury, FileFormat.XLSX))["Xếp hạng"]

    assert [cell.value for cell in sheet[1]] == HEADER
    assert [cell.value for cell in sheet[2]] == [
        1,
        "Đặng Thị Hoà",
        "Sở Nội vụ tỉnh Sóc Trăng",
        "Sở, ban, ngành",
        "Cán bộ, công chức",
        19.5,
        20,
        19,
        "02:05,250",
        125_250,
        wall(12, 2, 5, 250_000),  # noon in Sóc Trăng and 02:05,250
        "ABCDE-23456",
        "hơn người sau 7,5 điểm",
    ]
    assert sheet["K2"].is_date
    assert sheet["K2"].number_format == "dd/mm/yyyy hh:mm:ss"
    assert sheet["F2"].number_format == "0.00"
    assert sheet.max_row == 3


def test_workbook_keeps_an_evil_name_as_text(contest_round, jury):
    sheet = workbook_of(exported(contest_round, jury, FileFormat.XLSX))["Xếp hạng"]

    assert sheet["B3"].value == EVIL
    assert sheet["B3"].data_type == "s"


def test_workbook_is_set_up_for_paper_and_reading(contest_round, jury):
    sheet = workbook_of(exported(contest_round, jury, FileFormat.XLSX))["Xếp hạng"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:M3"
    assert sheet.column_dimensions["B"].width > 20
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.page_setup.fitToHeight == 0  # as many pages as it takes
    assert sheet.oddFooter.right.text == "Trang &P/&N"


def test_workbook_has_the_units(contest_round, jury):
    quiet = UnitFactory(name="Trường Chính trị", headcount=None)

    sheet = workbook_of(exported(contest_round, jury, FileFormat.XLSX))["Đơn vị"]

    rows = {row[0]: row[2:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["Sở Nội vụ tỉnh Sóc Trăng"] == (8, 2, 0.25, 15.75, 1)
    assert rows[quiet.name] == (None, 0, None, None, None)


def test_unit_that_is_gone_still_has_its_people_in_the_workbook(contest_round, jury):
    gone = UnitFactory(name="Huyện Mỹ Tú", valid_to=(NOON - timedelta(days=1)).date())
    person = ParticipantFactory(contest=contest_round.contest, unit=gone)
    SubmittedAttemptFactory(round=contest_round, participant=person)
    UnitFactory(name="Huyện cũ", valid_to=(NOON - timedelta(days=1)).date())

    sheet = workbook_of(exported(contest_round, jury, FileFormat.XLSX))["Đơn vị"]

    names = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert "Huyện Mỹ Tú" in names
    assert "Huyện cũ" not in names


def test_workbook_says_what_it_is(contest_round, jury):
    workbook = workbook_of(exported(contest_round, jury, FileFormat.XLSX))

    assert workbook.sheetnames == ["Xếp hạng", "Đơn vị", "Thông tin"]
    facts = dict(workbook["Thông tin"].iter_rows(values_only=True))
    assert facts["Hội thi"] == contest_round.contest.name
    assert facts["Kỳ thi"] == "Tuần 1"
    assert facts["Số người được xếp hạng"] == 2
    assert facts["Người xuất"] == jury.full_name
    assert facts["Xuất lúc"] == wall(15)
    assert facts["Cách xếp hạng"].startswith("Mỗi người được tính lượt thi tốt nhất.")


def test_whole_contest_has_a_column_for_each_official_round(contest_round, jury):
    contest = contest_round.contest
    RoundFactory(contest=contest, name="Thi thử", kind=RoundKind.PRACTICE)
    second = RoundFactory(contest=contest, name="Tuần 2", opens_at=NOON)
    winner = contest.participants.get(full_name="Đặng Thị Hoà")
    SubmittedAttemptFactory(round=second, participant=winner, score=5, receipt_code="MNPQR23456")

    export = exported(contest_round, jury, FileFormat.XLSX, whole_contest=True)
    sheet = workbook_of(export)["Xếp hạng"]

    assert [cell.value for cell in sheet[1]] == [*HEADER[:5], "Tuần 1", "Tuần 2", *HEADER[5:]]
    assert [cell.value for cell in sheet[2]][5:9] == [19.5, 5, 24.5, 40]
    assert [cell.value for cell in sheet[3]][5:9] == [12, None, 12, 20]
    assert sheet["N2"].value == "ABCDE-23456, MNPQR-23456"


def test_csv_opens_in_a_vietnamese_office(contest_round, jury):
    rows = csv_of(exported(contest_round, jury, FileFormat.CSV))

    assert rows == [
        HEADER,
        [
            "1",
            "Đặng Thị Hoà",
            "Sở Nội vụ tỉnh Sóc Trăng",
            "Sở, ban, ngành",
            "Cán bộ, công chức",
            "19,50",
            "20,00",
            "19",
            "02:05,250",
            "125250",
            "15/09/2026 12:02:05",
            "ABCDE-23456",
            "hơn người sau 7,5 điểm",
        ],
        [
            "2",
            f"'{EVIL}",
            *["Sở Nội vụ tỉnh Sóc Trăng", "Sở, ban, ngành", "Cán bộ, công chức"],
            *["12,00", "20,00", "19", "02:05,250", "125250", "15/09/2026 12:02:05"],
            "FGHJK-23456",
            "",
        ],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(start):
    assert plain_text(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "Nguyễn Văn A", "1+1", "a=b", "'=1"])
def test_other_text_stays_as_it_is(text):
    assert plain_text(text) == text


def test_long_csv_comes_in_pieces(contest_round, jury, monkeypatch):
    monkeypatch.setattr("contest.results.csv_text._ROWS_AT_ONCE", 1)

    export = exported(contest_round, jury, FileFormat.CSV)

    assert len(list(export.chunks)) == 4  # the mark, two rows, the rest


@pytest.mark.parametrize("file_format", FileFormat)
def test_export_of_an_empty_round_has_its_header(file_format, jury):
    export = exported(RoundFactory(), jury, file_format)

    if file_format is FileFormat.CSV:
        assert csv_of(export) == [HEADER]
    else:
        sheet = workbook_of(export)["Xếp hạng"]
        assert [cell.value for cell in sheet[1]] == HEADER


def test_workbook_size_is_known_and_its_file_is_closed(contest_round, jury, monkeypatch):
    opened = []
    build = exporting.workbook_file
    monkeypatch.setattr(
        exporting, "workbook_file", lambda *parts: opened.append(build(*parts)) or opened[0]
    )
    export = exported(contest_round, jury, FileFormat.XLSX)

    assert export.size == len(b"".join(export.chunks))
    assert opened[0].closed


@pytest.mark.parametrize("file_format", FileFormat)
def test_export_is_recorded(file_format, contest_round, jury):
    list(exported(contest_round, jury, file_format).chunks)

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.at, entry.action) == (jury, AT, "standings.export")
    assert entry.target == "round:cchc/tuan-1"
    assert entry.after == {"format": file_format.value, "row_count": 2}


def test_export_of_a_contest_is_recorded_as_such(contest_round, jury):
    exported(contest_round, jury, FileFormat.CSV, whole_contest=True)

    assert AuditEntry.objects.get().target == "contest:cchc"


def test_export_that_cannot_be_recorded_does_not_happen(contest_round, jury, monkeypatch):
    def fail(**_entry):
        raise RuntimeError("disk full")

    monkeypatch.setattr(exporting, "record_decision", fail)

    with pytest.raises(RuntimeError):
        exported(contest_round, jury, FileFormat.CSV)


def test_file_name_is_plain_ascii(contest_round, jury):
    one = exported(contest_round, jury, FileFormat.XLSX)
    list(one.chunks)
    all_of_it = exported(contest_round, jury, FileFormat.CSV, whole_contest=True)

    assert one.file_name == "xep-hang-cchc-tuan-1-20260915-1500.xlsx"
    assert all_of_it.file_name == "xep-hang-cchc-20260915-1500.csv"


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.REVIEWER, Role.OBSERVER])
def test_export_is_refused_without_the_duty(role, contest_round):
    actor = RoleGrantFactory(role=role).user if role else UserFactory()

    with pytest.raises(ContestError) as refusal:
        exported(contest_round, actor, FileFormat.CSV)

    assert (refusal.value.code, refusal.value.status) == ("not_allowed", 403)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("elapsed_ms", "text"),
    [(0, "00:00,000"), (999, "00:00,999"), (59_999, "00:59,999"), (4_503_120, "75:03,120")],
)
def test_minutes_text(elapsed_ms, text):
    assert minutes_text(elapsed_ms) == text


def test_contest_without_official_rounds_exports_an_empty_table(jury):
    contest = ContestFactory()

    export = export_standings(
        contest=contest, contest_round=None, file_format=FileFormat.CSV, actor=jury, at=AT
    )

    assert csv_of(export) == [HEADER]


def test_csv_cells_hold_together_where_commas_split_too(contest_round, jury):
    """LibreOffice's import dialog has both separators ticked from the start."""
    export = exported(contest_round, jury, FileFormat.CSV)
    lines = b"".join(export.chunks).decode("utf-8-sig").splitlines()

    for line in lines:
        cells = re.findall(r'"(?:[^"]|"")*"', line)
        assert ";".join(cells) == line
        assert len(cells) == len(HEADER)
