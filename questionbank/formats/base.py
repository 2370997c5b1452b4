"""The interface of a file format: read into raw questions, write from checked ones."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from questionbank.enums import QuestionKind
from questionbank.formats.parsed import ParsedDocument, ParsedQuestion, ParsedTopic, Problem

LARGEST_FILE = 20 * 1024 * 1024  # bytes
MOST_QUESTIONS = 10_000
MOST_CHARACTERS = 100_000  # of one question as the file has it
# parts of fields, which a format may lack although it has the field
PINS, FORMER_LAW, DOCUMENTS, PARAGRAPHS = "pins", "former_law", "documents", "paragraphs"
ALL_FIELDS = (frozenset(ParsedQuestion.__dataclass_fields__) - {"where"}) | {
    *(PINS, FORMER_LAW, DOCUMENTS, PARAGRAPHS)
}
LONGEST_TEXT = 4000  # characters of a stem, an option or an explanation


@dataclass(frozen=True)
class RawSource:
    """`text` is what people write in one cell: "Điều 5 Nghị định số 61/2018/NĐ-CP"."""

    text: str = ""
    document: str = ""
    article: str = ""
    link: str = ""
    is_historical: bool = False


@dataclass(frozen=True)
class RawPicture:
    """Whatever a file holds where a picture should be, and its alternative text."""

    content: bytes = field(repr=False)
    description: str = ""


@dataclass(frozen=True)
class RawQuestion:
    """A question as a file has it, nothing checked yet; an empty field was not given.

    `where` is how a report points at it ("dòng 12", "câu 3"). `key` names the right options,
    each by letter, by number from 1 or by its text; for a short text it holds the accepted
    answers, for a number the number. `kind`, `difficulty` and `scoring` may be a value of their
    enum or what people write for it; an empty `kind` is told from the rest.
    """

    where: str
    stem: str
    choices: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    kind: str = ""
    code: str = ""
    topic: str = ""
    difficulty: str = ""
    set_code: str = ""
    scoring: str = ""
    tolerance: str = ""
    points: str = ""
    explanation: str = ""
    sources: tuple[RawSource, ...] = ()
    tags: tuple[str, ...] = ()
    picture: RawPicture | None = None
    pinned: frozenset[int] = field(default_factory=frozenset)  # places from 0, said by the file


Item = RawQuestion | ParsedTopic | ParsedDocument | Problem


@dataclass(frozen=True)
class Bank:
    """What is written: the questions, and the topics and documents that they name."""

    questions: Sequence[ParsedQuestion]
    topics: Sequence[ParsedTopic] = ()
    documents: Sequence[ParsedDocument] = ()


@dataclass(frozen=True)
class Format:
    """One file format.

    `read` gives the items in the order of the file and raises BadFile, for a file of up to
    LARGEST_FILE bytes, however broken; nothing else may escape it. `write` takes only questions
    whose kind is among `kinds`; of their fields it keeps `fields` and loses the others.
    """

    name: str
    label: str
    extension: str  # with its dot
    media_type: str
    kinds: frozenset[QuestionKind]
    fields: frozenset[str]  # names of ParsedQuestion's fields, and of the parts above
    read: Callable[[bytes], Iterable[Item]]
    write: Callable[[Bank], bytes]
    names_options: bool = False  # its keys are letters and never the text of an option
