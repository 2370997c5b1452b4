"""Files as other tools and other people write them, and exactly what comes of each.

A question is shown as its kind, its words, and its options with a star before the right ones; a
part that is refused as the row and the reason.
"""

from pathlib import Path

import pytest

from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS

SAMPLES = Path(__file__).parent / "samples"
PART = (
    "có câu trả lời được một phần điểm, chưa được hỗ trợ; xin cho mỗi câu trả lời trọn điểm hoặc"
    " không điểm."
)
OTHER_VERSION = "xin xuất theo QTI 2.1 hoặc 2.2, Moodle XML, GIFT hay Aiken."


def shown(question):
    if question.choices:
        answer = " | ".join("*" * it.is_correct + it.text for it in question.choices)
    elif question.number is not None:
        answer = f"{question.number} ± {question.tolerance}"
    else:
        answer = " / ".join(question.accepted)
    stem = question.stem.replace("\n", "⏎")
    more = [question.scoring] if question.scoring == "partial" else []
    more += [f"{question.points:f} điểm"] if question.points != 1 else []
    more += [f"#{question.code}"] if question.code else []
    more += [question.explanation] if question.explanation else []
    return " · ".join([f"{question.kind}: {stem} {{{answer}}}", *more])


def outcome(name, path):
    parsed = read_file(FORMATS[name], (SAMPLES / path).read_bytes())
    return [shown(it) for it in parsed.questions] + [str(it) for it in parsed.problems]


def test_gift_by_hand():
    assert outcome("gift", "gift/by_hand.gift") == [
        "single_choice: Nhóm máu nào cho được mọi người? {B | A | *O | AB} · #Q1",
        (
            "single_choice: Cách viết hoa nào đúng?"
            " {*Ủy ban nhân dân | Ủy Ban Nhân Dân | ủy ban nhân dân}"
        ),
        (
            "single_choice: Việc nào không phải của Bộ phận Một cửa? Chọn một."
            " {*Xét xử | Tiếp nhận hồ sơ}"
        ),
        "single_choice: Cho các bước:⏎⏎1. nộp⏎2. nhận {*1 trước 2 | 2 trước 1}",
        "single_choice: 10⁶ mũ n viết là? {*10⁶ⁿ | 10⁶}",
        "single_choice: Thẻ <b> để làm gì? {*In đậm | Xuống dòng}",
        (
            "multiple_choice: Lợi ích của dịch vụ công trực tuyến?"
            " {*Đi lại ít | *Minh bạch | Tốn giấy | Chờ lâu} · partial"
        ),
        "short_text: Tên Bộ? {Nội vụ}",
        "short_text: Phép nhân? {2*3}",
        "câu 8 (dòng 17): các phương án đúng không được điểm như nhau, chưa được hỗ trợ.",
        f"câu 9 (dòng 19): {PART}",
        f"câu 11 (dòng 23): {PART}",
        "câu 12 (dòng 25): đáp án có dấu * thay cho chữ bất kỳ chưa được hỗ trợ.",
        "câu 14 (dòng 29): dạng câu ghép đôi chưa được hỗ trợ.",
        f"câu 15 (dòng 31): {PART}",
        "câu 16 (dòng 33): có hình, mà tệp GIFT không chứa được hình; xin xuất dạng Moodle XML.",
        "câu 17 (dòng 35): có công thức MathML, chưa được hỗ trợ.",
        "câu 18 (dòng 37): tỉ lệ điểm của các phương án đúng cộng lại phải là 100, hiện là 60.",
    ]


def test_aiken_with_notes():
    assert outcome("aiken", "aiken/with_notes.txt") == [
        (
            "single_choice: Nhóm máu nào cho được mọi người? {A | *O | B | AB}"
            " · 2 điểm · O không có kháng nguyên A, B."
        ),
        "single_choice: Tập hợp {1, 2} có mấy phần tử? {1 | *2}",
        "câu 3 (dòng 14): đáp án “E” không có trong các phương án.",
    ]


