"""What a question says, once its frame, its spelling and its scan are taken away.

A stem is read as the folded syllables of what it asks about (abbreviations written out, the frame
"Anh/chị hãy cho biết" dropped, words that a scan stuck together taken apart), the kind of answer
it asks for (who, when, how many), its numbers, and whether it is negated.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from accounts.rules.folding import fold, tidy
from questionbank.rules.syllables import is_syllable


@dataclass(frozen=True, slots=True)
class Text:
    """A question as the author wrote it; `right` are texts of options, or accepted answers."""

    key: int
    stem: str
    options: tuple[str, ...]
    right: frozenset[str]


_WORD = re.compile(r"[^\W_]+")
_GENERIC = (
    "phat bieu|nhan dinh|khang dinh|menh de|cau tra loi|phuong an tra loi|dap an|phuong an|lua chon"
)
_BODIES = "co quan|don vi|to chuc|nguoi|bo nganh|bo|cap"
# Folded phrases, and what they are read as: nothing for the frame, "?who" for what is asked,
# None for what must stay as it is.
_PHRASES: list[tuple[str, str | None]] = [
    ("bo may|may (?:tinh|moc)|phuong an (?:cat giam|don gian|xu ly|sap xep)", None),
    ("(?:uy ban|hoi dong|toa an|kiem sat|cong an|quan doi) nhan dan", None),
    ("cchc", "cai cach hanh chinh"),
    ("tthc", "thu tuc hanh chinh"),
    ("ubnd", "uy ban nhan dan"),
    ("hdnd", "hoi dong nhan dan"),
    ("cntt", "cong nghe thong tin"),
    ("csdl", "co so du lieu"),
    ("dvctt", "dich vu cong truc tuyen"),
    ("dvc", "dich vu cong"),
    ("qppl", "quy pham phap luat"),
    ("cbccvc", "can bo cong chuc vien chuc"),
    ("cbcc", "can bo cong chuc"),
    ("tp", "thanh pho"),
    ("tw", "trung uong"),
    ("theo (?:anh|ban|ong)(?: (?:hoac )?(?:chi|ba))?", ""),
    ("(?:anh|ong)(?: hoac)? (?:chi|ba)", ""),
    ("(?:ban )?hay (?:cho biet|neu|chon|ke ten|dien)|(?:ban )?cho biet", ""),
    ("theo quy dinh(?: cua phap luat)?(?: hien hanh)?|phap luat hien hanh", ""),
    ("(?:sau|duoi) day|chon (?:cau|y)|cau hoi|hoi(?! dong| dap| nghi)|ngoai tru", ""),
    ("dien(?: tu)?(?: con thieu)?(?: thich hop)? vao cho trong", ""),
    (rf"(?:trong )?(?:cac |nhung )?(?:{_GENERIC})(?: nao)?|(?:cau|y|dieu) nao", ""),
    ("(?:nhu )?the nao la|duoc hieu|khai niem|dinh nghia|nghia la|cum tu|thuat ngu", ""),
    ("(?:nhung )?ai", "?who"),
    (f"(?:(?:cac|nhung) )?(?:{_BODIES})(?: co)?(?: tham quyen)? nao", "?who"),
    ("khi nao|luc nao|bao gio|(?:thoi gian|thoi diem) nao", "?when"),
    ("(?:ngay|thang|nam)(?: (?:ngay|thang|nam))* nao", "?when"),
    ("bao nhieu|may|bao lau", "?many"),
    ("o dau|tai dau|noi nao|dia diem nao", "?where"),
    ("vi sao|tai sao", "?why"),
    ("cong dan|nhan dan", "nguoi dan"),
    ("tiep nhan", "nhan"),
    ("chiu trach nhiem", "trach nhiem"),
    ("thoi gian|thoi diem", "thoi han"),
]
_PHRASE = re.compile(r"\b(?:" + "|".join(f"({phrase})" for phrase, _ in _PHRASES) + r")\b")
_MEANINGS = [meaning for _, meaning in _PHRASES]
STOP_SYLLABLES = frozenset(
    _WORD.findall(
        """
        ay ban bang bi biet boi cac chi cho chua co cua cung da dang dau day de den deu do doi
        duoc duoi dung gi gom hay hoac khi khong la nao nay nham nhat nhu nhung o phai sai sau
        se tai tat ca the theo thi thuoc tren trong tru tu va vao ve viec voi
        """
    )
)
WEAK_SYLLABLES = frozenset(
    _WORD.findall(
        """
        cai cach hanh chinh nha nuoc quan quy dinh noi thu tuc to so thuc hien cong tac
        """
    )
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """(kind, value) of each number, with the number as written."""

    values: Counter[tuple[str, str]]
    written: dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question says. `folded` and the sorted options settle its place in a comparison."""

    folded: str
    syllables: Counter[str]
    damaged: frozenset[str]  # syllables that no Vietnamese word has
    asked: frozenset[str]
    numbers: Numbers
    denials: tuple[str, ...]
    affirms: bool  # says "đúng"
    options: tuple[str, ...]
    right: tuple[str, ...]


