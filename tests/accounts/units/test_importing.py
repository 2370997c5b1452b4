"""Unit files: read tolerantly, looked through, brought in whole; hostile ones are refused."""

import io
import json
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.enums import UnitKind
from accounts.formats import sheets
from accounts.formats.sheets import BadSheet, read_rows
from accounts.formats.units_table import BadRow, read_table, template
from accounts.formats.units_yaml import UnitRow
from accounts.models import AuditEntry, Unit, UnitMove
from accounts.services.importing_units import Outcome, import_units, plan_units
from tests.factories import NOON, UnitFactory, UserFactory
from tests.factories.units import unit_rows

HEADINGS = [
    "Mã",
    "Tên đơn vị",
    "Khối",
    "Đơn vị cấp trên",
    "Tên khác",
    "Số người (biên chế)",
    "Có từ ngày",
    "Đến ngày",
]


def workbook(*rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}
    ) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def row(code="", name="Sở Nội vụ", kind="Sở, ban, ngành", *more):
    return [code, name, kind, *more]


def table(*rows, headings=HEADINGS):
    return read_table(workbook(headings, *rows), name="don-vi.xlsx")


def outcomes(plan):
    return [it.outcome.value for it in plan.rows]


# Reading ----------------------------------------------------------------------------------------


def test_read_table_reads_every_column():
    data = workbook(
        ["SỞ NỘI VỤ TỈNH"],
        [],
        HEADINGS,
        ["a-1", " Sở  Y tế ", "sở ngành", "b", "SYT", "1.200", "01/07/2025", date(2026, 1, 2)],
        [],
        ["", "Trạm Y tế", "Đơn vị sự nghiệp công lập", "", "", 12.0, "", ""],
    )

    assert read_table(data, name="x.xlsx") == [
        UnitRow(
            "a-1",
            "Sở Y tế",
            UnitKind.DEPARTMENT,
            "SYT",
            "b",
            1200,
            date(2025, 7, 1),
            date(2026, 1, 2),
            line=4,
        ),
        UnitRow("", "Trạm Y tế", UnitKind.PUBLIC_SERVICE, headcount=12, line=6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Tên cơ quan;Cấp\nSở Y tế;sở\n",
        "TEN DON VI,LOAI\nSở Y tế,Sở ngành\n",
        "\ufeffđơn vị\tkhối\r\nSở Y tế\tdepartment\r\n",
    ],
)
def test_read_table_takes_csv_and_headings_worded_freely(text):
    assert read_table(text.encode(), name="x.csv") == [
        UnitRow("", "Sở Y tế", UnitKind.DEPARTMENT, line=2)
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (row(name=" "), "thiếu tên đơn vị"),
        (row(code="mã có dấu"), "mã chỉ gồm chữ không dấu, số và gạch nối, dài nhất 60 ký tự"),
        (row(kind="thôn"), "không rõ khối “thôn”"),
        (row("", "A", "sở", "", "", "mười"), "số người “mười” không phải là một số"),
        (row("", "A", "sở", "", "", "-3"), "số người “-3” không phải là một số"),
        (
            row("", "A", "sở", "", "", "", "31/02/2025"),
            "ngày “31/02/2025” chưa đúng; ví dụ cách viết đúng: 01/07/2025",
        ),
        (row(name="x" * 201), "tên dài quá 200 ký tự"),
    ],
)
def test_read_table_says_what_is_wrong_with_a_row(cells, reason):
    (bad,) = table(cells)

    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason) == (2, reason)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_can_be_read(language):
    with translation.override(language):
        data = template()

    first, second = read_table(data, name="mau.xlsx")

    assert (first.code, first.kind, first.headcount) == ("so-noi-vu", UnitKind.DEPARTMENT, 85)
    assert (first.aliases, second.kind) == ("SNV", UnitKind.PUBLIC_SERVICE)
    assert (second.parent, second.valid_from) == ("so-noi-vu", date(2025, 7, 1))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", UnitKind)
