"""The bank from the command line: dry unless told, and one line of JSON at the end."""

import json

import pytest
from django.core.management import CommandError, call_command

from questionbank.contents import bank_of
from questionbank.enums import QuestionStatus
from questionbank.formats.registry import FORMATS
from questionbank.models import Question
from questionbank.services.exporting import export
from questionbank.services.importing import Options, import_questions
from tests.factories import NOON, TopicFactory
from tests.questionbank.files import ONE_OF_EACH, file_of

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    call_command(*arguments)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def workbook(tmp_path):
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=Options())
    path = tmp_path / "cau-hoi.xlsx"
    path.write_bytes(export(bank_of(Question.objects.all()), FORMATS["xlsx"]).data)
    empty_bank()
    return path


def empty_bank():
    Question.objects.update(current_revision=None, approved_revision=None)
    Question.objects.all().delete()


def test_an_import_is_dry_unless_it_is_applied(capsys, workbook):
    summary = run(capsys, "import_questions", str(workbook))

    assert summary["created"] == 5
    assert not summary["applied"]
    assert not Question.objects.exists()


def test_an_applied_import_brings_in_what_was_exported(capsys, workbook):
    summary = run(capsys, "import_questions", str(workbook), "--apply", "--format", "xlsx")

    assert summary == {
        "format": "xlsx",
        "applied": True,
        "created": 5,
        "changed": 0,
        "skipped": 0,
        "refused": [],
        "conflicts": [],
        "duplicates": [],
    }
    assert bank_of(Question.objects.all()).questions == ONE_OF_EACH
    assert set(Question.objects.values_list("status", flat=True)) == {QuestionStatus.DRAFT}


def test_every_row_is_counted_once(capsys, tmp_path):
    path = tmp_path / "de.csv"
    path.write_text(
        "Mã;Câu hỏi;A;B;Đáp án\n"
        "K1;Một cửa là gì?;Một nơi;Nhiều nơi;A\n"
        "K2;Ai đứng đầu?;Chủ tịch;Văn thư;A\n"
        "K3;Thiếu đáp án?;Có;Không;\n"
        "K4;Ai đứng đầu?;Chủ tịch;Văn thư;A\n"
        "K5;Ai đứng đầu?;Chủ tịch;Văn thư;B\n"
    )

    first = run(capsys, "import_questions", str(path), "--apply")
    path.write_text(path.read_text().replace("Một nơi", "Một chỗ"))
    second = run(capsys, "import_questions", str(path), "--apply")

    assert [counted(first), counted(second)] == [(3, 0, 0, 1, 1), (0, 1, 2, 1, 1)]
    assert first["refused"] == [{"row": "dòng 4", "reason": "thiếu đáp án."}]
    assert first["duplicates"] == [{"row": "dòng 5", "of": "K2"}]
    assert first["conflicts"] == [{"row": "dòng 6", "with": "K2"}]


def counted(summary):
    lists = (len(summary[name]) for name in ("refused", "duplicates"))
    return (summary["created"], summary["changed"], summary["skipped"], *lists)


def test_questions_without_a_topic_take_that_of_the_command(capsys, tmp_path):
    TopicFactory(code="chung")
    path = tmp_path / "de.txt"
    path.write_text("Một cửa là gì?\nA. Một nơi\nB. Nhiều nơi\nANSWER: A\n")

    summary = run(
        capsys,
        *("import_questions", str(path), "--apply"),
        *("--topic", "chung", "--status", "approved"),
    )

    assert summary["created"] == 1
    assert Question.objects.drawable(on=NOON.date()).get().code == "CH-00001"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["khong-co.xlsx"], "khong-co.xlsx"),
        ([__file__, "--format", "json", "--topic", "nowhere"], "no topic has the code nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, fault):
    with pytest.raises(CommandError, match=fault):
        call_command("import_questions", *arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("a.json", [], "sai cú pháp JSON ở dòng 1."),
        ("a.bin", ["--format", "json"], "sai cú pháp JSON ở dòng 1."),
        ("a.xlsx", [], "không phải là tệp .xlsx; xin mở ra và lưu lại dạng .xlsx."),
        ("a.pdf", [], None),
        ("a", [], None),
    ],
)
def test_a_file_that_is_refused_fails_the_command_after_its_summary(
    capsys, tmp_path, name, arguments, reason
):
    path = tmp_path / name
    path.write_bytes(b"x")

    with pytest.raises(CommandError, match="the file was refused"):
        call_command("import_questions", str(path), "--apply", *arguments)

    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    (refused,) = summary["refused"]
    assert summary["created"] == 0
    assert refused["row"] == "tệp"
    assert refused["reason"] == reason or (not reason and "đuôi tệp" in refused["reason"])


def test_half_a_file_is_not_brought_in(capsys, tmp_path):
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=Options())
    whole = export(bank_of(Question.objects.all()), FORMATS["moodle"]).data
    empty_bank()
    path = tmp_path / "a.xml"
    path.write_bytes(whole[: len(whole) * 3 // 4])

    with pytest.raises(CommandError, match="the file was refused: sai cú pháp XML"):
        call_command("import_questions", str(path), "--apply", "--topic", "dvc")

    assert not Question.objects.exists()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_goes_out_and_comes_back_by_its_name_alone(capsys, tmp_path, name):
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=Options())
    path = tmp_path / f"a{FORMATS[name].extension}"
    written = run(capsys, "export_questions", str(path), "--format", name)
    empty_bank()

    summary = run(capsys, "import_questions", str(path), "--apply", "--topic", "dvc")

    assert summary["format"] == name
    assert summary["refused"] == []
    assert summary["created"] == written["written"] == Question.objects.count()


def test_an_export_says_what_is_lost(capsys, tmp_path):
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=Options())

    summary = run(
        capsys,
        "export_questions",
        str(tmp_path / "x.txt"),
        *("--format", "aiken", "--set", "tuan-1"),
    )

    assert summary["written"] == 1
    assert summary["left_out"] == 3
    assert summary["lost"] == {
        "bộ câu hỏi": 1,
        "chủ đề": 1,
        "căn cứ": 1,
        "giải thích": 1,
        "mã câu hỏi": 1,
        "mức độ": 1,
        "nhãn": 1,
    }
