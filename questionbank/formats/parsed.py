"""What every question file is read into, whatever its format: checked, not yet stored."""

from dataclasses import dataclass
from datetime import date

from questionbank.enums import Difficulty, QuestionKind


@dataclass(frozen=True)
class Problem:
    """Why a part of a file cannot be taken: `where` is a code or "tệp" for the file itself."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True)
class ParsedTopic:
    code: str
    name: str


@dataclass(frozen=True)
class ParsedDocument:
    code: str
    number: str
    title: str
    issued_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    replaced_by: str = ""


@dataclass(frozen=True)
class ParsedChoice:
    text: str
    is_correct: bool
    is_pinned: bool


@dataclass(frozen=True)
class ParsedSource:
    document: str
    article: str = ""


@dataclass(frozen=True)
class ParsedQuestion:
    code: str
    kind: QuestionKind
    difficulty: Difficulty
    set_code: str
    stem: str
    choices: tuple[ParsedChoice, ...]
    explanation: str
    sources: tuple[ParsedSource, ...]


@dataclass(frozen=True)
class ParsedFile:
    """A file's content as far as it could be read, and everything that is wrong with it."""

    topic: ParsedTopic | None
    documents: tuple[ParsedDocument, ...] = ()
    questions: tuple[ParsedQuestion, ...] = ()
    problems: tuple[Problem, ...] = ()
