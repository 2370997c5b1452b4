"""Questions in Aiken: a stem, options "A. ", and a line "ANSWER: B". One right option only."""

import re
from collections.abc import Iterator
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.rules.folding import tidy
from questionbank.enums import QuestionKind
from questionbank.formats.base import Bank, Format, Item, RawQuestion
from questionbank.formats.parsed import ParsedQuestion, Problem
from questionbank.formats.text_files import decode

_OPTION = re.compile(r"\s*([A-Za-z])[.)]\s+(\S.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|ĐÁP ÁN|DAP AN)\s*:?\s*([A-Za-z])\s*\.?\s*$", re.IGNORECASE)


def _read(data: bytes) -> Iterator[Item]:
    stem: list[str] = []
    options: list[str] = []
    first_line = count = 0
    for number, line in enumerate(decode(data).split("\n"), start=1):
        if not line.strip():
            continue
        if not stem:
            first_line, count = number, count + 1
        if answer := _ANSWER.fullmatch(line):
            yield _question(stem, options, answer[1].upper(), _where(count, first_line))
            stem, options = [], []
        elif (option := _OPTION.fullmatch(line)) and _comes_next(option[1], options, stem):
            options.append(option[2])
        elif options:
            options[-1] += " " + line
        else:
            stem.append(line)
    if stem:
        yield Problem(_where(count, first_line), _("thiếu dòng “ANSWER:”."))


def _comes_next(letter: str, options: list[str], stem: list[str]) -> bool:
    return bool(stem) and letter.upper() == ascii_uppercase[len(options) : len(options) + 1]


def _where(count: int, line: int) -> str:
    return _("câu %(number)d (dòng %(line)d)") % {"number": count, "line": line}


def _question(stem: list[str], options: list[str], letter: str, where: str) -> Item:
    if not stem:
        return Problem(where, _("có dòng “ANSWER:” mà không có câu hỏi."))
    return RawQuestion(
        where=where,
        stem="\n".join(stem),
        choices=tuple(options),
        key=(letter,),
        kind=QuestionKind.SINGLE_CHOICE,
    )


def _write(bank: Bank) -> bytes:
    return "\n\n".join(_written(question) for question in bank.questions).encode()


def _written(question: ParsedQuestion) -> str:
    lines = [tidy(question.stem)]
    key = ""
    for letter, choice in zip(ascii_uppercase, question.choices, strict=False):
        lines.append(f"{letter}. {choice.text}")
        key = letter if choice.is_correct else key
    return "\n".join([*lines, f"ANSWER: {key}", ""])


FORMAT = Format(
    name="aiken",
    label="Aiken",
    extension=".txt",
    media_type="text/plain",
    kinds=frozenset({QuestionKind.SINGLE_CHOICE}),
    fields=frozenset({"stem", "kind", "choices"}),
    read=_read,
    write=_write,
)