def test_moodle_easily_misread():
    assert outcome("moodle", "moodle/easily_misread.xml") == [
        "single_choice: Nhóm máu nào cho được mọi người? {B | A | *O} · #01",
        "single_choice: Cách viết hoa nào đúng? {*Ủy ban nhân dân | Ủy Ban Nhân Dân}",
        "single_choice: Cho:⏎⏎a) nộp b) nhận⏎⏎3. trả {*a trước b | b trước a²ⁿ}",
        "single_choice: Chọn sai bị trừ điểm? {Có | *Không} · #Phạt",
        "multiple_choice: Ba ý đúng? {*Một | *Hai | *Ba | Bốn} · partial",
        "short_text: Bộ nào? {Nội vụ}",
        "multiple_choice: Chọn đủ? {*Một | *Hai | Ba}",
        "câu 6: các phương án đúng không được điểm như nhau, chưa được hỗ trợ.",
        f"câu 7: {PART}",
        "câu 8: dạng câu hỏi này phải có đúng một đáp án.",
        "câu 9: tỉ lệ điểm của các phương án đúng cộng lại phải là 100, hiện là 60.",
        "câu 10: câu này đã bị ẩn hoặc xóa trong Moodle; nếu cần, xin bỏ ẩn rồi xuất.",
        "câu 11: có âm thanh, phim hoặc tệp nhúng, chưa được hỗ trợ.",
        "câu 12: có tệp đính kèm, chưa được hỗ trợ.",
        "câu 13: có công thức MathML, chưa được hỗ trợ.",
        "câu 14: hình “@@PLUGINFILE@@/bien.png” không có trong tệp.",
        f"câu 16: {PART}",
        "câu 17: câu điền số có chấm cả đơn vị chưa được hỗ trợ.",
        f"câu 18: {PART}",
        *(
            f"câu {number}: dạng câu hỏi “{kind}” của Moodle chưa được hỗ trợ."
            for number, kind in enumerate(
                ("cloze", "matching", "ddwtos", "calculated", "description"), start=20
            )
        ),
    ]


CHOICES = "{*Một | Hai | Ba}"
QTI_ITEMS = {
    "match_correct": "single_choice: Đọc kỹ.⏎⏎Ý nào đúng? {Một | *Hai | Ba} · #match_correct",
    "map_response": (
        "multiple_choice: Ý nào đúng? {*Một | Hai | *Ba} · partial · 2.00 điểm · #map_response"
    ),
    "unequal_mapping": PART,
    "partial_mapping": PART,
    "mapping_of_others": "đáp án và bảng điểm (mapping) không khớp nhau.",
    "letters_as_options": "single_choice: Ý nào đúng? {B | *A | C} · #letters_as_options",
    "key_without_option": "đáp án “C9” không phải là mã của phương án nào.",
    "normal_maximum": f"single_choice: Ý nào đúng? {CHOICES} · 4.0 điểm · #normal_maximum",
    "text_entry": "short_text: Trả lời: _____ {York} · #text_entry",
    "text_entry_partial": PART,
    "text_pattern": "đáp án theo mẫu chữ hoặc một phần của chữ chưa được hỗ trợ.",
    "essay_with_a_model": "không cho biết đáp án; câu tự luận chưa được hỗ trợ.",
    "number": "number: Trả lời: _____ {3.14 ± 0.01} · 2.00 điểm · #number",
    "number_one_way": "sai số hai phía khác nhau chưa được hỗ trợ.",
    "number_rounded": "cách chấm theo số đã làm tròn chưa được hỗ trợ.",
    "template": "câu có số liệu thay đổi mỗi lần làm (template), chưa được hỗ trợ.",
    "adaptive": "câu trả lời qua nhiều bước (adaptive), chưa được hỗ trợ.",
    "rubric": f"single_choice: Dữ kiện: X = 5.⏎⏎Ý nào đúng? {CHOICES} · #rubric",
    "formula": "có công thức MathML, chưa được hỗ trợ.",
    "audio": "có âm thanh, phim hoặc tệp nhúng, chưa được hỗ trợ.",
    "object_picture": "hình “bien.png” không có trong tệp.",
    "shared_stimulus": "có phần nội dung nằm ở tệp khác, chưa được hỗ trợ.",
    "inline_choice": "dạng câu hỏi “inlineChoiceInteraction” của QTI chưa được hỗ trợ.",
    "two_questions": "có nhiều phần để trả lời trong cùng một câu, chưa được hỗ trợ.",
    "feedback_by_answer": (
        f"single_choice: Ý nào đúng? {CHOICES} · #feedback_by_answer · Tốt lắm."
    ),
    "numbered_list": (f"single_choice: 1. nộp⏎2. nhận⏎⏎Ý nào đúng? {CHOICES} · #numbered_list"),
    "version_1": f"tệp theo QTI 1.2 chưa được hỗ trợ; {OTHER_VERSION}",
    "version_3": f"tệp theo QTI 3.0 chưa được hỗ trợ; {OTHER_VERSION}",
}


@pytest.mark.parametrize(("name", "told"), QTI_ITEMS.items())
def test_one_item_of_qti(name, told):
    (said,) = outcome("qti", f"qti/items/{name}.xml")

    assert said.removeprefix("câu 1: ").removeprefix("tệp: ") == told


def test_every_sample_item_is_told_of():
    assert {path.stem for path in (SAMPLES / "qti/items").iterdir()} == QTI_ITEMS.keys()
