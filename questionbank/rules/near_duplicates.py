"""Questions that ask the same in other words: found in a bank, and told from mere look-alikes.

A stem is read as the folded syllables of what it asks about (abbreviations written out, the frame
"Anh/chị hãy cho biết" dropped, words that a scan stuck together taken apart), the kind of answer
it asks for (who, when, how many), its numbers, and whether it is negated.

`compare` scores two questions; `Index` finds the few worth comparing among many thousands.
"""

import enum
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from zlib import crc32

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from accounts.rules.folding import fold, tidy
from questionbank.rules.syllables import is_syllable

THRESHOLD = 0.8  # no pair that chose it is amiss between 0.78 and 0.85

# Of the score: weights of syllables are whole numbers, so that sums do not depend on their order.
_FULL = 20
_WEAK = 10  # in every other question
_STOP = 2
_SWAPPED = 1.6  # what each side says instead of the other tells more
_ADDED = 0.3  # than what only one side says
_OTHER_ASKED = 0.7
_TOLD_APART = 0.95
_HALF_ASKED = 0.95
_RICH = 3 * _FULL  # a stem of so much content needs no options to be understood
_GENERIC_SHARE = 0.95  # of the answers, where the stem says nothing
_PULL = 0.9  # of the answers on the odds that two stems mean the same
_RIGHT_SHARE = 0.7  # of the right answers among the answers
_ALIKE = 80  # per cent of letters, for two options to be the same

# Of the index
_GRAM = 5  # letters
_WINDOW = 4  # grams, of which one is kept
_OPTION_SHARE = 0.5
_CANDIDATES = 30
_BUDGET = 8_000  # postings looked at in one search


class Relation(enum.Enum):
    """How two questions that are alike stand to each other."""

    SAME = "same"  # the same stem, the same options in any order, the same right ones
    CONFLICT = "conflict"  # the same stem with different right answers
    NEAR = "near"  # in other words; as probable as the score is high
    DIFFERENT = "different"  # alike, but for a number or a negation


@dataclass(frozen=True, slots=True)
class Text:
    """A question as the author wrote it; `right` are texts of options, or accepted answers."""

    key: int
    stem: str
    options: tuple[str, ...]
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """`differences` are the numbers or words that tell the two apart, as written."""

    key: int
    score: float
    relation: Relation
    differences: tuple[str, ...]


def compare(a: Text, b: Text) -> Match:
    """How b stands to a. The score is symmetric, `differences` name a's words first."""
    return _match(_read(a), _read(b), b.key)


