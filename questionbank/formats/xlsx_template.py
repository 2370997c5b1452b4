"""The workbook that authors fill in: an empty table with its lists, a guide, and examples."""

import io
from collections.abc import Sequence
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats import tabular
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedSource
from questionbank.formats.xlsx import add_list, head_format, new_workbook, write_table


def template(topics: Sequence[str] = ()) -> bytes:
    """With a list of these topics; a new one may be written in their place."""
    target = io.BytesIO()
    with new_workbook(target) as book:
        sheet = book.add_worksheet(_("Câu hỏi"))
        write_table(book, sheet)
        letters = list(ascii_uppercase[: tabular.CHOICES_WRITTEN])
        add_list(sheet, _("Đáp án"), {"source": letters, "show_error": False})
        _write_guide(book, book.add_worksheet(_("Hướng dẫn")))
        write_table(book, book.add_worksheet(_("Ví dụ")), _examples())
        if topics:
            _add_topics(book, sheet, topics)
    return target.getvalue()


def _add_topics(book: Any, sheet: Any, topics: Sequence[str]) -> None:
    """On a hidden sheet: in the list itself Excel takes 255 characters at most."""
    lists = book.add_worksheet(_("Danh mục"))
    lists.hide()
    lists.write_column(0, 0, topics)
    source = f"='{lists.get_name()}'!$A$1:$A${len(topics)}"
    add_list(sheet, _("Chủ đề"), {"source": source, "show_error": False})


def _write_guide(book: Any, sheet: Any) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18, wrap)
    sheet.set_column(1, 1, 90, wrap)
    for column, heading in enumerate((_("Cột"), _("Cách ghi"))):
        sheet.write_string(0, column, heading, head_format(book))
    for number, texts in enumerate(_guide(), start=1):
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text, wrap)


def _guide() -> list[tuple[str, str]]:
    return [
        (_("Mã"), _("Để trống với câu mới; ghi mã đã có để sửa câu đó.")),
        (_("Chủ đề"), _("Chọn trong danh sách, hoặc ghi tên chủ đề mới.")),
        (_("Bộ câu hỏi"), _("Mã của bộ, chỉ gồm chữ không dấu, chữ số, “-” và “_”; có thể trống.")),
        (_("Dạng"), _("Chọn trong danh sách; để trống thì nhận theo phương án và đáp án.")),
        (_("Mức độ"), _("Chọn trong danh sách; để trống là mức giữa.")),
        (_("Câu hỏi"), _("Bắt buộc. Mỗi câu một dòng; xuống dòng trong ô bằng Alt+Enter.")),
        (
            _("Phương án A…H"),
            _("Từ 2 đến 8 phương án, ghi liền từ A. Câu điền từ, điền số thì để trống."),
        ),
        (
            _("Đáp án"),
            _(
                "Bắt buộc. Chữ cái của phương án đúng, nhiều đáp án ghi “A, C”. Câu điền từ: mỗi"
                " cách viết được chấp nhận một dòng. Câu điền số: ghi số."
            ),
        ),
        (_("Cách chấm"), _("Chỉ dùng cho câu nhiều lựa chọn.")),
        (_("Sai số"), _("Chỉ dùng cho câu điền số.")),
        (_("Điểm"), _("Để trống là 1.")),
        (_("Giải thích"), _("Thí sinh xem sau khi công bố đáp án.")),
        (
            _("Văn bản"),
            _("Số, ký hiệu văn bản làm căn cứ, ví dụ 61/2018/NĐ-CP; mỗi văn bản một dòng."),
        ),
        (_("Điều, khoản"), _("Ví dụ: khoản 2 Điều 3; mỗi dòng ứng với một văn bản.")),
        (_("Liên kết"), _("Địa chỉ http:// hoặc https://; mỗi dòng ứng với một văn bản.")),
        (_("Nhãn"), _("Mỗi nhãn một dòng hoặc cách nhau bằng dấu phẩy.")),
    ]


def _examples() -> list[ParsedQuestion]:
    """One of each kind; every key is checked against the document that it names."""
    culture = ParsedSource("1847/QĐ-TTg", "Điều 1")
    services = ParsedSource("42/2022/NĐ-CP", "Điều 11")
    programme = ParsedSource("76/NQ-CP", "Điều 1")
    return [
        ParsedQuestion(
            stem="Đề án Văn hóa công vụ được Thủ tướng Chính phủ phê duyệt ngày nào?",
            kind=QuestionKind.SINGLE_CHOICE,
            difficulty=Difficulty.EASY,
            code="VD-001",
            topic="Văn hóa công vụ",
            choices=_choices("27/12/2018", "14/6/2019", "15/7/2021", right="27/12/2018"),
            explanation="Quyết định số 1847/QĐ-TTg ngày 27/12/2018.",
            sources=(culture,),
            tags=("văn hóa công vụ",),
        ),
        ParsedQuestion(
            stem="Dịch vụ công trực tuyến được cung cấp theo những mức độ nào?",
            kind=QuestionKind.MULTIPLE_CHOICE,
            difficulty=Difficulty.MEDIUM,
            code="VD-002",
            topic="Dịch vụ công trực tuyến",
            choices=(
                ParsedChoice("Toàn trình", is_correct=True),
                ParsedChoice("Mức độ 3", is_correct=False),
                ParsedChoice("Một phần", is_correct=True),
                ParsedChoice("Mức độ 4", is_correct=False),
            ),
            scoring=Scoring.PARTIAL,
            sources=(services,),
        ),
        ParsedQuestion(
            stem="Dịch vụ công trực tuyến có bốn mức độ cung cấp.",
            kind=QuestionKind.TRUE_FALSE,
            difficulty=Difficulty.EASY,
            code="VD-003",
            topic="Dịch vụ công trực tuyến",
            choices=_choices("Đúng", "Sai", right="Sai"),
            explanation="Hai mức: toàn trình và một phần.",
            sources=(services,),
        ),
        ParsedQuestion(
            stem="Số, ký hiệu của quyết định phê duyệt Đề án Văn hóa công vụ là gì?",
            kind=QuestionKind.SHORT_TEXT,
            difficulty=Difficulty.HARD,
            code="VD-004",
            topic="Văn hóa công vụ",
            accepted=("1847/QĐ-TTg", "1847"),
            sources=(culture,),
        ),
        ParsedQuestion(
            stem=(
                "Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021-2030 có bao"
                " nhiêu nội dung?"
            ),
            kind=QuestionKind.NUMBER,
            difficulty=Difficulty.EASY,
            code="VD-005",
            topic="Chương trình tổng thể cải cách hành chính nhà nước",
            number=Decimal(6),
            sources=(programme,),
        ),
    ]


def _choices(*texts: str, right: str) -> tuple[ParsedChoice, ...]:
    return tuple(ParsedChoice(text, is_correct=text == right) for text in texts)