def read(text: Text) -> Reading:
    numbers = numbers_of(text.stem)
    syllables, asked, damaged = content_of(text.stem, numbers)
    return Reading(
        folded=_fold(text.stem),
        syllables=Counter(syllables),
        damaged=damaged,
        asked=asked,
        numbers=numbers,
        denials=_denials(text.stem),
        affirms="đúng" in _WORD.findall(tidy(text.stem).lower()),
        options=tuple(sorted(map(option_key, text.options))),
        right=tuple(sorted(map(option_key, text.right))),
    )


def option_key(text: str) -> str:
    return _fold(text) or tidy(text)  # "<" and ">" fold to nothing


def _fold(text: str) -> str:
    """`fold`, which is the folds of the words, each looked up."""
    return " ".join(filter(None, map(_fold_word, text.split())))


@lru_cache(maxsize=16_384)
def _fold_word(word: str) -> str:
    return fold(word)


def content_of(stem: str, numbers: Numbers) -> tuple[list[str], frozenset[str], frozenset[str]]:
    """The syllables of the stem, the kinds of answer it asks for, and its damaged syllables."""
    text = _DOCUMENT.sub(" ", tidy(stem))
    parts = [part for word in _WORD.findall(text) for part in _parts(word)]
    meant = _PHRASE.sub(_meaning, " ".join(folded for folded, _ in parts)).split()
    counted = {_fold_word(word) for word in numbers.written.values()}
    return (
        [word for word in meant if not (word[0] == "?" or word[0].isdigit() or word in counted)],
        frozenset(word for word in meant if word[0] == "?"),
        frozenset(folded for folded, is_sound in parts if not is_sound),
    )


def _meaning(match: re.Match[str]) -> str:
    meaning = _MEANINGS[(match.lastindex or 1) - 1]
    return match.group() if meaning is None else meaning


_BARE_SYLLABLE = re.compile(
    "(?:[bcdghklmnprstvx]|[cgknpt]h|gi|ngh?|qu|tr)?"
    "(?:(?:[aeiouy]|[iy]e|o[aeo]|u[aeoy]|uye)(?:ch?|m|n[gh]?|p|t)?"
    "|[aou][iu]|a[oy]|e[ou]|i[au]|[iy]eu|o(?:ai|ay|eo)|u(?:oi|ou|ay|ya|yu))"
)


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[tuple[str, bool], ...]:
    """The word folded, and whether it is sound: like a syllable without marks, or an acronym.

    Syllables that are stuck together are taken apart where their marks show how: "Tổchức" can
    only be "Tổ chức", but "tochuc" might be "toc huc", which is left for `_mend`.
    """
    folded = fold(word)
    if _BARE_SYLLABLE.fullmatch(folded) or word.isupper() or word.isdigit():
        return ((folded, True),)
    apart = () if word.isascii() else _taken_apart(word)
    return apart or ((folded, False),)


def _taken_apart(word: str) -> tuple[tuple[str, bool], ...]:
    """Nothing if the word is not all syllables. "bộmáy" is rather "bộ máy" than "bộm áy"."""
    if is_syllable(word):
        return ((fold(word), True),)
    ends = range(min(len(word) - 1, 7), 0, -1)
    for end in sorted(ends, key=lambda end: _plain_letter(word[end]) in "aeiouy"):
        if is_syllable(word[:end]) and (rest := _taken_apart(word[end:])):
            return ((fold(word[:end]), True), *rest)
    return ()


# Numbers and negations -------------------------------------------------------------------------

_DOCUMENT = re.compile(r"\b(\d+[a-z]?)(?:/(\d{4}))?/([A-ZĐ]{2}[\w-]*)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<document>\b\d+[a-z]?(?:/\d{4})?/[a-zđ]{2}[\w-]*)"
    r"|(?:nghi dinh|nghi quyet|quyet dinh|thong tu|chi thi|cong van|ke hoach)(?: so)?"
    r" (?P<named>\d+[a-z]?\b)(?!/)"
    r"|(?P<date>\b\d{1,2}(?:[/.-]| thang )\d{1,2}(?:(?:[/.-]|,? nam )\d{4})?\b)"
    r"|(?P<year>\b(?:19|20)\d\d\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<word>\b(?:hai|ba|bon)\b)"
    r"|(?P<roman>\b[ivx]+\b)"
)
_NUMBER_WORDS = {"hai": "2", "ba": "3", "bốn": "4", "bon": "4"}


