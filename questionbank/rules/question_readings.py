"""What a question says, once its frame, its spelling and its scan are taken away.

A stem is read as the folded syllables of what it asks about (abbreviations written out, the frame
"Anh/chị hãy cho biết" dropped, words that a scan stuck together taken apart), the kind of answer
it asks for (who, when, how many), its numbers, whether it is negated, and which of the words that
exclude each other it has.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from accounts.rules.folding import fold, tidy
from questionbank.rules.contrasts import words_apart
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
    ("tt tt", "thong tin truyen thong"),
    ("(?:ld tb|ldtb) xh", "lao dong thuong binh xa hoi"),
    ("gd dt", "giao duc dao tao"),
    ("kh dt", "ke hoach dau tu"),
    ("kh cn", "khoa hoc cong nghe"),
    ("(?:nn|nong nghiep) ptnt", "nong nghiep phat trien nong thon"),
    ("tn mt", "tai nguyen moi truong"),
    ("theo (?:anh|ban|ong)(?: (?:hoac )?(?:chi|ba))?", ""),
    ("(?:anh|ong)(?: hoac)? (?:chi|ba)", ""),
    ("(?:ban )?hay (?:cho biet|neu|chon|ke ten|dien)|(?:ban )?cho biet", ""),
    ("theo quy dinh(?: cua phap luat)?(?: hien hanh)?|phap luat hien hanh", ""),
    (rf"(?:sau|duoi) day|chon (?:cau|y|{_GENERIC})|cau hoi|hoi(?! dong| dap| nghi)|ngoai tru", ""),
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
    ("dieu khien (?:phuong tien|xe)", "lai xe"),
]
_PHRASE = re.compile(r"\b(?:" + "|".join(f"({phrase})" for phrase, _ in _PHRASES) + r")\b")
_MEANINGS = [meaning for _, meaning in _PHRASES]
_STOP_WORDS = _WORD.findall(
    """
    ấy ban bạn bằng bị biết bởi các chị chỉ cho chưa có của cũng đã đang đâu đây để đến đều do đối
    được dưới đúng gì gồm hay hoặc khi không là nào này nay nhằm nhất như nhưng những ở phải sai sau
    sẽ tại tất cả thế thể theo thì thuộc trên trong trừ từ và vào về việc với
    """
)
STOP_SYLLABLES = frozenset(map(fold, _STOP_WORDS))
_SPOKEN_STOPS = frozenset(_STOP_WORDS)
CONTENT_MARK = "+"  # after a syllable of content that is like a stop word without accents: "tử"
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

    stem: str
    folded: str
    syllables: Counter[str]
    damaged: frozenset[str]  # syllables that no Vietnamese word has
    asked: frozenset[str]
    numbers: Numbers
    acronyms: frozenset[str]  # folded, of no meaning known here
    denials: tuple[str, ...]
    affirms: bool  # says "đúng"
    options: tuple[str, ...]
    right: tuple[str, ...]
    written: dict[str, str]  # the right answers as the author wrote them

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.folded.split())


@lru_cache(maxsize=8192)  # some 3 kB each; the questions of a file are candidates of each other
def read(text: Text) -> Reading:
    stem = without_place(text.stem)
    numbers = numbers_of(stem)
    syllables, asked, damaged = content_of(stem, numbers)
    return Reading(
        stem=stem,
        folded=_fold(stem),
        syllables=Counter(syllables),
        damaged=damaged,
        asked=asked,
        numbers=numbers,
        acronyms=_acronyms(stem).intersection(syllables),
        denials=_denials(stem),
        affirms="đúng" in _WORD.findall(tidy(stem).lower()),
        options=tuple(sorted(map(option_key, text.options))),
        right=tuple(sorted(map(option_key, text.right))),
        written={option_key(answer): tidy(answer) for answer in text.right},
    )


_PLACE = re.compile(
    r"\s*(?:c[âa]u(?: h[ỏo]i)?(?: s[ốo])? ?\d+ ?[.:)]|\d{1,4} ?[.:)](?=\s))\s*", re.IGNORECASE
)


def without_place(stem: str) -> str:
    """Without the number that it had in a file: "Câu 12. ", "3) "."""
    found = _PLACE.match(stem)
    return stem[found.end() :] if found and found.end() < len(stem) else stem


def _acronyms(stem: str) -> frozenset[str]:
    """Words of three capitals and more, unless the whole stem is in capitals."""
    if stem.isupper():
        return frozenset()
    words = _WORD.findall(stem)
    return (
        frozenset(_fold_word(word) for word in words if _ACRONYM.fullmatch(word)) - STOP_SYLLABLES
    )


_ACRONYM = re.compile("[A-ZĐ]{3,8}")


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
    meant = _meant(parts)
    counted = {it for words in numbers.written.values() for it in _fold(words).split()}
    return (
        [word for word in meant if not (word[0] == "?" or word[0].isdigit() or word in counted)],
        frozenset(word for word in meant if word[0] == "?"),
        frozenset(part.folded for part in parts if not part.is_sound),
    )


def _meant(parts: "list[_Part]") -> list[str]:
    """The parts with phrases read as what they mean, and content marked that looks like a stop."""
    marked = [word for part in parts for word in part.marked.split()]
    text = " ".join(part.folded for part in parts)
    meant: list[str] = []
    done = place = 0
    for match in _PHRASE.finditer(text):
        meaning = _MEANINGS[(match.lastindex or 1) - 1]
        if meaning is None:
            continue
        start = place + len(text[done : match.start()].split())
        meant += [*marked[place:start], *meaning.split()]
        done, place = match.end(), start + len(match.group().split())
    return meant + marked[place:]


_BARE_SYLLABLE = re.compile(
    "(?:[bcdghklmnprstvx]|[cgknpt]h|gi|ngh?|qu|tr)?"
    "(?:(?:[aeiouy]|[iy]e|o[aeo]|u[aeoy]|uye)(?:ch?|m|n[gh]?|p|t)?"
    "|[aou][iu]|a[oy]|e[ou]|i[au]|[iy]eu|o(?:ai|ay|eo)|u(?:oi|ou|ay|ya|yu))"
)


class _Part(NamedTuple):
    folded: str
    marked: str
    is_sound: bool


def _part(word: str, *, is_sound: bool) -> _Part:
    folded = fold(word)
    is_content = folded in STOP_SYLLABLES and not (word.isascii() or word.lower() in _SPOKEN_STOPS)
    return _Part(folded, folded + CONTENT_MARK if is_content else folded, is_sound)


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[_Part, ...]:
    """The word folded, and whether it is sound: like a syllable without marks, or an acronym.

    Syllables that are stuck together are taken apart where their marks show how: "Tổchức" can
    only be "Tổ chức", but "tochuc" might be "toc huc", which is left for `_mend`.
    """
    folded = fold(word)
    if _BARE_SYLLABLE.fullmatch(folded) or word.isupper() or word.isdigit():
        return (_part(word, is_sound=True),)
    apart = () if word.isascii() else _taken_apart(word)
    return apart or (_part(word, is_sound=False),)


def _taken_apart(word: str) -> tuple[_Part, ...]:
    """Nothing if the word is not all syllables. "bộmáy" is rather "bộ máy" than "bộm áy"."""
    if is_syllable(word):
        return (_part(word, is_sound=True),)
    ends = range(min(len(word) - 1, 7), 0, -1)
    for end in sorted(ends, key=lambda end: _plain_letter(word[end]) in "aeiouy"):
        if is_syllable(word[:end]) and (rest := _taken_apart(word[end:])):
            return (_part(word[:end], is_sound=True), *rest)
    return ()


# Numbers and negations -------------------------------------------------------------------------

_DOCUMENT = re.compile(r"\b(\d+[a-z]?)(?:/(\d{4}))?/([A-ZĐ]{2}[\w-]*)", re.IGNORECASE)
_DIGITS = "mot|hai|ba|bon|sau|bay|tam|chin"
_NUMBER = re.compile(
    r"(?P<document>\b\d+[a-z]?(?:/\d{4})?/[a-zđ]{2}[\w-]*)"
    r"|(?:nghi dinh|nghi quyet|quyet dinh|thong tu|chi thi|cong van|ke hoach)(?: so)?"
    r" (?P<named>\d+[a-z]?\b)(?!/)"
    r"|(?P<date>\b\d{1,2}(?:[/.-]| thang )\d{1,2}(?:(?:[/.-]|,? nam )\d{4})?\b)"
    r"|(?P<year>\b(?:19|20)\d\d\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<word>\b(?:(?:{_DIGITS}) )?muoi(?: (?:{_DIGITS}|tu|lam))?\b|\b(?:{_DIGITS})\b)"
    r"|(?P<roman>\b[ivx]+\b)"
)
_NUMBER_WORDS = {
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mươi": 10,
}
_BARE_NUMBER_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "lam": 5, "muoi": 10}


def _number_of(words: str, *, is_bare: bool) -> int | None:
    """15 for "mười lăm", 20 for "hai mươi"; None for "sau", which is no "sáu"."""
    known = _BARE_NUMBER_WORDS if is_bare else _NUMBER_WORDS
    values = [known.get(word, 0) for word in words.lower().split()]
    if 10 not in values:
        return values[0] or None
    place = values.index(10)
    tens = values[place - 1] if place else 0
    return 10 * (tens or 1) + sum(values[place + 1 :])


_AFTER = re.compile("^sau ", re.IGNORECASE)  # no "sáu"


def numbers_of(stem: str) -> Numbers:
    """Documents by their number, dates by day and month, so that fuller names do not differ."""
    text = tidy(stem)
    plain = _plain(text)
    written: dict[tuple[str, str], str] = {}
    values: Counter[tuple[str, str]] = Counter()
    for match in _NUMBER.finditer(plain):
        kind = match.lastgroup or ""
        words = _AFTER.sub("", text[slice(*match.span(kind))])
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
        if value := _number_of(words, is_bare=is_bare):
            yield "number", str(value)
    elif kind != "roman":
        yield kind, words.lstrip("0") or "0"
    elif words.isupper():
        yield kind, words


_DENYING = frozenset(("khong", "chua", "tru", "sai", "cam"))


def _denials(stem: str) -> tuple[str, ...]:
    """The negating words: không, chưa, trừ, sai, cấm. An even number of them denies nothing.

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
    return word in ("chưa", "trừ", "sai", "cấm") or (is_bare and bare in ("chua", "tru", "cam"))


