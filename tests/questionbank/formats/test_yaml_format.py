from copy import deepcopy
from datetime import date

import pytest
import yaml

from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats import yaml_format
from questionbank.formats.parsed import ParsedChoice, ParsedSource, ParsedTopic, Problem
from questionbank.formats.reading import read_file
from questionbank.formats.yaml_format import FORMAT

FILE = """
topic: {code: van-hoa-cong-vu, name: "Văn hóa  công vụ"}
documents:
  - code: 1847/QD-TTg-2018
    number: 1847/QĐ-TTg
    title: Đề án Văn hóa công vụ
    issued_on: 2018-12-27
questions:
  - code: VHCV-001
    kind: single_choice
    difficulty: easy
    set: tuan-1
    stem: |
      Đề án Văn hóa công vụ được phê duyệt
      tại văn bản nào?
    choices: [Quyết định số 1847/QĐ-TTg, 1.10, "no", Cả 3 ý trên]
    answer: a
    explanation: Quyết định số 1847/QĐ-TTg.
    sources: [{document: 1847/QD-TTg-2018, article: Điều 1}]
"""


def read_questions(data):
    return read_file(FORMAT, data)


def one(**changes):
    """A file with one good question, some of whose fields are replaced (None: left out)."""
    content = yaml.safe_load(FILE)
    content["questions"][0].update(
        kind="single_choice", choices=["Một", "Hai", "Ba", "Bốn"], answer="B"
    )
    content["questions"][0].update(changes)
    question = {name: value for name, value in content["questions"][0].items() if value is not None}
    content["questions"] = [question]
    return yaml.safe_dump(content, allow_unicode=True).encode()


def test_read_questions_gives_every_field_as_written():
    parsed = read_questions(FILE.encode())

    assert parsed.problems == ()
    assert parsed.topics == (ParsedTopic("van-hoa-cong-vu", "Văn hóa công vụ"),)
    (document,) = parsed.documents
    assert (document.code, document.issued_on) == ("1847/QD-TTg-2018", date(2018, 12, 27))
    assert document.expires_on is None
    (question,) = parsed.questions
    assert (question.code, question.set_code) == ("VHCV-001", "tuan-1")
    assert question.topic == "van-hoa-cong-vu"
    assert (question.kind, question.difficulty) == (QuestionKind.SINGLE_CHOICE, Difficulty.EASY)
    assert question.stem == "Đề án Văn hóa công vụ được phê duyệt tại văn bản nào?"
    assert question.choices == (
        ParsedChoice("Quyết định số 1847/QĐ-TTg", is_correct=True, is_pinned=False),
        ParsedChoice("1.10", is_correct=False, is_pinned=False),
        ParsedChoice("no", is_correct=False, is_pinned=False),
        ParsedChoice("Cả 3 ý trên", is_correct=False, is_pinned=True),
    )
    assert question.sources == (ParsedSource("1847/QD-TTg-2018", "Điều 1"),)


def test_read_questions_takes_decomposed_text_and_a_byte_order_mark():
    data = one(stem="Nguye\u0302\u0303n\u00a0  Va\u0306n?").decode()

    parsed = read_questions(data.encode("utf-8-sig"))

    assert [question.stem for question in parsed.questions] == ["Nguyễn Văn?"]


def test_read_questions_takes_several_answers():
    parsed = read_questions(one(kind="multiple_choice", answer=["A", "C"]))

    (question,) = parsed.questions
    assert [choice.is_correct for choice in question.choices] == [True, False, True, False]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stem": None}, "thiếu trường “câu hỏi”."),
        ({"stem": " \u00a0 "}, "thiếu trường “câu hỏi”."),
        ({"stem": "chuông \a"}, "trường “câu hỏi” có ký tự điều khiển."),
        ({"stem": ["a"]}, "trường “stem” phải là chữ."),
        ({"explaination": "x"}, "có trường không rõ: explaination."),
        ({"set": "tuần 1"}, "trường “bộ câu hỏi” chỉ gồm chữ cái không dấu, chữ số, “-” và “_”."),
        (
            {"kind": "essay"},
            (
                "không rõ dạng câu hỏi “essay”; xin ghi một trong: Một lựa chọn, Nhiều lựa chọn,"
                " Đúng hoặc sai, Trả lời ngắn, Điền số."
            ),
        ),
        (
            {"difficulty": "siêu khó"},
            "không rõ mức độ “siêu khó”; xin ghi một trong: Nhận biết, Thông hiểu, Vận dụng.",
        ),
        ({"choices": None}, "phải có từ 2 đến 8 phương án, hiện có 0."),
        ({"choices": ["Một"]}, "phải có từ 2 đến 8 phương án, hiện có 1."),
        (
            {"choices": [f"Số {number}" for number in "123456789"]},
            "phải có từ 2 đến 8 phương án, hiện có 9.",
        ),
        ({"choices": "Một"}, "trường “choices” phải là một danh sách."),
        ({"choices": ["Một", "", "Ba"]}, "thiếu trường “phương án B”."),
        ({"choices": ["Một", None]}, "trường “choices” phải gồm toàn chữ."),
        ({"choices": ["Một", "Hai", "Mô\u0323t ."]}, "phương án A và C giống nhau."),
        ({"kind": "true_false"}, "câu đúng hoặc sai phải có đúng hai phương án."),
        ({"answer": None}, "thiếu đáp án."),
        ({"answer": []}, "thiếu đáp án."),
        (
            {"answer": "E"},
            "đáp án “E” không có trong các phương án.",
        ),
        ({"answer": ["A", "B"]}, "dạng câu hỏi này phải có đúng một đáp án."),
        ({"kind": "multiple_choice", "answer": ["A", "A"]}, "đáp án bị ghi lặp lại."),
        (
            {"kind": "multiple_choice", "answer": ["A", "B", "C", "D"]},
            "câu nhiều lựa chọn không thể có mọi phương án đều đúng.",
        ),
        ({"scoring": "partial"}, "chỉ câu nhiều lựa chọn mới có điểm từng phần."),
        ({"tolerance": "0.5"}, "chỉ câu điền số mới có sai số."),
        ({"points": "0"}, "điểm phải lớn hơn 0, không quá 100, nhiều nhất hai chữ số thập phân."),
        ({"kind": "number"}, "dạng câu hỏi này không có phương án."),
        (
            {"kind": "number", "choices": None, "answer": "sáu"},
            "đáp án “sáu” không phải là số hợp lệ.",
        ),
        (
            {"sources": [{"link": "javascript:alert(1)"}]},
            "liên kết phải bắt đầu bằng http:// hoặc https://.",
        ),
    ],
)
def test_bad_question_is_named_with_a_reason(changes, reason):
    parsed = read_questions(one(**changes))

    assert parsed.questions == ()
    assert parsed.problems == (Problem("VHCV-001", reason),)