# What a stem says ------------------------------------------------------------------------------

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
_STOP_SYLLABLES = frozenset(
    _WORD.findall(
        """
        ay ban bang bi biet boi cac chi cho chua co cua cung da dang dau day de den deu do doi
        duoc duoi dung gi gom hay hoac khi khong la nao nay nham nhat nhu nhung o phai sai sau
        se tai tat ca the theo thi thuoc tren trong tru tu va vao ve viec voi
        """
    )
)
_WEAK_SYLLABLES = frozenset(
    _WORD.findall(
        """
        cai cach hanh chinh nha nuoc quan quy dinh noi thu tuc to so thuc hien cong tac
        """
    )
)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """(kind, value) of each number, with the number as written."""

    values: Counter[tuple[str, str]]
    written: dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a question says. `folded` and the sorted options settle its place in a comparison."""

    folded: str
    syllables: Counter[str]
    damaged: frozenset[str]  # syllables that no Vietnamese word has
    asked: frozenset[str]
    numbers: _Numbers
    denials: tuple[str, ...]
    affirms: bool  # says "đúng"
    options: tuple[str, ...]
    right: tuple[str, ...]


def _read(text: Text) -> _Reading:
    numbers = _numbers(text.stem)
    syllables, asked, damaged = _content(text.stem, numbers)
    return _Reading(
        folded=_fold(text.stem),
        syllables=Counter(syllables),
        damaged=damaged,
        asked=asked,
        numbers=numbers,
        denials=_denials(text.stem),
        affirms="đúng" in _WORD.findall(tidy(text.stem).lower()),
        options=tuple(sorted(map(_option_key, text.options))),
        right=tuple(sorted(map(_option_key, text.right))),
    )


def _option_key(text: str) -> str:
    return _fold(text) or tidy(text)  # "<" and ">" fold to nothing


def _fold(text: str) -> str:
    """`fold`, which is the folds of the words, each looked up."""
    return " ".join(filter(None, map(_fold_word, text.split())))


@lru_cache(maxsize=16_384)
def _fold_word(word: str) -> str:
    return fold(word)


def _content(stem: str, numbers: _Numbers) -> tuple[list[str], frozenset[str], frozenset[str]]:
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


def _numbers(stem: str) -> _Numbers:
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
    return _Numbers(values, written)


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


def _differences(a: _Reading, b: _Reading) -> tuple[str, ...]:
    """What tells the stems apart: numbers of one kind on both sides, or a negation on one."""
    told = [*_other_numbers(a.numbers, b.numbers), *_other_numbers(b.numbers, a.numbers)]
    if _denials_against(a, b) % 2 != _denials_against(b, a) % 2:
        told += _verdicts(a) + _verdicts(b)
    return tuple(dict.fromkeys(told))


def _denials_against(mine: _Reading, theirs: _Reading) -> int:
    """Without a "tru" that was guessed to be "trừ" where theirs, with accents, has "trữ"."""
    known = {fold(word) for word in theirs.denials}
    words = theirs.folded.split()
    return sum(
        word not in ("tru", "chua") or word in known or word not in words for word in mine.denials
    )


def _other_numbers(mine: _Numbers, theirs: _Numbers) -> list[str]:
    """A fuller name adds a number; only where both sides have one of a kind do they differ."""
    kinds = {kind for kind, _ in theirs.values - mine.values}
    return [mine.written[it] for it in mine.values - theirs.values if it[0] in kinds]


def _verdicts(reading: _Reading) -> list[str]:
    if reading.denials:
        return list(reading.denials)
    return ["đúng"] if reading.affirms else []


# The score -------------------------------------------------------------------------------------


def _match(a: _Reading, b: _Reading, key: int) -> Match:
    if a.folded == b.folded and a.options == b.options and a.right == b.right:
        return Match(key, 1.0, Relation.SAME, ())
    first, second = sorted((a, b), key=lambda it: (it.folded, it.options, it.right))
    if a.folded == b.folded:
        if a.right and b.right and not _same_answers(first, second):
            return Match(key, _question_likeness(first, second), Relation.CONFLICT, ())
        return Match(key, _score(first, second), Relation.NEAR, ())
    differences = _differences(a, b)
    if differences:
        score = _TOLD_APART * _question_likeness(first, second)
        return Match(key, score, Relation.DIFFERENT, differences)
    return Match(key, _score(first, second), Relation.NEAR, ())


def _same_answers(a: _Reading, b: _Reading) -> bool:
    return len(a.right) == len(b.right) and _right_likeness(a, b) == 1


def _score(a: _Reading, b: _Reading) -> float:
    """p·w / (p·w + 1 - p), where the answers pull the odds of the stems: w = exp(PULL·(2e - 1)).

    p = (1 - g)·stems + g·e, with e the likeness of the answers and g as `_generic_share` has it.
    """
    stems = _stem_likeness(a, b)
    answers = _answer_likeness(a, b)
    if answers is None:
        return stems
    p = _blend(stems, answers, _generic_share(a, b))
    pull = math.exp(_PULL * (2 * answers - 1))
    return min(1.0, p * pull / (p * pull + 1 - p))


def _question_likeness(a: _Reading, b: _Reading) -> float:
    """(1 - g)·stems + g·options: without the right answers, where they are known to differ."""
    stems = _stem_likeness(a, b)
    if not a.options or not b.options:
        return stems
    return _blend(stems, _options_likeness(a.options, b.options), _generic_share(a, b))


def _blend(stems: float, answers: float, share: float) -> float:
    return min(1.0, (1 - share) * stems + share * answers)


def _generic_share(a: _Reading, b: _Reading) -> float:
    """g = GENERIC_SHARE·(1 - content/RICH): 0 for a rich stem, near 1 for "Phát biểu nào đúng?"."""
    numbers = min(len(a.numbers.values), len(b.numbers.values))
    content = (_weight(a.syllables) + _weight(b.syllables)) / 2 + _FULL * numbers
    return _GENERIC_SHARE * max(0.0, 1 - content / _RICH)


def _stem_likeness(a: _Reading, b: _Reading) -> float:
    """c / (c + SWAPPED·min(x, y) + ADDED·|x - y|), with c, x, y the weights of the syllables
    (and numbers) that both say, only a says and only b says; less if they ask for another kind
    of answer.
    """
    if a.folded == b.folded:
        return 1.0
    common = _weight(a.syllables & b.syllables) + _FULL * len(a.numbers.values & b.numbers.values)
    only_a, only_b = a.syllables - b.syllables, b.syllables - a.syllables
    damaged = a.damaged | b.damaged
    if common and damaged & (only_a.keys() | only_b.keys()):
        common += _mend(only_a, only_b, damaged)
    x, y = _weight(only_a), _weight(only_b)
    whole = common + _SWAPPED * min(x, y) + _ADDED * abs(x - y)
    return (common / whole if whole else 1.0) * _asked_likeness(a.asked, b.asked)


def _asked_likeness(a: frozenset[str], b: frozenset[str]) -> float:
    if a == b or a & b:
        return 1.0
    return _OTHER_ASKED if a and b else _HALF_ASKED


def _weight(syllables: Counter[str]) -> int:
    return sum(_syllable_weight(it) * count for it, count in syllables.items())


def _syllable_weight(syllable: str) -> int:
    if syllable in _STOP_SYLLABLES:
        return _STOP
    return _WEAK if syllable in _WEAK_SYLLABLES else _FULL


def _mend(only_a: Counter[str], only_b: Counter[str], damaged: frozenset[str]) -> int:
    """Take out what a scan made of the same syllable; the weight of what was taken out."""
    taken = 0
    for mine, theirs in ((only_a, only_b), (only_b, only_a)):
        for syllable in sorted(mine):
            pieces = _pieces(syllable, theirs, damaged)
            if pieces:
                taken += _syllable_weight(syllable)
                mine.subtract([syllable])
                theirs.subtract(pieces)
        for each in (mine, theirs):
            for syllable in [it for it, count in each.items() if count <= 0]:
                del each[syllable]
    return taken


def _pieces(syllable: str, others: Counter[str], damaged: frozenset[str]) -> list[str]:
    """The one syllable it stands for with a letter or two wrong, or the two it was split into."""
    there = sorted(it for it, count in others.items() if count > 0)
    for other in there:
        if syllable in damaged or other in damaged:
            shorter = min(len(syllable), len(other))
            allowed = 0 if shorter < 2 else 1 if shorter < 5 else 2
            if Levenshtein.distance(syllable, other, score_cutoff=allowed) <= allowed:
                return [other]
    for start in there:
        if not syllable.startswith(start):
            continue
        rest = syllable.removeprefix(start)
        if rest != start and rest in there and {syllable, start, rest} & damaged:
            return [start, rest]
    return []


def _answer_likeness(a: _Reading, b: _Reading) -> float | None:
    """e = SHARE·right + (1 - SHARE)·options; None where neither is known on both sides."""
    options = _options_likeness(a.options, b.options) if a.options and b.options else None
    right = _right_likeness(a, b) if a.right and b.right else None
    if right is None or options is None:
        return options if right is None else right
    return _RIGHT_SHARE * right + (1 - _RIGHT_SHARE) * options


def _options_likeness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """The mean, over the options of both, of the likeness to the other's likest option."""
    best = [max(_alike(mine, its) for its in b) for mine in a]
    best += [max(_alike(mine, its) for its in a) for mine in b]
    return math.fsum(best) / len(best)


