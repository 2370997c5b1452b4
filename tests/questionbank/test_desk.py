"""The desk of the drafting team: writing, reviewing, files, and what each page gives away."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.queries.papers import PaperQuestion
from contest.templatetags.contest_text import question_fields
from questionbank.contents import bank_of
from questionbank.enums import ImportState, QuestionKind, QuestionStatus
from questionbank.formats.parsed import ParsedChoice
from questionbank.formats.registry import FORMATS
from questionbank.models import ImportFile, LegalDocument, Question, Review
from questionbank.services.exporting import export
from questionbank.services.importing import Options, import_questions
from questionbank.services.reviewing import send_to_review
from tests.factories import NOON, QuestionFactory, RoleGrantFactory, TopicFactory
from tests.questionbank.files import ONE_OF_EACH, file_of, question

pytestmark = pytest.mark.django_db


def page(name, *arguments):
    return reverse(f"questionbank:{name}", args=arguments)


@pytest.fixture
def author(client):
    user = RoleGrantFactory(role=Role.AUTHOR).user
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client):
    return RoleGrantFactory(role=Role.REVIEWER).user


def text(response):
    return " ".join(response.content.decode().split())


def sent(**changes):
    usual = {
        "topic": "dvc",
        "kind": "single_choice",
        "difficulty": "easy",
        "stem": "Thủ đô của Việt Nam?",
        "choice_A": "Hà Nội",
        "choice_B": "Huế",
        "right_A": "on",
        "points": "1",
        "sources": "Điều 13 [Hiến pháp 2013]",
        "tags": "địa lý, Thủ đô",
        "based_on": "0",
    }
    return {**usual, **changes}


def test_an_author_writes_a_question_and_its_next_revision(client, author):
    TopicFactory(code="dvc")

    client.post(page("question_create"), sent())
    question = Question.objects.get()
    client.post(page("question_revise", question.code), sent(stem="Thủ đô nước ta?", based_on="1"))

    assert question.code == "CH-00001"
    assert list(question.revisions.values_list("number", "stem", "author")) == [
        (1, "Thủ đô của Việt Nam?", author.pk),
        (2, "Thủ đô nước ta?", author.pk),
    ]
    html = text(client.get(page("question_detail", question.code)))
    assert "<del>của Việt Nam?</del>" in html
    assert "<ins>nước ta?</ins>" in html
    assert AuditEntry.objects.get().action == "question.revise"


@pytest.mark.parametrize("draft", ONE_OF_EACH, ids=lambda it: it.kind)
def test_the_editor_gives_back_what_it_shows(client, author, draft):
    import_questions(file_of(draft), at=NOON, options=Options())
    form = client.get(page("question_revise", draft.code)).context["form"]
    values = {field.html_name: field.value() for field in form}

    client.post(
        page("question_revise", draft.code),
        {name: value for name, value in values.items() if value not in (None, False)},
    )

    assert Question.objects.get().revisions.count() == 1  # nothing has changed
    assert bank_of(Question.objects.all()).questions == [draft]


def test_two_who_editat_once_do_not_overwrite_each_other(client, author):
    TopicFactory(code="dvc")
    client.post(page("question_create"), sent())
    client.post(page("question_revise", "CH-00001"), sent(stem="Một?", based_on="1"))

    late = client.post(page("question_revise", "CH-00001"), sent(stem="Hai?", based_on="1"))

    assert late.status_code == 422
    assert "vừa được người khác sửa" in text(late)
    assert "Hai?" in text(late)  # nothing of the work is lost
    assert Question.objects.get().revisions.count() == 2


def test_a_question_that_cannot_be_taken_keeps_what_was_typed(client, author):
    TopicFactory(code="dvc")

    response = client.post(page("question_create"), sent(right_A=""))

    assert response.status_code == 422
    assert "Thiếu đáp án." in text(response)
    assert 'value="Hà Nội"' in text(response)


def test_the_preview_shows_the_question_without_its_key(client, author):
    TopicFactory(code="dvc")

    html = text(client.post(page("question_preview"), sent(stem="Thủ đô **của** ta? <script>")))
    unfinished = text(client.post(page("question_preview"), sent(choice_B="")))

    assert "Thủ đô <strong>của</strong> ta?" in html
    assert "<script" not in html
    assert "Đáp án đúng" not in html
    assert "phương án, hiện có 1" in unfinished


@pytest.mark.parametrize(
    ("kind", "key"), [("short_text", {"accepted": "Một cửa"}), ("number", {"number": "4711"})]
)
def test_the_preview_shows_the_box_that_participants_type_in(client, author, kind, key):
    TopicFactory(code="dvc")
    no_choices = {"choice_A": "", "choice_B": "", "right_A": ""}

    html = text(client.post(page("question_preview"), sent(kind=kind, **no_choices, **key)))

    box = question_fields([typed_question(kind)], uuid4())
    hint = re.search(r'<p class="field-help"[^>]*>(.*?)</p>', box)[1]
    assert hint in html
    assert ('inputmode="decimal"' in html) == ('inputmode="decimal"' in box) == (kind == "number")
    assert next(iter(key.values())) not in html


def typed_question(kind):
    return PaperQuestion(1, "Câu hỏi?", QuestionKind(kind), [], "", 0)


@pytest.mark.parametrize(
    ("response", "is_match"), [("88,4", True), ("88.87", True), ("88,88", False)]
)
def test_a_reader_answers_with_a_number_as_participants_do(client, reviewer, response, is_match):
    QuestionFactory(
        code="A",
        status="in_review",
        revision__kind="number",
        revision__number_key="88.37",
        revision__tolerance="0.5",
    )
    Question.objects.update(status=QuestionStatus.IN_REVIEW)
    client.force_login(reviewer)
    asked = text(client.get(page("question_review", "A")))

    refused = client.post(page("question_review", "A"), {"response": "tám tám", "revision": 1})
    client.post(page("question_review", "A"), {"response": f"  {response}\u200b ", "revision": 1})

    assert 'inputmode="decimal"' in asked
    assert "88,37" not in asked
    assert "88.37" not in asked
    assert refused.status_code == 422
    assert "Câu này cần trả lời bằng một số" in text(refused)
    assert 'value="tám tám"' in text(refused)
    review = Review.objects.get()
    assert (review.response, review.matches_key) == (response, is_match)
    assert '<b class="num">88,37</b>' in text(client.get(page("question_review", "A")))


def test_the_preview_names_the_questions_that_are_like_it(client, author):
    TopicFactory(code="dvc")
    stem = "Đề án Văn hóa công vụ được Thủ tướng Chính phủ phê duyệt tại quyết định nào?"
    client.post(page("question_create"), sent(stem=stem))
    twin = "De an van hoa cong vu duoc Thu tuong Chinh phu phe duyet tai quyet dinh nao"

    new = text(client.post(page("question_preview"), sent(stem=twin)))
    other_key = text(
        client.post(page("question_preview"), sent(stem=stem, right_A="", right_B="on"))
    )
    negated = text(
        client.post(page("question_preview"), sent(stem=stem.replace("được", "không được")))
    )
    own = text(client.post(page("question_preview") + "?ma=CH-00001", sent(stem=twin)))

    assert "Câu hỏi giống trong ngân hàng" in new
    assert "CH-00001" in new
    assert "Cùng câu hỏi, khác đáp án" in other_key
    assert "Khác nhau ở chỗ: không" in negated
    assert "Câu hỏi giống" not in own


def test_the_neighbours_follow_what_is_stored(client, author):
    TopicFactory(code="dvc")
    client.post(page("question_preview"), sent())  # the index is made while the bank is empty
    client.post(page("question_create"), sent())
    client.post(page("question_revise", "CH-00001"), sent(stem="Khác hẳn đi?", based_on="1"))

    again = text(client.post(page("question_preview"), sent()))
    revised = text(client.post(page("question_preview"), sent(stem="Khác hẳn đi?")))

    assert "Câu hỏi giống" not in again
    assert "CH-00001" in revised


def test_a_reader_sees_no_key_before_the_answer(client, author, reviewer):
    question = QuestionFactory(code="A", revision__key="C", author=author)
    Question.objects.update(status=QuestionStatus.IN_REVIEW)
    client.force_login(reviewer)

    before = text(client.get(page("question_review", "A")))
    client.post(page("question_review", "A"), {"response": "B", "revision": 1})
    after = text(client.get(page("question_review", "A")))
    client.post(page("question_review", "A"), {"verdict": "returned", "note": "Đáp án chưa rõ."})

    assert "Đáp án đúng" not in before
    assert "Giải thích thử nghiệm" not in before
    assert "Anh/Chị trả lời “B”, khác với đáp án" in after
    assert "Đáp án đúng" in after
    question.refresh_from_db()
    assert question.status == QuestionStatus.DRAFT
    assert Review.objects.get().verdict == "returned"
    assert "trả lời khác đáp án" in text(client.get(page("question_detail", "A")))


def test_a_reader_finds_no_key_elsewhere_before_the_answer(client, author, reviewer):
    question = QuestionFactory(code="A", revision__key="C", author=author)
    QuestionFactory(code="B", status=QuestionStatus.DRAFT)
    Question.objects.filter(code="A").update(status=QuestionStatus.IN_REVIEW)
    compare = f"{page('question_compare', 'B')}?voi=A"
    client.post(page("question_comment", "A"), {"note": "Chữ C mới đúng."})
    assert "Đáp án đúng" in text(client.get(page("question_detail", "A")))  # the author sees it
    assert "Đáp án đúng" in text(client.get(compare))

    client.force_login(reviewer)
    before = text(client.get(page("question_detail", "A")))
    assert question.current_revision.stem in before
    assert page("question_review", "A") in before
    for secret in ("Đáp án đúng", "choice--correct", "Giải thích thử nghiệm", "Chữ C mới đúng"):
        assert secret not in before
    assert client.get(compare).url == page("question_review", "A")
    assert "1 câu đang chờ Anh/Chị thẩm định" in text(exported(client))
    assert [
        it["code"] for it in json.loads(exported(client, method="post").content)["questions"]
    ] == ["B"]

    client.post(page("question_review", "A"), {"response": "B", "revision": 1})
    assert "Đáp án đúng" in text(client.get(page("question_detail", "A")))
    assert "Đáp án đúng" in text(client.get(compare))
    assert len(json.loads(exported(client, method="post").content)["questions"]) == 2


def exported(client, *, method="get"):
    return getattr(client, method)(page("questions_export"), {"format": "json"})


def test_the_page_asks_for_another_answer_when_the_question_changed_meanwhile(
    client, author, reviewer
):
    import_questions(file_of(ONE_OF_EACH[0]), at=NOON, options=Options(), author=author)
    question = Question.objects.get()
    send_to_review(question_id=question.pk, actor=author, at=NOON)
    client.force_login(reviewer)

    stale = client.post(page("question_review", question.code), {"response": "A", "revision": "2"})

    assert stale.status_code == 422
    assert "Câu hỏi vừa được sửa." in text(stale)
    assert '<input type="hidden" name="revision" value="1">' in text(stale)
    assert not Review.objects.exists()


def test_a_verdict_without_its_note_is_asked_for_again(client, author, reviewer):
    QuestionFactory(code="A", revision__key="C", author=author)
    Question.objects.update(status=QuestionStatus.IN_REVIEW)
    client.force_login(reviewer)
    client.post(page("question_review", "A"), {"response": "B", "revision": 1})

    response = client.post(page("question_review", "A"), {"verdict": "approved", "note": ""})

    assert response.status_code == 422
    assert "Xin ghi nhận xét" in text(response)


def test_the_author_is_told_that_somebody_else_reads(client, author):
    RoleGrantFactory(user=author, role=Role.REVIEWER)
    QuestionFactory(code="A", author=author)
    Question.objects.update(status=QuestionStatus.IN_REVIEW)

    assert "của chính mình" in text(client.get(page("question_review", "A")))
    refused = client.post(page("question_review", "A"), {"response": "B", "revision": 1})
    assert refused.status_code == 422
    assert not Review.objects.exists()


def test_bulk_actions_do_what_they_can_and_say_what_not(client, author):
    import_questions(file_of(*ONE_OF_EACH[:2]), at=NOON, options=Options())
    QuestionFactory(code="DUYET")

    response = client.post(
        page("bulk_act"),
        {"action": "send", "code": ["DVC-001", "DVC-002", "DUYET"]},
        follow=True,
    )

    assert Question.objects.filter(status=QuestionStatus.IN_REVIEW).count() == 2
    assert "Đã làm với 2 câu hỏi." in text(response)
    assert "1 câu giữ nguyên: chỉ câu hỏi đang soạn mới gửi thẩm định được." in text(response)


def test_everything_that_the_filter_lets_through_moves_at_once(client, author):
    old, new = TopicFactory(code="chua-xep"), TopicFactory(code="mot-cua")
    QuestionFactory.create_batch(31, topic=old)
    other = QuestionFactory()

    shown = text(client.get(page("question_list") + "?topic=chua-xep"))
    response = client.post(
        page("bulk_act") + "?topic=chua-xep",
        {"action": "move", "topic": "mot-cua", "everything": "on"},
        follow=True,
    )

    assert "Cả 31 câu theo bộ lọc, ở mọi trang" in shown
    assert "Đã làm với 31 câu hỏi." in text(response)
    assert response.request["QUERY_STRING"] == "topic=chua-xep"
    assert (old.questions.count(), new.questions.count()) == (0, 31)
    assert other.topic not in (old, new)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"action": "send"}, "Xin chọn ít nhất một câu hỏi."),
        ({"action": "move", "code": "DUYET"}, "Xin chọn chủ đề để chuyển đến."),
        ({"code": "DUYET"}, "Xin chọn việc cần làm."),
        ({"action": "retire", "code": "DUYET", "note": "Cũ"}, "Anh/Chị không được giao việc này."),
        ({"action": "send", "code": "KHONG-CO"}, "Không có câu hỏi KHONG-CO."),
    ],
)
def test_a_bulk_action_that_cannot_be_is_refused_in_words(client, author, sent, told):
    QuestionFactory(code="DUYET")

    response = client.post(page("bulk_act"), sent, follow=True)

    assert told in text(response)
    assert Question.objects.get().status == QuestionStatus.APPROVED


def test_reviewers_retire_many_and_give_a_reason(client, reviewer):
    client.force_login(reviewer)
    QuestionFactory(code="CU")

    bare = client.post(page("bulk_act"), {"action": "retire", "code": "CU"}, follow=True)
    client.post(page("bulk_act"), {"action": "retire", "code": "CU", "note": "Luật đã thay"})

    assert "Xin ghi lý do ngừng dùng câu hỏi." in text(bare)
    assert Question.objects.get().status == QuestionStatus.RETIRED


def test_an_option_that_a_file_pinned_stays_so_when_its_question_is_edited(client, author):
    pinned = replace(
        ONE_OF_EACH[0],
        choices=(
            ParsedChoice("Một", is_correct=True),
            ParsedChoice("Hai", is_correct=False, is_pinned=True),
        ),
    )
    import_questions(file_of(pinned), at=NOON, options=Options())
    initial = client.get(page("question_revise", "DVC-001")).context["form"].initial
    data = {name: value for name, value in initial.items() if value is not False}

    client.post(page("question_revise", "DVC-001"), {**data, "stem": "Câu sửa?"})

    (edited,) = bank_of(Question.objects.all()).questions
    assert edited.stem == "Câu sửa?"
    assert [it.is_pinned for it in edited.choices] == [False, True]


def test_options_that_are_letters_can_be_typed(client, author):
    TopicFactory(code="dvc")
    client.post(
        page("question_create"),
        {**sent(), "choice_A": "B", "choice_B": "A", "choice_C": "O", "sources": ""},
    )

    (typed,) = bank_of(Question.objects.all()).questions
    assert [(it.text, it.is_correct) for it in typed.choices] == [
        ("B", True),
        ("A", False),
        ("O", False),
    ]


def test_comments_and_returning_to_a_draft(client, author):
    import_questions(file_of(ONE_OF_EACH[0]), at=NOON, options=Options())
    question = Question.objects.get()
    send_to_review(question_id=question.pk, actor=author, at=NOON)

    client.post(page("question_comment", question.code), {"note": "Xem lại Điều 3."})
    client.post(page("question_reopen", question.code))

    html = text(client.get(page("question_detail", question.code)))
    assert "Xem lại Điều 3." in html
    question.refresh_from_db()
    assert question.status == QuestionStatus.DRAFT


def test_documents_out_of_force_are_listed_with_what_they_bar(client, author):
    import_questions(
        file_of(ONE_OF_EACH[0]), at=NOON, options=Options(status=QuestionStatus.APPROVED)
    )

    html = text(client.get(page("document_list")))

    assert "1/NQ-CP" in html
    assert "Được thay bởi 2/NQ-CP." in html
    assert "DVC-001" in html
    assert "1 câu hỏi dựa trên văn bản" in text(client.get(page("question_list")))


@pytest.mark.parametrize("count", [1, 6])
def test_documents_out_of_force_cost_the_same_for_few_and_many(
    client, author, count, django_assert_num_queries
):
    rows = [question(place) for place in range(1, count + 1)]
    import_questions(file_of(*rows), at=NOON, options=Options(status=QuestionStatus.APPROVED))

    # the person; duties for the page and the menu; documents, the questions they bar
    with django_assert_num_queries(5):
        assert text(client.get(page("document_list"))).count("DVC-0") == 2 * count


# Files


def workbook(name="cau-hoi.xlsx"):
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=Options())
    data = export(bank_of(Question.objects.all()), FORMATS["xlsx"]).data
    Question.objects.update(current_revision=None)
    Question.objects.all().delete()
    return SimpleUploadedFile(name, data)


@pytest.mark.usefixtures("at_once")
def test_a_file_is_looked_through_and_then_brought_in(
    client, author, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("file_upload"), {"file": workbook(), "updates": "on"})
    file = ImportFile.objects.get()
    preview = text(client.get(page("file_detail", file.code)))
    assert Question.objects.count() == 0

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("file_apply", file.code))
    done = text(client.get(page("file_detail", file.code)))

    assert "Nhập vào ngân hàng" in preview
    assert "Đâu là điều đúng (5)?" in preview
    assert "Đã nhập xong: 5 câu mới" in done
    assert bank_of(Question.objects.all()).questions == ONE_OF_EACH
    assert set(Question.objects.values_list("author", flat=True)) == {author.pk}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after["created"]) == ("questions.import", 5)


@pytest.mark.usefixtures("at_once")
def test_a_file_is_brought_in_once(client, author, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("file_upload"), {"file": workbook(), "updates": "on"})
    file = ImportFile.objects.get()

    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(page("file_apply", file.code), follow=True)

    assert "đã nhập xong" in text(answer)
    assert Question.objects.count() == 5


@pytest.mark.usefixtures("at_once")
def test_bad_rows_are_told_and_can_be_shown_alone(
    client, author, django_capture_on_commit_callbacks
):
    data = "Câu hỏi;A;B;Đáp án;Chủ đề\nMột?;x;y;A;DVC\nHai?;x;y;Z;DVC\n".encode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("file_upload"), {"file": SimpleUploadedFile("a.csv", data)})
    file = ImportFile.objects.get()

    refused = text(client.get(page("file_detail", file.code), {"xem": "refused"}))

    assert "dòng 3" in refused
    assert "Đáp án “Z” không phải là chữ cái" in refused
    assert "Một?" not in refused


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("virus.exe", b"MZ", "Không rõ định dạng tệp"),
        ("trong.csv", b"", "rỗng"),
    ],
)
def test_a_file_that_is_none_is_refusedat_once(client, author, name, data, reason):
    response = client.post(page("file_upload"), {"file": SimpleUploadedFile(name, data)})

    assert response.status_code == 422
    assert reason in text(response)
    assert not ImportFile.objects.exists()


@pytest.mark.usefixtures("at_once")
def test_a_broken_workbook_is_told_in_its_preview(
    client, author, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("file_upload"), {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04")})

    file = ImportFile.objects.get()
    assert file.state == ImportState.PREVIEWED
    assert file.report["counts"]["refused"] == 1
    assert "disabled" in text(client.get(page("file_detail", file.code)))


def test_work_whose_process_died_may_be_begun_again(client, author):
    file = ImportFile.objects.create(
        owner=author,
        name="a.csv",
        format="csv",
        content=b"",
        uploaded_at=NOON - timedelta(hours=1),
        state=ImportState.APPLYING,
        report={
            "counts": dict.fromkeys(("created", "changed", "skipped", "duplicate", "refused"), 1)
        },
    )

    client.get(page("file_detail", file.code))

    file.refresh_from_db()
    assert file.state == ImportState.PREVIEWED


def test_nobody_sees_the_file_of_another(client, author):
    other = RoleGrantFactory(role=Role.AUTHOR).user
    file = ImportFile.objects.create(
        owner=other, name="a.csv", format="csv", content=b"", uploaded_at=NOON
    )

    assert client.get(page("file_detail", file.code)).status_code == 404
    assert client.post(page("file_apply", file.code)).status_code == 404


def test_the_template_can_be_brought_in_as_it_is(client, author):
    response = client.get(page("template_download"))

    parsed = FORMATS["xlsx"].read(response.content)

    assert response["Content-Disposition"] == 'attachment; filename="mau-cau-hoi.xlsx"'
    assert list(parsed) == []  # the examples stand aside


def test_an_export_says_first_what_is_lost_and_is_recorded(client, author):
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=Options())

    told = text(client.get(page("questions_export"), {"format": "aiken"}))
    file = client.post(page("questions_export"), {"format": "gift", "q": ""})

    assert "4 câu thuộc dạng mà định dạng này không có" in told
    assert "căn cứ của 1 câu" in told
    assert file["Content-Type"] == "text/plain"
    assert "Đâu là điều đúng" in file.content.decode()
    assert AuditEntry.objects.get().after == {"questions": 5}


def test_a_document_is_found_by_its_number(client, author):
    TopicFactory(code="dvc")
    document = LegalDocument.objects.create(
        code="hp-2013", number="Hiến pháp 2013", title="Hiến pháp nước CHXHCN Việt Nam"
    )

    client.post(page("question_create"), sent())

    (source,) = Question.objects.get().current_revision.sources.all()
    assert (source.document, source.article) == (document, "Điều 13")
