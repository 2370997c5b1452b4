"""Questions in Moodle's GIFT: https://docs.moodle.org/en/GIFT_format is its definition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import StringIO
from string import ascii_uppercase
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.rules.folding import fold
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank, Format, Item, RawQuestion
from questionbank.formats.markup import TooLong, plain_text
from questionbank.formats.parsed import ParsedQuestion, Problem
from questionbank.formats.text_files import decode

LONGEST_QUESTION = 1_000_000  # characters, its feedback among them
MOST_ANSWERS = len(ascii_uppercase)
FULL = Decimal(100)

_COMMENT, _CATEGORY, _EXPLAINED, _PAIR = "//", "$CATEGORY:", "####", "->"
_GAP = "_____"
_TOP = "$course$/top"

_SPECIALS = "~=#{}:\\"
_SPECIAL = re.compile(r"[~=#{}:\\]")
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
# an escaped character while the text is taken apart; no decoded text has these
_STAND_INS = "\x01\x02\x03\x04\x05\x06\x07"
_HIDDEN = {"n": "\n", **dict(zip(_SPECIALS, _STAND_INS, strict=True))}
_SHOWN = str.maketrans(_STAND_INS, _SPECIALS)

_MARK = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.?)*+)(\]|\Z)")
_ESCAPED_IN_MARK = re.compile(r"\\([\]\\])")
_TO_ESCAPE_IN_MARK = re.compile(r"[\]\\]")
_ROOT = re.compile(r"\$(?:course|coursecat|module|system|cat[0-9]+)\$(?:/top)?/?")
_SLASH = re.compile(r"(?<!/)/(?!/)")
_LONGEST_PATH = 2000
_TITLE = re.compile(r"\s*+::(.*?)::", re.DOTALL)
_CODE = re.compile(r"\S{1,40}")
_MARKER = re.compile(r"\s*+\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_ANSWER = re.compile(r"([~=])([^~=]*)")
_WEIGHT = re.compile(r"\s*+%(-?[0-9]{1,3}(?:[.,][0-9]{0,9})?)%")
_NUMBER = r"[-+]?[0-9]{1,15}(?:[.,][0-9]{1,15})?(?:[eE][-+]?[0-9]{1,2})?"
_NEAR = re.compile(rf"({_NUMBER})(?:\s*+:(?:\s*+({_NUMBER}))?)?")
_RANGE = re.compile(rf"({_NUMBER})\s*+\.\.\s*+({_NUMBER})")
_TRUE_FALSE = ("Đúng", "Sai")
_TRUTH = dict.fromkeys(("T", "TRUE", "Đ", "ĐÚNG"), "A") | dict.fromkeys(
    ("F", "FALSE", "S", "SAI"), "B"
)


class _Broken(ValueError):
    """The question cannot be taken; carries the Vietnamese reason."""


@dataclass
class _Block:
    """The lines of one question, with the topic above it and what its comments say."""

    topic: str
    line: int = 0
    lines: list[str] = field(default_factory=list)
    size: int = 0
    code: str = ""
    tags: list[str] = field(default_factory=list)

    @property
    def is_begun(self) -> bool:
        return bool(self.line or self.code or self.tags)

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
            elif closed:
                self.code = self.code or text


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
    for count, block in enumerate(_blocks(decode(data)), start=1):
        where = _("câu %(number)d (dòng %(line)d)") % {"number": count, "line": block.line}
        try:
            yield _question(block, where)
        except (_Broken, TooLong) as error:
            yield Problem(where, str(error))


def _blocks(text: str) -> Iterator[_Block]:
    """The questions, which end at empty lines and at categories."""
    block = _Block("")
    for number, line in enumerate(StringIO(text), start=1):
        bare = line.strip()
        if bare.startswith(_COMMENT):
            block.note(bare)
        elif bare and not bare.startswith(_CATEGORY):
            block.add(line, number=number)
        elif bare or block.is_begun:
            if block.line:
                yield block
            block = _Block(_topic(bare.removeprefix(_CATEGORY)) if bare else block.topic)
    if block.line:
        yield block


def _topic(path: str) -> str:
    """The last part of a category; "//" within a part stands for a slash, as Moodle writes it."""
    path = path[-_LONGEST_PATH:].strip()
    if _ROOT.fullmatch(path):
        return ""
    parts = [part.strip() for part in _SLASH.split(path)]
    return next((part for part in reversed(parts) if part), "").replace("//", "/")


def _question(block: _Block, where: str) -> RawQuestion:
    """Raises _Broken and TooLong."""
    if block.size > LONGEST_QUESTION:
        raise _Broken(_("câu hỏi dài quá %(longest)d ký tự.") % {"longest": LONGEST_QUESTION})
    text = _ESCAPED.sub(lambda escape: _HIDDEN[escape[1]], "".join(block.lines))
    title, text = _title_and_rest(text)
    is_html = False
    if marker := _MARKER.match(text):
        text, is_html = text[marker.end() :], marker[1].lower() == "html"
    before, inside, after = _around_braces(text)
    answers, explanation = _answers_and_explanation(inside)
    raw = RawQuestion(
        where=where,
        stem=_shown(before + _gap(after, is_html=is_html) + after, is_html=is_html),
        code=block.code or (title if _CODE.fullmatch(title) else ""),
        topic=block.topic,
        explanation=_text(explanation, is_html=is_html),
        tags=tuple(block.tags),
    )
    return _with_answers(raw, answers.strip(), is_html=is_html)


def _title_and_rest(text: str) -> tuple[str, str]:
    title = _TITLE.match(text)
    if title is None:
        return "", text
    return title[1].translate(_SHOWN).strip(), text[title.end() :]


def _around_braces(text: str) -> tuple[str, str, str]:
    """What is before, in and after the braces. Raises _Broken."""
    before, opened, rest = text.partition("{")
    inside, closed, after = rest.partition("}")
    if not opened and "}" not in before:
        raise _Broken(_("không có phần đáp án trong ngoặc nhọn { }."))
    if not opened or not closed or "}" in before:
        raise _Broken(
            _(
                "thiếu dấu ngoặc nhọn mở hoặc đóng phần đáp án; xin lưu ý trong một câu hỏi không"
                " được có dòng trống."
            )
        )
    if "{" in inside or "{" in after or "}" in after:
        raise _Broken(_("có hơn một cặp ngoặc nhọn { }; xin để một dòng trống giữa hai câu hỏi."))
    return before, inside, after


def _answers_and_explanation(inside: str) -> tuple[str, str]:
    """General feedback is behind the last mark: an empty feedback "#" may stand before it."""
    answers, mark, explanation = inside.rpartition(_EXPLAINED)
    return (answers, explanation) if mark else (inside, "")


def _gap(after: str, *, is_html: bool) -> str:
    return _GAP if after.strip() and _shown(after, is_html=is_html) else ""


def _text(hidden: str, *, is_html: bool) -> str:
    """The text that people see; a format marker of its own outdoes that of the question."""
    if marker := _MARKER.match(hidden):
        hidden, is_html = hidden[marker.end() :], marker[1].lower() == "html"
    return _shown(hidden, is_html=is_html)


def _shown(hidden: str, *, is_html: bool) -> str:
    shown = hidden.translate(_SHOWN).strip()
    return plain_text(shown) if is_html else shown


def _with_answers(raw: RawQuestion, inside: str, *, is_html: bool) -> RawQuestion:
    """Raises _Broken and TooLong."""
    if not inside:
        raise _Broken(_("dạng câu tự luận chưa được hỗ trợ."))
    if inside.startswith("#"):
        return _numerical(raw, inside[1:])
    if letter := _TRUTH.get(inside.partition("#")[0].strip().upper()):
        return replace(raw, kind=QuestionKind.TRUE_FALSE, choices=_TRUE_FALSE, key=(letter,))
    answers = _answers(inside)
    if len(answers) > MOST_ANSWERS:
        raise _Broken(
            _("có %(count)d phương án, nhiều hơn mức %(most)d.")
            % {"count": len(answers), "most": MOST_ANSWERS}
        )
    texts = tuple(_text(answer.text, is_html=is_html) for answer in answers)
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
    """Accepts what is worth all points. Raises _Broken for pairs to be matched."""
    if all(answer.weight is None and _PAIR in answer.text for answer in answers):
        raise _Broken(_("dạng câu ghép đôi chưa được hỗ trợ."))
    accepted = [text for answer, text in zip(answers, texts, strict=True) if answer.share >= FULL]
    return replace(raw, kind=QuestionKind.SHORT_TEXT, key=tuple(accepted))


def _choice(raw: RawQuestion, answers: list[_Answer], texts: tuple[str, ...]) -> RawQuestion:
    """A single choice if "=" marks an option as worth all points, else a multiple one."""
    is_single = any(answer.is_marked_right and answer.share >= FULL for answer in answers)
    least = FULL if is_single else Decimal("0.00001")
    right = [place for place, answer in enumerate(answers) if answer.share >= least]
    total = sum(answers[place].share for place in right)
    is_partial = not is_single and len(right) > 1 and abs(total - FULL) < 1
    return replace(
        raw,
        kind=QuestionKind.SINGLE_CHOICE if is_single else QuestionKind.MULTIPLE_CHOICE,
        choices=texts,
        key=tuple(ascii_uppercase[place] for place in right),
        scoring=Scoring.PARTIAL if is_partial else "",
    )


def _numerical(raw: RawQuestion, body: str) -> RawQuestion:
    """Raises _Broken. What follows "~" is feedback to wrong numbers."""
    parts = [part.partition("#")[0] for part in body.partition("~")[0].split("=")]
    answers = [_weighed("=", part) for part in parts if part.strip()]
    full = [answer.text for answer in answers if answer.share >= FULL]
    if len(full) != 1:
        raise _Broken(_("câu điền số phải có đúng một đáp số được trọn điểm."))
    middle, tolerance = _middle_and_tolerance(full[0].translate(_SHOWN).strip())
    return replace(raw, kind=QuestionKind.NUMBER, key=(f"{middle:f}",), tolerance=f"{tolerance:f}")


def _middle_and_tolerance(text: str) -> tuple[Decimal, Decimal]:
    """Raises _Broken."""
    if near := _NEAR.fullmatch(text):
        return _decimal(near[1]), _decimal(near[2] or "0")
    if ends := _RANGE.fullmatch(text):
        least, most = _decimal(ends[1]), _decimal(ends[2])
        return (least + most) / 2, abs(most - least) / 2
    raise _Broken(_("đáp số “%(number)s” không phải là số.") % {"number": text[:40]})


def _write(bank: Bank) -> bytes:
    names = {topic.code: topic.name for topic in bank.topics}
    parts: list[str] = []
    topic = ""
    for question in bank.questions:
        if question.topic != topic:
            topic = question.topic
            path = names.get(topic, topic).replace("/", "//") or _TOP
            parts.append(f"{_CATEGORY} {path}")
        parts.append(_written(question))
    return ("\n\n".join(parts) + "\n").encode()


def _written(question: ParsedQuestion) -> str:
    marks = [_mark("id", question.code)] if question.code else []
    marks += [_mark("tag", tag) for tag in question.tags]
    comment = f"{_COMMENT} {' '.join(marks)}\n" if marks else ""
    explanation = question.explanation and _EXPLAINED + _guarded(question.explanation)
    answers = _written_answers(question)
    return f"{comment}[plain]{_escaped(question.stem)} {{{answers}{explanation}}}"


def _mark(name: str, value: str) -> str:
    escaped = _TO_ESCAPE_IN_MARK.sub(r"\\\g<0>", value)
    return f"[{name}:{escaped}]"


def _written_answers(question: ParsedQuestion) -> str:
    if question.number is not None:
        return f"#{question.number:f}:{question.tolerance:f}"
    if question.accepted:
        return _written_accepted(question.accepted)
    if _is_truth(question):
        return "TRUE" if fold(_right_texts(question)[0]) == "dung" else "FALSE"
    right, wrong = "=", "~"
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        right, wrong = f"~%{_right_weight(question)}%", "~%-100%"
    return " ".join(
        (right if choice.is_correct else wrong) + _guarded(choice.text)
        for choice in question.choices
    )


def _written_accepted(accepted: tuple[str, ...]) -> str:
    """With weights where arrows in the answers would make them look like pairs."""
    sign = "=%100%" if any(_PAIR in text for text in accepted) else "="
    return " ".join(sign + _guarded(text) for text in accepted)


def _is_truth(question: ParsedQuestion) -> bool:
    texts = sorted(fold(choice.text) for choice in question.choices)
    return question.kind is QuestionKind.TRUE_FALSE and texts == ["dung", "sai"]


def _right_texts(question: ParsedQuestion) -> list[str]:
    return [choice.text for choice in question.choices if choice.is_correct]


def _right_weight(question: ParsedQuestion) -> str:
    """What each right option is worth, in per cent: "50", "33.33333"."""
    if question.scoring is not Scoring.PARTIAL:
        return "100"
    return f"{100 / len(_right_texts(question)):.5f}".rstrip("0").rstrip(".")


def _guarded(text: str) -> str:
    """The text escaped, and led by a marker where its start would look like one or a weight."""
    return ("[plain]" if text.startswith(("[", "%")) else "") + _escaped(text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


FORMAT = Format(
    name="gift",
    label="GIFT (Moodle)",
    extension=".gift",
    media_type="text/plain",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("stem", "kind", "choices", "accepted", "number", "tolerance", "scoring"),
            *("code", "topic", "explanation", "tags"),
        }
    ),
    read=_read,
    write=_write,
)