def _right_likeness(a: _Reading, b: _Reading) -> float:
    """The share of right answers whose likest option on the other side is right there too."""
    found = [_is_right(mine, b) for mine in a.right] + [_is_right(mine, a) for mine in b.right]
    return sum(found) / len(found)


def _is_right(answer: str, other: _Reading) -> bool:
    best = max(_alike(answer, its) for its in (*other.options, *other.right))
    return best > 0 and any(_alike(answer, its) == best for its in other.right)


def _alike(a: str, b: str) -> float:
    """0 if they are told apart by a number or are less than ALIKE, else the share of letters."""
    if a == b:
        return 1.0
    if _DIGITS.findall(a) != _DIGITS.findall(b):
        return 0.0
    return float(ratio(a.replace(" ", ""), b.replace(" ", ""), score_cutoff=_ALIKE)) / 100


_DIGITS = re.compile(r"[1-9]\d*")


# The index -------------------------------------------------------------------------------------


class Index:
    """Questions by the rarer of their features.

    A feature is the hash of five letters in a row, of the stem's content or of an option; of each
    four neighbours the least is kept (winnowing: Schleimer et al., 2003), so two texts that share
    eight letters in a row share a feature. A search walks the features from the rarest until it
    has seen BUDGET questions, adds up share²·ln²(1 + N/df) over the square root of the candidate's
    number of features, and compares the best thirty in full.
    """

    def __init__(self) -> None:
        self._texts: list[Text | None] = []
        self._sizes = array("H")
        self._slots: dict[int, int] = {}
        self._free: list[int] = []
        self._postings: dict[int, array[int] | int] = {}  # most features are of one question

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, text: Text) -> None:
        """Put the question in; another with its key makes room."""
        self.remove(text.key)
        features = _features(text)
        slot = self._slot(text, min(len(features), 65_535))
        for feature in features:
            posting = self._postings.get(feature)
            if posting is None:
                self._postings[feature] = slot
            elif isinstance(posting, int):
                self._postings[feature] = array("I", (posting, slot))
            else:
                posting.append(slot)

    def _slot(self, text: Text, size: int) -> int:
        if self._free:
            slot = self._free.pop()
            self._texts[slot], self._sizes[slot] = text, size
        else:
            slot = len(self._texts)
            self._texts.append(text)
            self._sizes.append(size)
        self._slots[text.key] = slot
        return slot

    def remove(self, key: int) -> None:
        """Take the question out, if it is in."""
        slot = self._slots.pop(key, None)
        text = None if slot is None else self._texts[slot]
        if slot is None or text is None:
            return
        for feature in _features(text):
            posting = self._postings[feature]
            if not isinstance(posting, int) and len(posting) > 1:
                posting.remove(slot)
            else:
                del self._postings[feature]
        self._texts[slot] = None
        self._free.append(slot)

    def nearest(self, text: Text, *, limit: int = 5, threshold: float = THRESHOLD) -> list[Match]:
        """The matches of at least the threshold, best first, without the text's own key."""
        reading = _read(text)
        matches = [
            _match(reading, _read(other), other.key) for other in self._candidates(text, limit)
        ]
        good = [match for match in matches if match.score >= threshold]
        return nlargest(limit, good, key=_rank)

    def _candidates(self, text: Text, limit: int) -> Iterator[Text]:
        points = self._points(_features(text))
        own = self._slots.get(text.key)
        if own is not None:
            points.pop(own, None)
        ranked = nlargest(
            max(_CANDIDATES, 2 * limit),
            points,
            key=lambda slot: (points[slot] / math.sqrt(self._sizes[slot]), -slot),
        )
        for slot in ranked:
            found = self._texts[slot]
            if found is not None:
                yield found

    def _points(self, features: dict[int, float]) -> dict[int, float]:
        """By slot, over the rarest features until the budget is spent."""
        points: dict[int, float] = {}
        left = _BUDGET
        for count, share, slots in sorted(self._found(features), key=lambda it: it[:2]):
            if points and count > left:
                break
            left -= count
            worth = share * share * math.log(1 + len(self) / count) ** 2
            for slot in slots:
                points[slot] = points.get(slot, 0.0) + worth
        return points

    def _found(self, features: dict[int, float]) -> Iterator[tuple[int, float, Iterable[int]]]:
        for feature, share in features.items():
            posting = self._postings.get(feature)
            if isinstance(posting, int):
                yield 1, share, (posting,)
            elif posting is not None:
                yield len(posting), share, posting