def test_a_sector_is_read_as_the_pages_call_it(language, kind):
    with translation.override(language):
        label = str(kind.label)

    (read,) = table(row(kind=label))

    assert read.kind == kind


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (packed(**{"xl/vbaProject.bin": b"x"}), "a.xlsm", "macro"),
        (packed(**{"xl/a.xml": b"\0" * (101 * 1024**2)}), "a.xlsx", "khi giải nén"),
        (packed(**{"xl/a.xml": b"<!DOCTYPE x>"}), "a.xlsx", "thực thể"),
        (packed(**{"../a.xml": b""}), "a.xlsx", "đường dẫn không an toàn"),
        (packed(), "a.xlsx", "bị hỏng"),
        (b"PK\x03\x04rubbish", "a.xlsx", "bị hỏng"),
        (b"rubbish", "a.xlsx", "Không phải là tệp .xlsx"),
        (b"\xd0\xcf\x11\xe0rest", "a.xls", "đời cũ hoặc có mật khẩu"),
        (b"\xff\x00\x00", "a.csv", "Unicode"),
        (b"a\0b", "a.csv", "Không phải là tệp CSV"),
        (b"x" * (5 * 1024**2 + 1), "a.csv", "lớn quá 5 MB"),
        (b"a;" + b"x" * 1001, "a.csv", "ô quá dài"),
        (b"a;b\n" * 20_001, "a.csv", "quá 20000 dòng"),
        (b'a;"' + b"x" * 200_000, "a.csv", "sai cú pháp"),
        (b"", "a.csv", "tiêu đề"),
        (workbook(["Tên"], ["Sở Y tế"]), "a.xlsx", "tiêu đề"),
    ],
    ids=range(16),
)
def test_what_is_no_unit_file_is_refused_in_a_sentence(data, name, words):
    with pytest.raises(BadSheet, match=words):
        read_table(data, name=name)


def test_a_formula_guard_of_csv_is_taken_off():
    assert read_rows(b"'=1;'abc", name="a.csv") == [["=1", "'abc"]]


def test_cells_become_text():
    cells = [None, 3.0, 2.5, True, datetime(2025, 7, 1, 12), date(2025, 7, 1), "a"]  # noqa: DTZ001

    texts = ["", "3", "2.5", "True", "2025-07-01", "2025-07-01", "a"]
    assert [sheets._text(cell) for cell in cells] == texts


# Planning and storing ---------------------------------------------------------------------------

db = pytest.mark.django_db


@db
def test_a_plan_stores_nothing():
    plan = plan_units(table(row()))

    assert outcomes(plan) == ["created"]
    assert not Unit.objects.exists()


@db
def test_import_creates_units_below_parents_named_by_code_or_name_even_when_these_come_later():
    import_units(
        table(
            row("", "Trạm A", "sự nghiệp", "so-y-te"),
            row("", "Trạm B", "sự nghiệp", "sở y tế"),
            row("so-y-te", "Sở Y tế", "sở"),
        ),
        at=NOON,
    )

    parents = dict(Unit.objects.values_list("code", "parent__code"))
    assert parents == {"tram-a": "so-y-te", "tram-b": "so-y-te", "so-y-te": None}
    assert Unit.objects.get(code="tram-a").search_key == "tram a ta"
    assert not UnitMove.objects.exists()


@db
def test_units_of_one_name_get_codes_of_their_own():
    UnitFactory(code="phuong-1")
    UnitFactory(code="tp-a", name="TP A")

    import_units(table(row("", "Phường 1", "xã"), row("", "Phường 1", "xã", "tp-a")), at=NOON)

    codes = Unit.objects.filter(name="Phường 1").order_by("code").values_list("code", flat=True)
    assert list(codes) == ["phuong-1-2", "phuong-1-3"]


@db
def test_import_again_changes_nothing():
    rows = table(row("a", "Sở Y tế"), row("", "Trạm A", "sự nghiệp", "a", "TA", 3))
    import_units(rows, at=NOON)

    again = import_units(rows, at=NOON)

    assert outcomes(again) == ["skipped", "skipped"]
    assert Unit.objects.count() == 2


@db
def test_import_changes_what_is_said_moves_on_the_day_and_leaves_what_is_not_said():
    old, new = UnitFactory(code="cu"), UnitFactory(code="moi")
    unit = UnitFactory(code="a", name="Tên cũ", parent=old, headcount=5, aliases="X")
    actor = UserFactory(unit=None)

    plan = import_units(
        table(row("a", "Tên mới", "", "moi")), at=NOON, actor=actor, source="don-vi.xlsx"
    )

    unit.refresh_from_db()
    assert outcomes(plan) == ["changed"]
    assert (unit.name, unit.parent, unit.headcount, unit.aliases) == ("Tên mới", new, 5, "X")
    assert unit.search_key == "ten moi tm x"
    move = UnitMove.objects.get()
    assert (move.old_parent, move.new_parent, move.on, move.by) == (old, new, NOON.date(), actor)
    assert AuditEntry.objects.get().after == {"created": [], "changed": ["a"]}


