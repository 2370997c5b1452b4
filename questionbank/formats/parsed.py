"""What every question file is read into, whatever its format: checked, not yet stored.

The same dataclasses are what a format writes, so a round trip compares like with like.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from questionbank.enums import Difficulty, PictureType, QuestionKind, Scoring


@dataclass(frozen=True)
class Problem:
    """Why a part of a file cannot be taken: `where` is a row or a code, "tệp" the file itself."""

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
    is_pinned: bool = False


@dataclass(frozen=True)
class ParsedSource:
    """`document` is the code or number of a legal document; one of the three is there."""

    document: str = ""
    article: str = ""
    link: str = ""
    is_historical: bool = False


@dataclass(frozen=True)
class ParsedPicture:
    """A picture as `pictures.read_picture` gives it; the same digest means the same picture.

    `content` is empty where it was not asked for: the bank has it under the digest.
    """

    digest: str  # SHA-256 of the content, hexadecimal
    media_type: PictureType = field(compare=False)
    width: int = field(compare=False)  # pixels, as `height`
    height: int = field(compare=False)
    content: bytes = field(default=b"", compare=False, repr=False)
    description: str = ""  # for those who cannot see it


@dataclass(frozen=True)
class ParsedQuestion:
    """`topic` is a code or a name; `code` is "" where the file has none."""

    stem: str
    kind: QuestionKind
    difficulty: Difficulty
    code: str = ""
    topic: str = ""
    set_code: str = ""
    choices: tuple[ParsedChoice, ...] = ()
    accepted: tuple[str, ...] = ()  # of a short text
    number: Decimal | None = None  # of a number
    tolerance: Decimal = Decimal(0)
    scoring: Scoring = Scoring.ALL_OR_NOTHING
    points: Decimal = Decimal(1)
    explanation: str = ""
    sources: tuple[ParsedSource, ...] = ()
    tags: tuple[str, ...] = ()
    picture: ParsedPicture | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class ParsedFile:
    """A file's content as far as it could be read, and everything that is wrong with it."""

    topics: tuple[ParsedTopic, ...] = ()
    documents: tuple[ParsedDocument, ...] = ()
    questions: tuple[ParsedQuestion, ...] = ()
    problems: tuple[Problem, ...] = ()