def _rank(match: Match) -> tuple[float, bool, int]:
    return match.score, match.relation is Relation.SAME, -match.key


def _features(text: Text) -> dict[int, float]:
    """Each feature of the question with its share: those of the stem count more."""
    features: dict[int, float] = {}
    for option in text.options or tuple(text.right):
        features.update(dict.fromkeys(_fingerprints(_option_key(option), b"o"), _OPTION_SHARE))
    numbers = _numbers(text.stem)
    content = [it for it in _content(text.stem, numbers)[0] if it not in _STOP_SYLLABLES]
    grams = _fingerprints("".join(content), b"s")
    grams |= {crc32(f"{kind} {value}".encode(), 1) for kind, value in numbers.values}
    features.update(dict.fromkeys(grams, 1.0))
    return features


def _fingerprints(text: str, salt: bytes) -> set[int]:
    """Of the hashes of five letters in a row, the least of each four neighbours."""
    letters = text.replace(" ", "").encode()
    if not letters:
        return set()
    start = crc32(salt)
    hashes = [
        crc32(letters[place : place + _GRAM], start)
        for place in range(max(1, len(letters) - _GRAM + 1))
    ]
    return {
        min(hashes[place : place + _WINDOW]) for place in range(max(1, len(hashes) - _WINDOW + 1))
    }