@db
def test_known_units_are_left_alone_when_asked_so():
    UnitFactory(code="a", name="Tên cũ")

    plan = import_units(table(row("a", "Tên mới")), at=NOON, updates=False)

    assert outcomes(plan) == ["skipped"]
    assert Unit.objects.get().name == "Tên cũ"


@db
def test_two_units_may_change_places_in_one_file():
    top = UnitFactory(code="a", name="A")
    UnitFactory(code="b", name="B", parent=top)
    UnitFactory(code="c", name="C")

    import_units(table(row("a", "A", "", "b"), row("b", "B", "", "c")), at=NOON)

    assert dict(Unit.objects.values_list("code", "parent__code")) == {"a": "b", "b": "c", "c": None}


@db
@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([row("a", "A"), row("a", "B")], ["", "trùng mã hoặc trùng tên với dòng 2"]),
        ([row("", "Sở A"), row("x", "Sở A")], ["", "trùng mã hoặc trùng tên với dòng 2"]),
        ([row("x", "Đã Có")], ["đã có đơn vị này với mã da-co"]),
        ([row("", "A", "")], ["thiếu khối"]),
        ([row("", "A", "sở", "không có")], ["không có đơn vị cấp trên “không có”"]),
        (
            [row("a", "A", "sở", "", "", "", "02/07/2025", "01/07/2025")],
            ["ngày kết thúc đứng trước ngày bắt đầu"],
        ),
        ([row("a", "A", "sở", "a")], ["đơn vị không thể là cấp trên của chính mình"]),
        (
            [row("a", "A", "sở", "b"), row("b", "B", "sở", "a")],
            ["đơn vị cấp trên lại ở dưới chính đơn vị này"] * 2,
        ),
        (
            [row("a", "A", ""), row("b", "B", "sở", "a"), row("c", "C", "sở", "b")],
            ["thiếu khối", "đơn vị cấp trên không được nhận", "đơn vị cấp trên không được nhận"],
        ),
        (
            [row("a", "T"), row("b", "T", "sở", "da-co"), row("", "D", "sở", "t")],
            ["", "", "có 2 đơn vị cùng tên cấp trên “t”; xin ghi mã"],
        ),
    ],
    ids=range(10),
)
def test_rows_that_are_refused_and_why(rows, reasons):
    UnitFactory(code="da-co", name="Đã Có")

    plan = import_units(table(*rows), at=NOON)

    assert [it.reason for it in plan.rows] == reasons
    assert Unit.objects.count() == 1 + reasons.count("")


@db
def test_names_that_are_nearly_the_same_are_taken_but_flagged():
    UnitFactory(code="cu", name="UBND phường Khánh Hòa")

    plan = plan_units(
        table(row("a", "UBND phường Khánh Hoà"), row("b", "Phường 1", "xã", "cu"), row("c", "C"))
    )

    assert outcomes(plan) == ["created"] * 3
    assert [it.note for it in plan.rows] == ["trùng hoặc gần trùng tên với cu", "", ""]


@db
def test_five_thousand_units_are_brought_in_by_few_queries(django_assert_max_num_queries):
    rows = unit_rows(5000)

    with django_assert_max_num_queries(120):
        plan = import_units(rows, at=NOON)

    assert len(plan.of(Outcome.CREATED)) == 5000
    assert Unit.objects.filter(parent=None).count() < 500


# The command ------------------------------------------------------------------------------------


@db
def test_command_plans_first_and_stores_when_told_to(tmp_path, capsys):
    path = tmp_path / "don-vi.xlsx"
    path.write_bytes(workbook(HEADINGS, row(), row("", "", "sở")))

    call_command("import_units", str(path))
    planned = json.loads(capsys.readouterr().out)
    before = Unit.objects.count()
    call_command("import_units", str(path), "--apply")
    applied = json.loads(capsys.readouterr().out)

    assert planned == {
        "applied": False,
        "created": 1,
        "changed": 0,
        "skipped": 0,
        "refused": [{"row": 3, "name": "", "reason": "thiếu tên đơn vị"}],
        "warnings": [],
    }
    assert applied == {**planned, "applied": True}
    assert (before, Unit.objects.count()) == (0, 1)


def test_command_says_in_a_sentence_what_it_cannot_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\0")

    with pytest.raises(CommandError, match="Không phải là tệp CSV"):
        call_command("import_units", str(path))
    with pytest.raises(CommandError):
        call_command("import_units", str(tmp_path / "khong-co.xlsx"))
