"""Questions that are alike: named on saving and in a preview, and set beside each other."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.enums import Role
from questionbank.enums import ImportState
from questionbank.models import ImportFile, Question
from questionbank.services import import_files
from questionbank.services.importing import Options, import_questions
from tests.factories import NOON, RoleGrantFactory, UserFactory
from tests.questionbank.files import choices, file_of, question

pytestmark = pytest.mark.django_db
STEM = "Đề án Văn hóa công vụ được Thủ tướng Chính phủ phê duyệt vào ngày nào?"
OTHER = "Thủ tướng Chính phủ phê duyệt Đề án Văn hoá công vụ vào ngày nào?"
HEADINGS = "Câu hỏi;A;B;C;Đáp án;Chủ đề\n"
ROWS = f"{HEADINGS}{OTHER};Một;Hai;Ba;A;DVC\n{OTHER};Một;Hai;Ba;B;DVC\nKhác hẳn?;x;y;z;A;DVC\n"


def page(name, *arguments):
    return reverse(f"questionbank:{name}", args=arguments)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def author(client):
    user = RoleGrantFactory(role=Role.AUTHOR).user
    client.force_login(user)
    return user


@pytest.fixture
def _two_alike():
    import_questions(
        file_of(
            question(1, stem=STEM),
            question(2, stem=OTHER, choices=choices("C", ("Ba", "Hai", "Một"))),
        ),
        at=NOON,
        options=Options(),
    )


def compared(client, left="DVC-001", right="DVC-002"):
    return client.get(page("question_compare", left), {"voi": right})


# The page of two questions


@pytest.mark.usefixtures("_two_alike")
def test_two_questions_stand_beside_each_other_with_what_differs_marked(client, author):
    response = compared(client)

    html = text(response)
    assert "Cùng nội dung · giống 100 %" in html
    assert "<mark>Đề án Văn hóa công vụ được</mark>" in html
    options = [row for row in response.context["rows"] if row.label == "Phương án"]
    assert [(row.left.letter, row.right.letter, row.left.is_right) for row in options] == [
        ("A", "C", True),
        ("B", "B", False),
        ("C", "A", False),
    ]
    assert not any(piece.sign for row in options for piece in row.left.pieces)
    assert page("question_detail", "DVC-001") in html
    assert page("question_detail", "DVC-002") in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stem": STEM}, "Giống hệt"),
        ({"stem": STEM, "choices": choices("B")}, "Cùng câu hỏi, khác đáp án"),
        ({"stem": STEM.replace("được", "không được")}, "Gần giống, hỏi điều khác"),
        ({"stem": "Ai làm trưởng Bộ phận Một cửa?"}, "Nội dung khác nhau"),
    ],
)
def test_the_relation_is_said_in_words(client, author, changes, words):
    import_questions(
        file_of(question(1, stem=STEM), question(2, **changes)),
        at=NOON,
        options=Options(takes_duplicates=True),
    )

    assert words in text(compared(client))


@pytest.mark.usefixtures("_two_alike")
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUTHOR, 200), (Role.REVIEWER, 200), (Role.ORGANISER, 403), (None, 403)],
)
def test_who_may_compare(client, role, status):
    user = UserFactory() if role is None else RoleGrantFactory(role=role).user
    client.force_login(user)

    assert compared(client).status_code == status
    assert client.get(page("question_neighbours", "DVC-001")).status_code == status


@pytest.mark.usefixtures("_two_alike")
def test_a_visitor_signs_in_first(client):
    assert compared(client).status_code == 302
    assert client.get(page("question_neighbours", "DVC-001")).status_code == 302


@pytest.mark.usefixtures("_two_alike")
@pytest.mark.parametrize("right", ["", "DVC-003"])
def test_a_question_that_is_not_there(client, author, right):
    assert compared(client, right=right).status_code == 404


@pytest.mark.usefixtures("_two_alike")
def test_only_a_reviewer_is_offered_to_retire_one(client, author):
    assert page("question_retire", "DVC-002") not in text(compared(client))
    assert page("question_comment", "DVC-002") in text(compared(client))

    RoleGrantFactory(user=author, role=Role.REVIEWER)

    html = text(compared(client))
    assert page("question_retire", "DVC-002") in html
    assert "Trùng với DVC-001." in html


@pytest.mark.usefixtures("_two_alike")
def test_the_page_asks_the_database_seldom(client, author, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        compared(client)


# Neighbours of one question


@pytest.mark.usefixtures("_two_alike")
def test_the_questions_like_one_are_listed_with_the_way_to_compare(
    client, author, django_assert_max_num_queries
):
    client.get(page("question_neighbours", "DVC-001"))
    with django_assert_max_num_queries(13):
        html = text(client.get(page("question_neighbours", "DVC-001")))

    assert OTHER in html
    assert f"{page('question_compare', 'DVC-001')}?voi=DVC-002" in html
    assert page("question_neighbours", "DVC-001") in text(
        client.get(page("question_detail", "DVC-001"))
    )


def test_a_question_like_no_other(client, author):
    import_questions(file_of(question(1)), at=NOON, options=Options())

    assert "Không có câu hỏi nào gần giống" in text(
        client.get(page("question_neighbours", "DVC-001"))
    )


def test_saving_names_those_that_are_alike_and_saves(client, author):
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=Options())
    sent = {
        "topic": "dvc",
        "kind": "single_choice",
        "difficulty": "easy",
        "stem": OTHER,
        "choice_A": "Một",
        "choice_B": "Hai",
        "choice_C": "Ba",
        "right_A": "on",
        "points": "1",
        "based_on": "0",
    }

    created = text(client.post(page("question_create"), sent, follow=True))
    far = {**sent, "stem": "Ai làm trưởng Bộ phận Một cửa?", "based_on": "1"}
    revised = text(client.post(page("question_revise", "CH-00001"), far, follow=True))

    assert f'<a href="{page("question_compare", "CH-00001")}?voi=DVC-001">DVC-001</a>' in created
    assert "xin Anh/Chị so sánh" not in revised
    assert Question.objects.get(code="CH-00001").revisions.count() == 2


# Files


@pytest.fixture
def file(client, author, at_once, django_capture_on_commit_callbacks):
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=Options())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            page("file_upload"), {"file": SimpleUploadedFile("a.csv", ROWS.encode("utf-8"))}
        )
    return ImportFile.objects.get()


def test_a_preview_names_what_its_rows_resemble(client, file):
    response = client.get(page("file_detail", file.code), {"xem": "near"})

    html = text(response)
    assert [row["where"] for row in response.context["page"]] == ["dòng 2", "dòng 3"]
    assert "2 câu gần giống" in html
    assert "So sánh với DVC-001" in html
    assert "So sánh với dòng 2" in html
    assert "Cùng câu hỏi, khác đáp án" in html


def test_a_row_stands_beside_the_question_or_the_row_it_resembles(client, file):
    stored = text(client.get(page("row_compare", file.code, 0)))
    above = text(client.get(page("row_compare", file.code, 1)))

    assert '<h1 class="text-break">Dòng 2 và DVC-001</h1>' in stored
    assert "Thủ tướng Chính phủ phê duyệt" in stored
    assert page("question_comment", "DVC-001") in stored
    assert '<h1 class="text-break">Dòng 3 và dòng 2</h1>' in above
    assert page("question_comment", "DVC-001") not in above
    assert client.get(page("row_compare", file.code, 2)).status_code == 404


def test_nobody_else_sees_the_rows_of_a_file(client, file):
    client.force_login(RoleGrantFactory(role=Role.AUTHOR).user)
    assert client.get(page("row_compare", file.code, 0)).status_code == 404

    client.force_login(RoleGrantFactory(role=Role.REVIEWER).user)
    assert client.get(page("row_compare", file.code, 0)).status_code == 403


def test_the_preview_stands_while_the_search_goes_on(client, file):
    import_files.cache.set(import_files._near_key(file), (1, 3))
    file.report["near"] = None
    file.save()

    going_on = text(client.get(page("file_detail", file.code)))
    import_files.cache.delete(import_files._near_key(file))
    died = text(client.get(page("file_detail", file.code)))

    assert "Đang tìm câu hỏi gần giống" in going_on
    assert "1 / 3" in going_on
    assert "Nhập vào ngân hàng" in going_on
    assert "đã dừng giữa chừng" in died
    assert client.get(page("row_compare", file.code, 0)).status_code == 404


def test_an_import_does_not_search_again_and_keeps_what_was_found(
    client, file, monkeypatch, django_capture_on_commit_callbacks
):
    near = file.report["near"]
    monkeypatch.setattr(import_files, "near_rows", None)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("file_apply", file.code))

    file.refresh_from_db()
    assert file.state == ImportState.APPLIED
    assert file.report["near"] == near
    assert "Cùng câu hỏi, khác đáp án" in text(client.get(page("file_detail", file.code)))


def test_a_search_ends_when_the_import_begins(client, file, monkeypatch):
    file.report["near"] = None
    file.state = ImportState.APPLYING
    file.save()
    asked = []
    monkeypatch.setattr(
        import_files, "near_rows", lambda _plan: (asked.append(1) or [] for _part in range(9))
    )

    import_files._look_for_near(file, plan=None, rows=9)

    file.refresh_from_db()
    assert len(asked) == 1
    assert file.report["near"] is None


# The command


def test_a_dry_run_prints_what_the_rows_resemble(capsys, tmp_path):
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=Options())
    path = tmp_path / "a.csv"
    path.write_text(ROWS, encoding="utf-8")

    call_command("import_questions", str(path))
    dry = json.loads(capsys.readouterr().out.splitlines()[-1])
    call_command("import_questions", str(path), "--apply")
    applied = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert [(it["row"], it["of"], it["relation"]) for it in dry["near"]] == [
        ("dòng 2", "DVC-001", "near"),
        ("dòng 3", "dòng 2", "conflict"),
    ]
    assert set(dry["near"][0]) == {"row", "of", "score", "relation", "differences"}
    assert "near" not in applied
