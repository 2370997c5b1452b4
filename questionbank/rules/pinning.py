"""Options that speak of the other options ("Cả 3 ý trên") and must keep their place."""

import re

from accounts.rules.folding import composed

_NUMBER = r"(?:\d+|hai|ba|bốn|năm|sáu)"
_NOUN = (
    r"(?:ý|ý kiến|phương án|đáp án|câu|câu trả lời|lựa chọn|nội dung|trường hợp|khẳng định"
    r"|nhận định|phát biểu|đáp án trả lời|phương án trả lời)"
)
_LETTER = r"[a-h]"
_JOINT = r"(?:,|;|\+|&|và|hoặc|hay|,? và|,? hoặc)"
_VERDICT = r"(?:(?: đều| cùng)?(?: là)?(?: không)? (?:đúng|sai|đều đúng|đều sai|được|chính xác))"

# Each pattern must cover the whole option: "Cả A và B" is pinned, a sentence that merely
# contains these words is not.
_PATTERNS = [
    # Cả 3 ý trên · Tất cả các phương án nêu trên đều đúng · Một trong các trường hợp trên
    r"(?:tất cả|cả|toàn bộ|các|một trong các|một trong)\b.{0,60}\btrên(?: đây)?" + _VERDICT + "?",
    # Tất cả đều đúng · Cả hai đều sai
    r"(?:tất cả|cả|các)\b(?: [^ ]+){0,5}? (?:đều|là) (?:đúng|sai|không đúng|chính xác)",
    rf"(?:tất cả|cả {_NUMBER})(?: {_NOUN})? (?:đúng|sai)",
    # Tất cả · Cả hai · Cả 3 phương án · Tất cả các ý
    rf"(?:tất cả|cả {_NUMBER})(?: các)?(?: {_NOUN})?",
    # Cả A và B · A, B và C đều đúng · Cả hai phương án A và B · Chỉ A và C
    (
        rf"(?:chỉ )?(?:có )?(?:cả )?(?:{_NUMBER} )?(?:{_NOUN} )?{_LETTER}"
        rf"(?: ?{_JOINT} ?(?:{_NOUN} )?{_LETTER})+{_VERDICT}?"
    ),
    # Chỉ phương án A đúng · Câu B sai
    rf"(?:chỉ )?(?:có )?{_NOUN} {_LETTER}{_VERDICT}",
    # Không có đáp án nào đúng · Không phương án nào · Không ý nào ở trên
    rf"không(?: có)?(?: bất kỳ)? {_NOUN}(?: nào)?(?: (?:ở|nêu|kể|phía|bên))*(?: trên)?{_VERDICT}?",
    # Đáp án khác · Phương án khác
    rf"{_NOUN} khác",
]
_REFERRING = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
_NOT_ALL = re.compile(r"\b(?:sai|không|hoặc|hay|khác|một trong)\b")
_MARKS = re.compile(r"[().\"'“”:!]+")


def refers_to_others(text: str) -> bool:
    """Whether an option only makes sense beside the others, in the order they were written.

    Errs on the side of pinning: an option pinned for nothing merely keeps its place.
    """
    return _REFERRING.fullmatch(_plain(text)) is not None


def affirmed_places(text: str, place: int) -> frozenset[int]:
    """The options, by their place from 0, that this one at `place` says are all right.

    "Cả A và B" says so of two, "Cả 3 ý trên" of all before it; empty for any other.
    """
    plain = _plain(text)
    if not refers_to_others(text) or _NOT_ALL.search(plain):
        return frozenset()
    letters = re.findall(rf"\b{_LETTER}\b", plain)
    return frozenset(ord(it) - ord("a") for it in letters) or frozenset(range(place))


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", composed(text).casefold()).split())
