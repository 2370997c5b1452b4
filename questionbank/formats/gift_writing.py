"""Writing questions as GIFT, so that Moodle reads them, and `gift` all that it holds."""

import re
from collections.abc import Iterator
from string import ascii_uppercase

from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank
from questionbank.formats.losses import pins_to_tell
from questionbank.formats.parsed import ParsedQuestion

COMMENT, CATEGORY, EXPLAINED, PAIR = "//", "$CATEGORY:", "####", "->"
SPECIALS = "~=#{}:\\"
TRUE_FALSE = ("Đúng", "Sai")
_TOP = "$course$/top"
_SPECIAL = re.compile(r"[~=#{}:\\]")
_TO_ESCAPE_IN_MARK = re.compile(r"[\]\\]")


def write(bank: Bank) -> bytes:
    names = {topic.code: topic.name for topic in bank.topics}
    parts: list[str] = []
    topic = ""
    for question in bank.questions:
        if question.topic != topic:
            topic = question.topic
            path = names.get(topic, topic).replace("/", "//") or _TOP
            parts.append(f"{CATEGORY} {path}")
        parts.append(_written(question))
    return ("\n\n".join(parts) + "\n").encode()


def _written(question: ParsedQuestion) -> str:
    comment = f"{COMMENT} {' '.join(marks)}\n" if (marks := list(_marks(question))) else ""
    explanation = question.explanation and EXPLAINED + _guarded(question.explanation)
    answers = _written_answers(question)
    return f"{comment}[plain]{_escaped(question.stem)} {{{answers}{explanation}}}"


def _marks(question: ParsedQuestion) -> Iterator[str]:
    if question.code:
        yield _mark("id", question.code)
    for tag in question.tags:
        yield _mark("tag", tag)
    if question.kind is QuestionKind.TRUE_FALSE and not _is_truth(question):
        yield _mark("kind", question.kind)
    if question.kind is QuestionKind.MULTIPLE_CHOICE and question.scoring is not Scoring.PARTIAL:
        yield _mark("scoring", question.scoring)
    if pinned := pins_to_tell(question.choices):
        yield _mark("pinned", "".join(ascii_uppercase[place] for place in pinned))


def _mark(name: str, value: str) -> str:
    escaped = _TO_ESCAPE_IN_MARK.sub(r"\\\g<0>", value)
    return f"[{name}:{escaped}]"


def _written_answers(question: ParsedQuestion) -> str:
    if question.number is not None:
        return f"#{question.number:f}:{question.tolerance:f}"
    if question.accepted:
        return _written_accepted(question.accepted)
    if _is_truth(question):
        return "TRUE" if question.choices[0].is_correct else "FALSE"
    right, wrong = "=", "~"
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        right, wrong = f"~%{_right_weight(question)}%", "~%-100%"
    return " ".join(
        (right if choice.is_correct else wrong) + _guarded(choice.text)
        for choice in question.choices
    )


def _written_accepted(accepted: tuple[str, ...]) -> str:
    """With weights where arrows in the answers would make them look like pairs."""
    sign = "=%100%" if any(PAIR in text for text in accepted) else "="
    return " ".join(sign + _guarded(text.replace("*", r"\*")) for text in accepted)


def _is_truth(question: ParsedQuestion) -> bool:
    texts = tuple(choice.text for choice in question.choices)
    return question.kind is QuestionKind.TRUE_FALSE and texts == TRUE_FALSE


def _right_weight(question: ParsedQuestion) -> str:
    """What each right option is worth, in per cent: "50", "33.33333". Moodle wants 100 in all."""
    right = sum(choice.is_correct for choice in question.choices)
    return f"{100 / right:.5f}".rstrip("0").rstrip(".")


def _guarded(text: str) -> str:
    """The text escaped, and led by a marker where its start would look like one or a weight."""
    return ("[plain]" if text.startswith(("[", "%")) else "") + _escaped(text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")