def test_every_bad_question_is_reported_and_the_good_ones_are_read():
    content = yaml.safe_load(one())
    good = content["questions"][0]
    content["questions"] = [
        good,
        deepcopy({**good, "code": "VHCV-002", "stem": ""}),
        deepcopy({**good, "code": "VHCV-003", "answer": "Z"}),
        deepcopy(good),
        "không phải câu hỏi",
    ]

    parsed = read_questions(yaml.safe_dump(content, allow_unicode=True).encode())

    assert [question.code for question in parsed.questions] == ["VHCV-001"]
    assert parsed.problems == (
        Problem("VHCV-002", "thiếu trường “câu hỏi”."),
        Problem(
            "VHCV-003",
            "đáp án “Z” không phải là chữ cái, số thứ tự hay nội dung của phương án nào.",
        ),
        Problem("VHCV-001", "mã này đã dùng ở trên trong cùng tệp."),
        Problem("câu 5", "phải là một nhóm trường “tên: giá trị”."),
    )


def document(**changes):
    content = yaml.safe_load(one())
    content["documents"][0].update(changes)
    return yaml.safe_dump(content, allow_unicode=True).encode()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, "thiếu trường “title”."),
        (
            {"issued_on": "27/12/2018"},
            "trường “issued_on” phải là ngày có thật, viết theo dạng 2022-02-18.",
        ),
        (
            {"issued_on": "2018-02-30"},
            "trường “issued_on” phải là ngày có thật, viết theo dạng 2022-02-18.",
        ),
        (
            {"effective_on": "2019-01-01", "expires_on": "2018-01-01"},
            "ngày hết hiệu lực đứng trước ngày có hiệu lực.",
        ),
        ({"replaced_by": "1847/QD-TTg-2018"}, "không thể được thay bởi chính nó."),
    ],
)
def test_bad_document_is_one_problem_not_one_for_each_question(changes, reason):
    parsed = read_questions(document(**changes))

    assert parsed.problems == (Problem("1847/QD-TTg-2018", reason),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "phải là một nhóm trường “tên: giá trị”."),
        (b"a", "phải là một nhóm trường “tên: giá trị”."),
        (b"\xff\xfe", "không phải là tệp chữ UTF-8."),
        (b"cau_hoi: []", "có trường không rõ: cau_hoi."),
        (b"questions: 3", "trường “questions” phải là một danh sách."),
        (b"questions: [1]\nquestions: [2]", "sai cú pháp YAML ở dòng 2"),
        (b"a: [1,\nb: }", "sai cú pháp YAML ở dòng 2"),
        (b"topic: !!python/object/apply:os.system [ls]", "sai cú pháp YAML ở dòng 1"),
        (b"[" * 5000, "không đọc được tệp YAML."),
        (b"a: &x [1]\nb: [*x, *x]", "tệp YAML không được dùng tham chiếu (dấu *)."),
    ],
)
def test_unreadable_file_is_refused_with_a_reason(data, reason):
    parsed = read_questions(data)

    assert parsed.questions == ()
    (problem,) = parsed.problems
    assert problem.where == "tệp"
    assert problem.reason.startswith(reason)


def test_file_over_the_size_limit_is_not_even_parsed(monkeypatch):
    monkeypatch.setattr(yaml_format, "LARGEST_FILE", 100)

    assert read_questions(b"\xff" * 101).problems == (Problem("tệp", "lớn quá 0 MB."),)


def test_file_without_questions_says_so():
    assert read_questions(b"documents: []").problems == (Problem("tệp", "không có câu hỏi nào."),)