def numbers_of(stem: str) -> Numbers:
    """Documents by their number, dates by day and month, so that fuller names do not differ."""
    text = tidy(stem)
    plain = _plain(text)
    written: dict[tuple[str, str], str] = {}
    values: Counter[tuple[str, str]] = Counter()
    for match in _NUMBER.finditer(plain):
        kind = match.lastgroup or ""
        words = text[slice(*match.span(kind))]
        for value in _values(kind, words, is_bare=text.isascii()):
            values[value] += 1
            written.setdefault(value, words)
    return Numbers(values, written)


def _plain(text: str) -> str:
    """Lower case without marks, letter by letter: places in it are places in the text."""
    return "".join(map(_plain_letter, text))


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    bare = fold(letter)
    return bare if len(bare) == 1 else letter


def _values(kind: str, words: str, *, is_bare: bool) -> Iterator[tuple[str, str]]:
    if kind in ("document", "named"):
        number, *rest = words.split("/")
        yield "document", number.lstrip("0").lower()
        if rest and rest[0].isdigit():
            yield "document year", rest[0]
    elif kind == "date":
        day, month, *year = re.findall(r"\d+", words)
        yield "date", f"{int(day)}.{int(month)}"
        if year:
            yield "date year", year[0]
    elif kind == "word":
        lower = words.lower()
        if lower in _NUMBER_WORDS and (lower != "bon" or is_bare):
            yield "number", _NUMBER_WORDS[lower]
    elif kind != "roman":
        yield kind, words.lstrip("0") or "0"
    elif words.isupper():
        yield kind, words


_DENYING = frozenset(("khong", "chua", "tru", "sai"))


def _denials(stem: str) -> tuple[str, ...]:
    """The negating words: không, chưa, trừ, sai. An even number of them denies nothing.

    The last word of "… có được không?" asks, and denies nothing. Where the stem has no accents,
    "trừ" and "chưa" are guessed from "tru" and "chua".
    """
    text = tidy(stem).lower()
    is_bare = text.isascii()
    words = _WORD.findall(text)
    folded = [_fold_word(word) for word in words]
    while folded and folded[-1] in ("khong", "chua"):
        folded.pop()
    return tuple(
        words[place]
        for place, bare in enumerate(folded)
        if bare in _DENYING
        and _denies(bare, words[place], is_bare=is_bare)
        and _is_free(
            bare, folded[place - 1] if place else "", "".join(folded[place + 1 : place + 2])
        )
    )


def _denies(bare: str, word: str, *, is_bare: bool) -> bool:
    if bare == "khong":
        return word != "khống"
    return word in ("chưa", "trừ", "sai") or (is_bare and bare in ("chua", "tru"))


def _is_free(bare: str, before: str, after: str) -> bool:
    """Not "không gian", "không nhỉ", "lưu trú", "trụ sở", "đúng hay sai"."""
    if bare == "khong":
        return after not in ("gian", "khi") and before != "hay"
    if bare == "tru":
        return before not in ("luu", "cu", "thuong") and after not in ("so", "cot")
    return before not in ("hay", "hoac")


def differences_of(a: Reading, b: Reading) -> tuple[str, ...]:
    """What tells the stems apart: numbers of one kind on both sides, or a negation on one."""
    told = [*_other_numbers(a.numbers, b.numbers), *_other_numbers(b.numbers, a.numbers)]
    if _denials_against(a, b) % 2 != _denials_against(b, a) % 2:
        told += _verdicts(a) + _verdicts(b)
    return tuple(dict.fromkeys(told))


def _denials_against(mine: Reading, theirs: Reading) -> int:
    """Without a "tru" that was guessed to be "trừ" where theirs, with accents, has "trữ"."""
    known = {fold(word) for word in theirs.denials}
    words = theirs.folded.split()
    return sum(
        word not in ("tru", "chua") or word in known or word not in words for word in mine.denials
    )


def _other_numbers(mine: Numbers, theirs: Numbers) -> list[str]:
    """A fuller name adds a number; only where both sides have one of a kind do they differ."""
    kinds = {kind for kind, _ in theirs.values - mine.values}
    return [mine.written[it] for it in mine.values - theirs.values if it[0] in kinds]


def _verdicts(reading: Reading) -> list[str]:
    if reading.denials:
        return list(reading.denials)
    return ["đúng"] if reading.affirms else []
