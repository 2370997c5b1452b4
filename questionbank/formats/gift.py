"""Questions in Moodle's GIFT: https://docs.moodle.org/en/GIFT_format is its definition.

Moodle reads [id:...] and [tag:...] in the comments above a question and passes over anything else
in them. There we also write what it has no way to say: [scoring:...], [kind:...], [pinned:AC].
This is how a file is read; it is written in `gift_writing`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import StringIO
from string import ascii_uppercase
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.rules.folding import fold
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import PARAGRAPHS, PINS, Format, Item, RawQuestion
from questionbank.formats.fields import BadField, unless_seen
from questionbank.formats.gift_writing import (
    CATEGORY,
    COMMENT,
    EXPLAINED,
    PAIR,
    SPECIALS,
    TRUE_FALSE,
    write,
)
from questionbank.formats.markup import BadMarkup, plain_text
from questionbank.formats.parsed import Problem
from questionbank.formats.picture_markup import the_mention
from questionbank.formats.shares import check_no_parts, is_full, right_one, right_several
from questionbank.formats.text_files import decode

LONGEST_QUESTION = 1_000_000  # characters, its feedback among them
MOST_ANSWERS = len(ascii_uppercase)
FULL = Decimal(100)

_GAP = "_____"
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
# an escaped character while the text is taken apart; no decoded text has these
_STAND_INS = "\x01\x02\x03\x04\x05\x06\x07"
_HIDDEN = {"n": "\n", **dict(zip(SPECIALS, _STAND_INS, strict=True))}
_SHOWN = str.maketrans(_STAND_INS, SPECIALS)

_MARK = re.compile(r"\[(id|tag|kind|scoring|pinned):((?:[^\]\\]|\\.?)*+)(\]|\Z)")
_ESCAPED_IN_MARK = re.compile(r"\\([\]\\])")
_ROOT = re.compile(r"\$(?:course|coursecat|module|system|cat[0-9]+)\$(?:/top)?/?")
_SLASH = re.compile(r"(?<!/)/(?!/)")
_LONGEST_PATH = 2000
_TITLE = re.compile(r"\s*+::(.*?)::", re.DOTALL)
_CODE = re.compile(r"\S{1,40}")
_MARKER = re.compile(r"\s*+\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_TAG_OR_ENTITY = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|span|div|font|su[bp]|[ou]l|li|table|t[rdh]|h[1-6]|img|a|pre"
    r"|math|audio|video|iframe|object|embed|svg)(?:\s[^<>]*)?/?>|&(?:nbsp|lt|gt|amp|quot);",
    re.IGNORECASE,
)
_WILDCARD = re.compile(r"(?<!\\)\*")
_ANSWER = re.compile(r"([~=])([^~=]*)")
_WEIGHT = re.compile(r"\s*+%(-?[0-9]{1,3}(?:[.,][0-9]{0,9})?)%")
_NUMBER = r"[-+]?[0-9]{1,15}(?:[.,][0-9]{1,15})?(?:[eE][-+]?[0-9]{1,2})?"
_NEAR = re.compile(rf"({_NUMBER})(?:\s*+:(?:\s*+({_NUMBER}))?)?")
_RANGE = re.compile(rf"({_NUMBER})\s*+\.\.\s*+({_NUMBER})")
_TRUTH = dict.fromkeys(("T", "TRUE", "Đ", "ĐÚNG"), "A") | dict.fromkeys(
    ("F", "FALSE", "S", "SAI"), "B"
)


@dataclass
class _Block:
    """The lines of one question, with the topic above it and what its comments say."""

    topic: str
    line: int = 0
    lines: list[str] = field(default_factory=list)
    size: int = 0
    tags: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def is_begun(self) -> bool:
        return bool(self.line or self.marks or self.tags)

    def add(self, line: str, *, number: int) -> None:
        self.line = self.line or number
        self.size += len(line)
        if self.size <= LONGEST_QUESTION:
            self.lines.append(line)

    def note(self, comment: str) -> None:
        for name, value, closed in _MARK.findall(comment):
            text = _ESCAPED_IN_MARK.sub(r"\1", value).strip()
            if closed and name == "tag":
                self.tags.append(text)
            elif closed and text:
                self.marks.setdefault(name, text)


class _Answer(NamedTuple):
    """One option with its feedback cut off; `weight` is None where none is written."""

    is_marked_right: bool
    weight: Decimal | None
    text: str

    @property
    def share(self) -> Decimal:
        """How much of the points it is worth, in per cent."""
        if self.weight is not None:
            return self.weight
        return FULL if self.is_marked_right else Decimal(0)


def _read(data: bytes) -> Iterator[Item]:
    titles: set[str] = set()
    for count, block in enumerate(_blocks(decode(data)), start=1):
        where = _("câu %(number)d (dòng %(line)d)") % {"number": count, "line": block.line}
        try:
            yield _question(block, where, titles)
        except (BadField, BadMarkup) as error:
            yield Problem(where, str(error))


def _blocks(text: str) -> Iterator[_Block]:
    """The questions, which end at empty lines and at categories."""
    block = _Block("")
    for number, line in enumerate(StringIO(text), start=1):
        bare = line.strip()
        if bare.startswith(COMMENT):
            block.note(bare)
        elif bare and not bare.startswith(CATEGORY):
            block.add(line, number=number)
        elif bare or block.is_begun:
            if block.line:
                yield block
            block = _Block(_topic(bare.removeprefix(CATEGORY)) if bare else block.topic)
    if block.line:
        yield block


def _topic(path: str) -> str:
    """The last part of a category; "//" within a part stands for a slash, as Moodle writes it."""
    path = path[-_LONGEST_PATH:].strip()
    if _ROOT.fullmatch(path):
        return ""
    parts = [part.strip() for part in _SLASH.split(path)]
    return next((part for part in reversed(parts) if part), "").replace("//", "/")


def _question(block: _Block, where: str, titles: set[str]) -> RawQuestion:
    """Its title is its code if it looks like one that is not among `titles`.

    Raises BadField and BadMarkup.
    """
    if block.size > LONGEST_QUESTION:
        raise BadField(_("câu hỏi dài quá %(longest)d ký tự.") % {"longest": LONGEST_QUESTION})
    text = _ESCAPED.sub(lambda escape: _HIDDEN[escape[1]], "".join(block.lines))
    title, text = _title_and_rest(text)
    written_in, text = _format_and_rest(text, usual="moodle")
    before, inside, after = _around_braces(text)
    answers, explanation = _answers_and_explanation(inside)
    code = block.marks.get("id") or (_CODE.fullmatch(title) and unless_seen(title, titles)) or ""
    raw = RawQuestion(
        where=where,
        stem=_shown(before + _gap(after, written_in) + after, written_in, is_asked=True),
        code=code,
        topic=block.topic,
        explanation=_text(explanation, written_in),
        tags=tuple(block.tags),
        pinned=frozenset(ascii_uppercase.find(each) for each in block.marks.get("pinned", "")),
    )
    raw = _with_answers(raw, answers.strip(), written_in)
    return _as_marked(raw, block.marks)


def _as_marked(raw: RawQuestion, marks: Mapping[str, str]) -> RawQuestion:
    """With what our own marks say of it, as far as it can be so."""
    if raw.kind == QuestionKind.MULTIPLE_CHOICE and marks.get("scoring") in Scoring.values:
        raw = replace(raw, scoring=marks["scoring"])
    if raw.kind == QuestionKind.SINGLE_CHOICE and marks.get("kind") == QuestionKind.TRUE_FALSE:
        raw = replace(raw, kind=QuestionKind.TRUE_FALSE)
    return raw


def _title_and_rest(text: str) -> tuple[str, str]:
    title = _TITLE.match(text)
    if title is None:
        return "", text
    return title[1].translate(_SHOWN).strip(), text[title.end() :]


def _format_and_rest(hidden: str, *, usual: str) -> tuple[str, str]:
    """The format that the text is written in, and the text without the mark of it."""
    marker = _MARKER.match(hidden)
    return (marker[1].lower(), hidden[marker.end() :]) if marker else (usual, hidden)


def _around_braces(text: str) -> tuple[str, str, str]:
    """What is before, in and after the braces. Raises BadField."""
    before, opened, rest = text.partition("{")
    inside, closed, after = rest.partition("}")
    if not opened and "}" not in before:
        raise BadField(_("không có phần đáp án trong ngoặc nhọn { }."))
    if not opened or not closed or "}" in before:
        raise BadField(
            _(
                "thiếu dấu ngoặc nhọn mở hoặc đóng phần đáp án; xin lưu ý trong một câu hỏi không"
                " được có dòng trống."
            )
        )
    if "{" in inside or "{" in after or "}" in after:
        raise BadField(_("có hơn một cặp ngoặc nhọn { }; xin để một dòng trống giữa hai câu hỏi."))
    return before, inside, after


def _answers_and_explanation(inside: str) -> tuple[str, str]:
    """General feedback is behind the last mark: an empty feedback "#" may stand before it."""
    answers, mark, explanation = inside.rpartition(EXPLAINED)
    return (answers, explanation) if mark else (inside, "")


def _gap(after: str, written_in: str) -> str:
    return _GAP if after.strip() and _shown(after, written_in) else ""


def _text(hidden: str, written_in: str, *, is_asked: bool = False) -> str:
    """The text that people see; a format marker of its own outdoes that of the question."""
    written_in, hidden = _format_and_rest(hidden, usual=written_in)
    return _shown(hidden, written_in, is_asked=is_asked)


def _shown(hidden: str, written_in: str, *, is_asked: bool = False) -> str:
    """Raises BadMarkup, and BadField where what is asked has a picture, which is not in GIFT."""
    shown = hidden.translate(_SHOWN).strip()
    if written_in == "moodle" and _TAG_OR_ENTITY.search(shown):
        shown, written_in = shown.replace("\n", "<br>"), "html"
    if written_in != "html":
        return shown
    text = plain_text(shown)
    if is_asked and the_mention(shown) is not None:
        raise BadField(_("có hình, mà tệp GIFT không chứa được hình; xin xuất dạng Moodle XML."))
    return text


def _with_answers(raw: RawQuestion, inside: str, written_in: str) -> RawQuestion:
    """Raises BadField and BadMarkup."""
    if not inside:
        raise BadField(_("dạng câu tự luận chưa được hỗ trợ."))
    if inside.startswith("#"):
        return _numerical(raw, inside[1:])
    if letter := _TRUTH.get(inside.partition("#")[0].strip().upper()):
        return replace(raw, kind=QuestionKind.TRUE_FALSE, choices=TRUE_FALSE, key=(letter,))
    answers = _answers(inside)
    if len(answers) > MOST_ANSWERS:
        raise BadField(
            _("có %(count)d phương án, nhiều hơn mức %(most)d.")
            % {"count": len(answers), "most": MOST_ANSWERS}
        )
    texts = tuple(_text(answer.text, written_in, is_asked=True) for answer in answers)
    return _choice(raw, answers, texts) if "~" in inside else _short_text(raw, answers, texts)


def _answers(inside: str) -> list[_Answer]:
    """Every option; text before the first sign is an option too, as Moodle has it."""
    found: list[tuple[str, str]] = _ANSWER.findall(inside)
    if inside[0] not in "~=":
        lead = re.split("[~=]", inside, maxsplit=1)[0]
        found.insert(0, ("~" if "~" in inside else "=", lead))
    return [_weighed(sign, body.partition("#")[0]) for sign, body in found]


def _weighed(sign: str, body: str) -> _Answer:
    weight = _WEIGHT.match(body)
    if weight is None:
        return _Answer(sign == "=", None, body)
    return _Answer(sign == "=", _decimal(weight[1]), body[weight.end() :])


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _short_text(raw: RawQuestion, answers: list[_Answer], texts: tuple[str, ...]) -> RawQuestion:
    """Accepts what is worth all points. Raises BadField for pairs, patterns and parts."""
    if any(answer.weight is None and PAIR in answer.text for answer in answers):
        raise BadField(_("dạng câu ghép đôi chưa được hỗ trợ."))
    shares = [float(answer.share) for answer in answers]
    accepted = [text for share, text in zip(shares, texts, strict=True) if is_full(share)]
    if any(_WILDCARD.search(text) for text in accepted):
        raise BadField(_("đáp án có dấu * thay cho chữ bất kỳ chưa được hỗ trợ."))
    known = set(map(fold, accepted))  # letter case and accents do not matter to us
    pairs = zip(shares, texts, strict=True)
    check_no_parts([share for share, text in pairs if fold(text) not in known])
    key = tuple(text.replace(r"\*", "*") for text in accepted)
    return replace(raw, kind=QuestionKind.SHORT_TEXT, key=key)


def _choice(raw: RawQuestion, answers: list[_Answer], texts: tuple[str, ...]) -> RawQuestion:
    """A single choice if "=" marks an option as worth all points, else a multiple one."""
    shares = [float(answer.share) for answer in answers]
    is_single = any(answer.is_marked_right and answer.share >= FULL for answer in answers)
    right = right_one(shares) if is_single else right_several(shares)
    kind = QuestionKind.SINGLE_CHOICE if is_single else QuestionKind.MULTIPLE_CHOICE
    key = tuple(ascii_uppercase[place] for place in right.places)
    return replace(raw, kind=kind, choices=texts, key=key, scoring=right.scoring)


def _numerical(raw: RawQuestion, body: str) -> RawQuestion:
    """What follows "~" is feedback to wrong numbers. Raises BadField."""
    parts = [part.partition("#")[0] for part in body.partition("~")[0].split("=")]
    answers = [_weighed("=", part) for part in parts if part.strip()]
    full = [answer.text for answer in answers if is_full(float(answer.share))]
    check_no_parts([float(answer.share) for answer in answers])
    if len(full) != 1:
        raise BadField(_("câu điền số phải có đúng một đáp số được trọn điểm."))
    middle, tolerance = _middle_and_tolerance(full[0].translate(_SHOWN).strip())
    return replace(raw, kind=QuestionKind.NUMBER, key=(f"{middle:f}",), tolerance=f"{tolerance:f}")


def _middle_and_tolerance(text: str) -> tuple[Decimal, Decimal]:
    """Raises BadField."""
    if near := _NEAR.fullmatch(text):
        return _decimal(near[1]), _decimal(near[2] or "0")
    if ends := _RANGE.fullmatch(text):
        least, most = _decimal(ends[1]), _decimal(ends[2])
        return (least + most) / 2, abs(most - least) / 2
    raise BadField(_("đáp số “%(number)s” không phải là số.") % {"number": text[:40]})


FORMAT = Format(
    name="gift",
    label="GIFT (Moodle)",
    extension=".gift",
    media_type="text/plain",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("stem", "kind", "choices", "accepted", "number", "tolerance", "scoring"),
            *("code", "topic", "explanation", "tags", PINS, PARAGRAPHS),
        }
    ),
    read=_read,
    write=write,
    names_options=True,
)