def _is_free(bare: str, before: str, after: str) -> bool:
    """Not "không gian", "không quá", "lưu trú", "trụ sở", "cam kết", "đúng hay sai"."""
    if bare == "khong":
        return after not in ("gian", "khi", "qua", "duoi") and before != "hay"
    if bare == "cam":
        return after not in ("ket", "doan", "on")
    if bare == "tru":
        return before not in ("luu", "cu", "thuong") and after not in ("so", "cot")
    return before not in ("hay", "hoac")


def differences_of(a: Reading, b: Reading) -> tuple[str, ...]:
    """What tells the stems apart: numbers of one kind, or words that exclude each other, on both
    sides, or a negation on one.
    """
    told = [*_other_numbers(a.numbers, b.numbers), *_other_numbers(b.numbers, a.numbers)]
    if _denials_against(a, b) % 2 != _denials_against(b, a) % 2:
        told += _verdicts(a) + _verdicts(b)
    told += words_apart(a.stem, b.stem)
    mine, theirs = _unknown_acronyms(a, b), _unknown_acronyms(b, a)
    if mine and theirs:
        told += map(str.upper, [*mine, *theirs])
    return tuple(dict.fromkeys(told))


def _unknown_acronyms(mine: Reading, theirs: Reading) -> list[str]:
    """Those of mine that theirs neither have nor write out."""
    return sorted(it for it in mine.acronyms - theirs.acronyms if it not in theirs.initials)


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
