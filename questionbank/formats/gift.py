"""Questions in Moodle's GIFT: https://docs.moodle.org/en/GIFT_format is its definition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from string import ascii_uppercase

from django.utils.translation import gettext as _

from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank, Format, Item, RawQuestion
from questionbank.formats.markup import plain_text
from questionbank.formats.parsed import ParsedQuestion, Problem
from questionbank.formats.text_files import decode

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_SPECIAL = re.compile(r"[~=#{}:\\]")
_PLACE = 0xE000  # an escaped character stands here while the text is taken apart
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_MARK = re.compile(r"\[(id|tag):([^\]\n]{1,100})\]")
_ANSWER = re.compile(r"([~=])((?:[^~=])*)")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,9})?)%")
_TRUTH = {"T": "A", "TRUE": "A", "F": "B", "FALSE": "B"}
_PAIR = "->"
_CODE = re.compile(r"\S{1,40}")


@dataclass
class _Block:
    """The lines of one question, with what the comments above it say."""

    line: int
    text: list[str] = field(default_factory=list)
    code: str = ""
    tags: list[str] = field(default_factory=list)


def _read(data: bytes) -> Iterator[Item]:
    topic, count = "", 0
    for block in _blocks(decode(data)):
        text = "\n".join(block.text)
        if text.startswith("$CATEGORY:"):
            topic = text.removeprefix("$CATEGORY:").strip().rpartition("/")[2].strip()
            continue
        count += 1
        where = _("câu %(number)d (dòng %(line)d)") % {"number": count, "line": block.line}
        yield _question(text, block, topic, where)


def _blocks(text: str) -> Iterator[_Block]:
    """The stretches between empty lines; a category ends with its line."""
    block = _Block(1)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("//"):
            for name, value in _MARK.findall(line):
                if name == "id":
                    block.code = value.strip()
                else:
                    block.tags.append(value.strip())
        elif line.strip():
            if not block.text:
                block.line = number
            block.text.append(line.strip() if line.startswith("$CATEGORY:") else line)
        if block.text and (not line.strip() or line.startswith("$CATEGORY:")):
            yield block
            block = _Block(number)
    if block.text:
        yield block


def _question(text: str, block: _Block, topic: str, where: str) -> Item:
    hidden = _ESCAPED.sub(_hide, text)
    code = block.code
    if title := _TITLE.match(hidden):
        hidden = hidden[title.end() :]
        name = _shown(title[1]).strip()
        code = code or (name if _CODE.fullmatch(name) else "")
    is_html = False
    if mark := _FORMAT.match(hidden):
        hidden, is_html = hidden[mark.end() :], mark[1].lower() == "html"
    before, opened, rest = hidden.partition("{")
    inside, closed, after = rest.partition("}")
    if not opened or not closed:
        return Problem(where, _("thiếu cặp ngoặc nhọn { } chứa các phương án."))
    stem = f"{before.rstrip()} _____ {after.lstrip()}" if after.strip() else before
    inside, _marks, explanation = inside.partition("####")
    raw = RawQuestion(
        where=where,
        stem=plain_text(_shown(stem)) if is_html else _shown(stem),
        code=code,
        topic=topic,
        explanation=_shown(explanation),
        tags=tuple(block.tags),
    )
    return _with_answers(raw, inside, is_html=is_html)


def _with_answers(raw: RawQuestion, inside: str, *, is_html: bool) -> Item:
    bare = inside.strip()
    if bare.startswith("#"):
        return _numerical(raw, bare[1:])
    truth = bare.partition("#")[0].strip().upper()
    if truth in _TRUTH:
        return replace(
            raw, kind=QuestionKind.TRUE_FALSE, choices=("Đúng", "Sai"), key=(_TRUTH[truth],)
        )
    answers = [(sign, *_weighed(body)) for sign, body in _ANSWER.findall(inside)]
    if not answers:
        return Problem(raw.where, _("câu tự luận không được hỗ trợ."))
    if all(sign == "=" and _PAIR in text for sign, _weight, text in answers):
        return Problem(raw.where, _("câu ghép đôi không được hỗ trợ."))
    texts = [_shown(text.partition("#")[0]).strip() for _sign, _weight, text in answers]
    if is_html:
        texts = [plain_text(text) for text in texts]
    if all(sign == "=" for sign, _weight, _text in answers):
        return replace(raw, kind=QuestionKind.SHORT_TEXT, key=tuple(texts))
    weights = [
        weight if weight is not None else Decimal(100 if sign == "=" else 0)
        for sign, weight, _text in answers
    ]
    has_one = any(sign == "=" for sign, _weight, _text in answers)
    right = [
        place
        for place, (sign, _weight, _text) in enumerate(answers)
        if (sign == "=" if has_one else weights[place] > 0)
    ]
    share = sum((weights[place] for place in right), Decimal(0))
    partial = not has_one and len(right) > 1 and abs(share - 100) < 1
    return replace(
        raw,
        choices=tuple(texts),
        key=tuple(ascii_uppercase[place] for place in right if place < len(ascii_uppercase)),
        kind=QuestionKind.SINGLE_CHOICE if has_one else QuestionKind.MULTIPLE_CHOICE,
        scoring=Scoring.PARTIAL if partial else "",
    )


def _weighed(body: str) -> tuple[Decimal | None, str]:
    if weight := _WEIGHT.match(body):
        return Decimal(weight[1]), body[weight.end() :]
    return None, body


def _numerical(raw: RawQuestion, body: str) -> Item:
    first = body.replace("=", " ").partition("~")[0].partition("#")[0].strip()
    first = _WEIGHT.sub("", first).strip()
    try:
        if ".." in first:
            low, _dots, high = first.partition("..")
            least, most = Decimal(low.strip()), Decimal(high.strip())
            middle, tolerance = (least + most) / 2, abs(most - least) / 2
        else:
            number, _colon, margin = _shown(first).partition(":")
            middle, tolerance = Decimal(number.strip()), Decimal(margin.strip() or 0)
        if not (middle.is_finite() and tolerance.is_finite()):
            raise InvalidOperation
        key, margin = f"{middle:f}"[:60], f"{tolerance:f}"[:60]
    except (InvalidOperation, ValueError):
        return Problem(raw.where, _("đáp số không phải là số."))
    return replace(raw, kind=QuestionKind.NUMBER, key=(key,), tolerance=margin)


def _hide(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else chr(_PLACE + ord(escape[1]))


def _shown(text: str) -> str:
    return "".join(
        chr(ord(char) - _PLACE) if _PLACE <= ord(char) < _PLACE + 128 else char for char in text
    )


def _write(bank: Bank) -> bytes:
    names = {topic.code: topic.name for topic in bank.topics}
    parts: list[str] = ["// Unicode UTF-8"]
    topic = ""
    for question in bank.questions:
        if question.topic != topic:
            topic = question.topic
            parts.append(f"$CATEGORY: {names.get(topic, topic).replace('/', '∕')}")
        parts.append(_written(question))
    return ("\n\n".join(parts) + "\n").encode()


def _written(question: ParsedQuestion) -> str:
    comments = f"// [id:{question.code}]" if question.code else ""
    comments += "".join(f" [tag:{tag}]" for tag in question.tags)
    lines = [f"// {comments.removeprefix('// ')}"] if comments else []
    explanation = f"####{_escaped(question.explanation)}" if question.explanation else ""
    stem = _escaped(question.stem)
    lines.append(f"[plain]{stem} {{{_answers(question)}{explanation}}}")
    return "\n".join(lines)


def _answers(question: ParsedQuestion) -> str:
    if question.kind is QuestionKind.TRUE_FALSE:
        return "TRUE" if question.choices[0].is_correct else "FALSE"
    if question.number is not None:
        return f"#{question.number:f}:{question.tolerance:f}"
    if question.accepted:
        return " ".join(f"={_escaped(text)}" for text in question.accepted)
    if question.kind is QuestionKind.SINGLE_CHOICE:
        return " ".join(
            f"{'=' if choice.is_correct else '~'}{_escaped(choice.text)}"
            for choice in question.choices
        )
    right = sum(choice.is_correct for choice in question.choices)
    weight = 100 / right if question.scoring is Scoring.PARTIAL else 100
    return " ".join(
        f"~%{weight:.5f}%{_escaped(choice.text)}"
        if choice.is_correct
        else f"~%-100%{_escaped(choice.text)}"
        for choice in question.choices
    )


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda char: "\\" + char[0], text).replace("\n", "\\n")


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
