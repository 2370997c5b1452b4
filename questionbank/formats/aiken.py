"""Questions in Aiken: a stem, options "A. ", and a line "ANSWER: B". One right option only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import StringIO
from string import ascii_uppercase
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import tidy
from questionbank.enums import QuestionKind
from questionbank.formats.base import Bank, Format, Item, RawQuestion
from questionbank.formats.parsed import ParsedQuestion, Problem
from questionbank.formats.text_files import decode

LONGEST_QUESTION = 1_000_000  # characters, its options among them

_OPTION = re.compile(r"([A-Za-z])[.)](\s*+)(.*)")
_ANSWER = re.compile(
    r"(?:answer|đáp\s++án(?:\s++đúng)?+|dap\s++an(?:\s++dung)?+)\b(\s*+:)?+\s*+(.*)", re.IGNORECASE
)
_AROUND_LETTER = " \t.()[]"
_LOOKED_AT = 100_000  # bytes, even: pairs of them
_EXPLANATION = re.compile(
    r"(?:feedback|(?:answer[ _])?explanation|giải\s++thích)\s*+:\s*+(.*)", re.IGNORECASE
)
_POINTS = re.compile(r"(?:score|points?|điểm)\s*+:\s*+([0-9.,]+)", re.IGNORECASE)


class _Note(NamedTuple):
    """A line below an answer, beside Aiken."""

    explanation: str = ""
    points: str = ""


@dataclass
class _Draft:
    """A question as far as it has been read: its lines, each with its number in the file.

    An empty text stands for any number of empty lines.
    """

    number: int
    stem: list[tuple[int, str]] = field(default_factory=list)
    options: list[list[tuple[int, str]]] = field(default_factory=list)
    misplaced: str = ""
    size: int = 0

    @property
    def where(self) -> str:
        return _("câu %(number)d (dòng %(line)d)") % {
            "number": self.number,
            "line": self.stem[0][0],
        }

    @property
    def last_lines(self) -> list[tuple[int, str]]:
        return self.options[-1] if self.options else self.stem

    def add_blank(self, line: int) -> None:
        if self.last_lines and self.last_lines[-1][1]:
            self.last_lines.append((line, ""))

    def add(self, line: int, text: str) -> None:
        """Takes a line that is neither empty nor the answer."""
        self.size += len(text) + 1
        if self.size > LONGEST_QUESTION:
            return
        option = _OPTION.fullmatch(text) if self.stem else None
        if option is None:
            self.last_lines.append((line, text))
        elif self._restarts_in_capitals(option):
            self.stem += [each for lines in self.options for each in lines]
            self.options = [[(line, text)]]
        elif _place(option) == len(self.options):
            self.options.append([(line, text)])
        else:
            if self._is_misplaced(option):
                self.misplaced = self.misplaced or option[1]
            self.last_lines.append((line, text))

    def next_stem(self, text: str) -> list[tuple[int, str]]:
        """The stem of the next question, if this line is its option A and this one has no answer.

        Empty if it is not: the stem stands behind the last option, after an empty line if any.
        """
        is_whole = bool(self.options) and not self.misplaced and self.size <= LONGEST_QUESTION
        option = _OPTION.fullmatch(text) if is_whole else None
        if option is None or _place(option) != 0 or not self._is_misplaced(option):
            return []
        behind = self.options[-1][1:]
        blank = next((place for place, (_line, each) in enumerate(behind) if not each), -1)
        return behind[blank + 1 :]

    def _restarts_in_capitals(self, option: re.Match[str]) -> bool:
        """Whether the options so far are a list "a) … b) …" within the stem."""
        return bool(self.options) and option[1] == "A" and not self._is_in_capitals()

    def _is_misplaced(self, option: re.Match[str]) -> bool:
        spaced = bool(option[2] or not option[3])
        return spaced and bool(self.options) and option[1].isupper() == self._is_in_capitals()

    def _is_in_capitals(self) -> bool:
        return self.options[0][0][1][0].isupper()


def has_answer(data: bytes) -> bool:
    """Whether a text has a line "ANSWER: B" near its beginning, as no other format has."""
    try:
        lines = decode(data[:_LOOKED_AT]).splitlines()
    except BadFile:
        return False
    found = filter(None, (_ANSWER.fullmatch(line.strip()) for line in lines))
    return any(each[1] and len(each[2].strip(_AROUND_LETTER)) == 1 for each in found)


def _place(option: re.Match[str]) -> int:
    return ascii_uppercase.index(option[1].upper())


def _read(data: bytes) -> Iterator[Item]:
    """The questions, each with what stands below its answer."""
    item: Item | None = None
    for part in _parts(decode(data)):
        if not isinstance(part, _Note):
            if item is not None:
                yield item
            item = part
        elif isinstance(item, RawQuestion):
            points, explanation = part.points or item.points, part.explanation or item.explanation
            item = replace(item, points=points, explanation=explanation)
    if item is not None:
        yield item


def _parts(text: str) -> Iterator[Item | _Note]:
    """The questions, and what some programs say of the one above."""
    draft = _Draft(1)
    for number, line in enumerate(StringIO(text), start=1):
        bare = line.strip()
        if not draft.stem and draft.number > 1 and (note := _note(bare)):
            yield note
        elif not bare:
            draft.add_blank(number)
        elif (answer := _answer(bare, draft)) is not None:
            draft.stem = draft.stem or [(number, "")]
            yield _question(draft, answer)
            draft = _Draft(draft.number + 1)
        elif stem := draft.next_stem(bare):
            draft.options[-1] = draft.options[-1][: -len(stem)]
            yield _unanswered(draft)
            draft = _Draft(draft.number + 1, stem)
            draft.add(number, bare)
        else:
            draft.add(number, bare)
    if draft.stem:
        yield _unanswered(draft)


def _note(line: str) -> _Note | None:
    if found := _EXPLANATION.fullmatch(line):
        return _Note(explanation=found[1])
    if found := _POINTS.fullmatch(line):
        return _Note(points=found[1])
    return None


def _answer(text: str, draft: _Draft) -> str | None:
    """What a line "ANSWER: B" names, None if the line is not one."""
    found = _ANSWER.fullmatch(text)
    if found is None:
        return None
    letter = found[2].strip(_AROUND_LETTER)
    if len(letter) == 1 and letter.upper() in ascii_uppercase:
        return letter.upper()
    return letter if found[1] and draft.options else None


def _unanswered(draft: _Draft) -> Problem:
    return Problem(draft.where, _("thiếu dòng “ANSWER:” ghi đáp án."))


def _question(draft: _Draft, answer: str) -> Item:
    stem = "\n".join(text for _line, text in draft.stem).strip()
    if not stem:
        return Problem(draft.where, _("có dòng đáp án mà không có câu hỏi ở trên."))
    if draft.size > LONGEST_QUESTION:
        return Problem(
            draft.where, _("câu hỏi dài quá %(longest)d ký tự.") % {"longest": LONGEST_QUESTION}
        )
    if draft.misplaced:
        return Problem(
            draft.where,
            _("phương án %(letter)s không đúng thứ tự chữ cái.") % {"letter": draft.misplaced},
        )
    if len(answer) != 1:
        return Problem(draft.where, _("dòng đáp án phải ghi đúng một chữ cái."))
    return RawQuestion(
        where=draft.where,
        stem=stem,
        choices=tuple(_choice([text for _line, text in lines]) for lines in draft.options),
        key=(answer,),
        kind=QuestionKind.SINGLE_CHOICE,
    )


def _choice(lines: list[str]) -> str:
    first = lines[0][2:]
    return " ".join(part for part in (first.strip(), *lines[1:]) if part)


def _write(bank: Bank) -> bytes:
    return "\n".join(_written(question) for question in bank.questions).encode()


def _written(question: ParsedQuestion) -> str:
    lines = [tidy(question.stem)]
    key = ""
    for letter, choice in zip(ascii_uppercase, question.choices, strict=False):
        lines.append(f"{letter}. {tidy(choice.text)}")
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
    names_options=True,
)
