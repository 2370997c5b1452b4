"""Refusals of the question bank."""

from django.utils.translation import gettext as _


class BankError(Exception):
    """A deed that is refused: a stable code for programs, a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def bad_response_message(code: str) -> str:
    """The sentence for the code of a BadResponse."""
    if code == "not_a_number":
        return _("Câu này cần trả lời bằng một số, ví dụ 12 hoặc 12,5.")
    if code == "too_long":
        return _("Câu trả lời quá dài, xin rút gọn còn 200 ký tự.")
    return _("Phương án trả lời không có trong câu hỏi này.")
