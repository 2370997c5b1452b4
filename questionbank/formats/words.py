"""The words that people write for kinds, levels and headings, and what they mean."""

import re

from accounts.rules.folding import fold
from questionbank.enums import Difficulty, QuestionKind, Scoring

_KINDS = {
    QuestionKind.SINGLE_CHOICE: (
        "mot lua chon",
        "1 lua chon",
        "chon mot",
        "mot dap an",
        "1 dap an",
        "trac nghiem",
        "trac nghiem mot lua chon",
        "single",
        "single choice",
        "mc",
        "mcq",
    ),
    QuestionKind.MULTIPLE_CHOICE: (
        "nhieu lua chon",
        "chon nhieu",
        "nhieu dap an",
        "trac nghiem nhieu lua chon",
        "multiple",
        "multiple choice",
        "multiple answers",
        "multiple response",
        "ma",
    ),
    QuestionKind.TRUE_FALSE: (
        "dung sai",
        "dung hoac sai",
        "dung hay sai",
        "true false",
        "true or false",
        "truefalse",
        "tf",
    ),
    QuestionKind.SHORT_TEXT: (
        "tra loi ngan",
        "dien tu",
        "dien khuyet",
        "tu luan ngan",
        "short text",
        "short answer",
        "shortanswer",
    ),
    QuestionKind.NUMBER: ("dien so", "so", "number", "numerical", "numeric"),
}
_DIFFICULTIES = {
    Difficulty.EASY: ("nhan biet", "de", "easy", "recall", "1", "muc 1", "nb"),
    Difficulty.MEDIUM: (
        *("thong hieu", "trung binh", "vua", "tb", "medium", "understanding"),
        *("2", "muc 2", "th"),
    ),
    Difficulty.HARD: (
        "van dung",
        "van dung thap",
        "van dung cao",
        "kho",
        "hard",
        "application",
        "3",
        "4",
        "muc 3",
        "vd",
        "vdc",
    ),
}
_SCORINGS = {
    Scoring.ALL_OR_NOTHING: (
        "all or nothing",
        "dung het moi co diem",
        "dung het",
        "tron diem",
        "khong",
    ),
    Scoring.PARTIAL: (
        *("partial", "partial credit", "co diem tung phan", "tung phan", "diem tung phan"),
        "co",
    ),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_DIFFICULTY_OF = {word: level for level, words in _DIFFICULTIES.items() for word in words}
_SCORING_OF = {word: scoring for scoring, words in _SCORINGS.items() for word in words}

# What stands above a column, by the field it fills; of two columns for one field the word that
# stands further up here wins. A heading may carry more words in brackets.
HEADINGS = {
    "code": ("ma cau hoi", "ma cau", "ma", "ma so", "question id", "code", "id"),
    "topic": (
        *("chu de", "ten chu de", "linh vuc", "chuyen de", "noi dung tuyen truyen"),
        *("nhom cau hoi", "nhom", "mang", "phan", "chuong", "topic", "category"),
    ),
    "set_code": ("bo cau hoi", "bo de", "question set", "set"),
    "kind": (
        *("dang cau hoi", "loai cau hoi", "kieu cau hoi", "dang", "loai", "kieu", "hinh thuc"),
        *("kind", "type"),
    ),
    "difficulty": (
        *("muc do", "do kho", "muc do kho", "muc do nhan thuc", "muc do cau hoi", "cap do"),
        *("difficulty", "level"),
    ),
    "stem": (
        *("noi dung cau hoi", "cau hoi", "cau hoi trac nghiem", "noi dung cau hoi trac nghiem"),
        *("cau hoi thi", "noi dung cau hoi thi", "question text", "question", "stem"),
        *("cau dan", "de bai", "noi dung", "de", "cau hoi va phuong an tra loi"),
        *("noi dung cau hoi va phuong an tra loi", "cau hoi va phuong an", "cau hoi va dap an"),
    ),
    "options": (
        *("phuong an", "phuong an tra loi", "cac phuong an", "cac phuong an tra loi"),
        *("lua chon", "cac lua chon", "phuong an lua chon", "cac dap an", "options", "choices"),
    ),
    "key": (
        *("dap an dung", "dap an chinh xac", "phuong an dung", "phuong an tra loi dung"),
        *("lua chon dung", "cau tra loi dung", "tra loi dung", "correct answer", "correct"),
        *("ket qua dung", "dap an", "da", "key", "ket qua", "tra loi", "answer"),
    ),
    "scoring": ("cach cham", "cham tung phan", "scoring"),
    "tolerance": ("sai so", "dung sai", "tolerance"),
    "points": ("diem", "so diem", "thang diem", "trong so", "points", "score", "weight"),
    "explanation": (
        *("giai thich", "giai thich dap an", "loi giai", "huong dan", "huong dan tra loi"),
        *("goi y", "goi y tra loi", "ly do", "explanation", "feedback"),
    ),
    "sources": (
        *("can cu", "can cu phap ly", "co so phap ly", "can cu tra loi", "can cu dap an"),
        *("nguon", "trich dan", "tham chieu", "tai lieu tham khao", "nguon tham khao"),
        *("tai lieu", "tham khao", "dan chieu", "vien dan", "source", "reference"),
    ),
    "documents": (
        *("so ky hieu van ban", "so van ban", "so hieu van ban", "van ban", "van ban can cu"),
        *("ten van ban", "van ban phap luat", "legal document", "document"),
    ),
    "articles": ("dieu khoan", "dieu khoan diem", "dieu", "article"),
    "link": ("lien ket", "duong dan", "link", "url"),
    "tags": ("nhan", "the", "tu khoa", "tags", "tag"),
}
_HEADING_OF = {word: name for name, words in HEADINGS.items() for word in words}
_RANK = {word: rank for words in HEADINGS.values() for rank, word in enumerate(words)}
_OPTION_NAME = (
    r"(?:phuong an|p ?a|dap an|d ?a|lua chon|option|choice|answer|tra loi|cau tra loi|y|cau)"
    r"(?: (?:tra loi|lua chon|so|thu))? ?"
)
_OPTION = re.compile(
    rf"(?:{_OPTION_NAME})?(?:([a-h])|([1-8]))|{_OPTION_NAME}(mot|nhat|hai|ba|tu|bon|nam|sau)"
)
_ORDER = {"mot": 0, "nhat": 0, "hai": 1, "ba": 2, "tu": 3, "bon": 3, "nam": 4, "sau": 5}
_IGNORED = {
    *("stt", "tt", "so tt", "so thu tu", "no", "ghi chu", "note", "notes", "don vi", "tac gia"),
    *("nguoi soan", "nguoi bien soan", "don vi soan", "don vi bien soan", "nguoi duyet", "ngay"),
}


def kind_of(text: str) -> QuestionKind | None:
    return _KIND_OF.get(fold(text))


def difficulty_of(text: str) -> Difficulty | None:
    return _DIFFICULTY_OF.get(fold(text))


def scoring_of(text: str) -> Scoring | None:
    return _SCORING_OF.get(fold(text))


def heading_of(text: str) -> str | None:
    """The field that a column of this heading fills, "choice:0" for the first option.

    "" for a column that is known and left alone, None for one that is not known.
    """
    for plain in _plain_headings(text):
        if plain in _HEADING_OF:
            return _HEADING_OF[plain]
        if plain in _IGNORED:
            return ""
        if option := _OPTION.fullmatch(plain):
            letter, number, word = option.groups()
            place = _ORDER[word] if word else int(number) - 1 if number else ord(letter) - ord("a")
            return f"choice:{place}"
    return None


def rank_of(heading: str) -> int:
    """How surely a heading means its field: the lower the surer."""
    return next((_RANK[it] for it in _plain_headings(heading) if it in _RANK), len(_RANK))


def _plain_headings(text: str) -> tuple[str, str]:
    return fold(text), fold(re.sub(r"\([^()]*\)|\*", " ", text))
