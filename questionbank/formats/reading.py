"""From the bytes of a file to checked questions and a reason for each that is not taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import fold
from questionbank.formats.base import (
    LARGEST_FILE,
    MOST_CHARACTERS,
    MOST_QUESTIONS,
    Format,
    Item,
    RawPicture,
    RawQuestion,
)
from questionbank.formats.checking import checked_question
from questionbank.formats.counting import Counting
from questionbank.formats.fields import BadField, legible
from questionbank.formats.parsed import (
    ParsedDocument,
    ParsedFile,
    ParsedPicture,
    ParsedQuestion,
    ParsedTopic,
    Problem,
)
from questionbank.pictures import checked_description, claimed_pixels, read_picture
from questionbank.rules.legacy_encodings import all_to_unicode, to_unicode

FILE = "tệp"
MOST_PICTURE_BYTES = 60 * 1024 * 1024  # of a file, as they are kept
MOST_PICTURE_PIXELS = 500_000_000  # of a file, as they are sent: some twenty seconds
MOST_PARTS = 200  # options, sources, tags ... of it
_Coded = TypeVar("_Coded", ParsedTopic, ParsedDocument)


@dataclass
class _Gathered:
    topics: dict[str, ParsedTopic] = field(default_factory=dict)
    documents: dict[str, ParsedDocument] = field(default_factory=dict)
    questions: list[ParsedQuestion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    counting: Counting = field(default_factory=Counting)
    picture_bytes: int = 0
    picture_pixels: int = 0


def read_file(file_format: Format, data: bytes) -> ParsedFile:
    """Everything in the file that is well formed, and a problem for everything that is not.

    Of a file that breaks off or goes beyond a limit nothing is taken: it might be half of what
    its author thinks it is. Texts typed for the old Vietnamese fonts are converted.
    """
    gathered = _Gathered()
    try:
        if len(data) > LARGEST_FILE:
            raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
        _gather(gathered, file_format.read(data), names_options=file_format.names_options)
    except BadFile as error:
        return ParsedFile(problems=(_legible(Problem(FILE, str(error))),))
    _refuse_doubtful_numbers(gathered)
    if not gathered.questions and not gathered.problems:
        gathered.problems.append(Problem(FILE, _("không có câu hỏi nào.")))
    return ParsedFile(
        tuple(gathered.topics.values()),
        tuple(gathered.documents.values()),
        tuple(gathered.questions),
        tuple(map(_legible, gathered.problems)),
    )


def _refuse_doubtful_numbers(gathered: _Gathered) -> None:
    reason = _("trong tệp có đáp án 0 nên không rõ số đếm từ 0 hay từ 1; xin ghi bằng chữ cái.")
    clear = []
    for question in gathered.questions:
        if gathered.counting.is_doubtful(question.where):
            gathered.problems.append(Problem(question.where, reason))
        else:
            clear.append(question)
    gathered.questions = clear


def _legible(problem: Problem) -> Problem:
    """A file's own words in a reason may hold what no database and no screen takes."""
    return Problem(legible(problem.where), legible(problem.reason))


def _gather(gathered: _Gathered, items: Iterable[Item], *, names_options: bool) -> None:
    for item in items:
        try:
            _take(gathered, item, names_options=names_options)
        except BadField as error:
            where = item.where if isinstance(item, RawQuestion | Problem) else item.code
            gathered.problems.append(Problem(where, str(error)))
        if len(gathered.questions) + len(gathered.problems) > MOST_QUESTIONS:
            raise BadFile(_("tệp có quá %(most)d câu hỏi.") % {"most": MOST_QUESTIONS})
        if len(gathered.topics) + len(gathered.documents) > MOST_QUESTIONS:
            raise BadFile(_("tệp có quá %(most)d chủ đề, văn bản.") % {"most": MOST_QUESTIONS})


def _take(gathered: _Gathered, item: Item, *, names_options: bool) -> None:
    match item:
        case Problem():
            gathered.problems.append(item)
        case ParsedTopic():
            _add(gathered.topics, item)
        case ParsedDocument():
            _add(gathered.documents, item)
        case RawQuestion():
            _check_size(item)
            raw = _in_unicode(item)
            gathered.counting.see(raw.where, raw.choices, raw.key)
            question = checked_question(raw, names_options=names_options)
            folded = fold(question.code)
            if folded and folded in gathered.codes:
                raise BadField(_("mã này đã dùng ở trên trong cùng tệp."))
            if item.picture is not None:
                question = replace(question, picture=_picture(gathered, item.picture))
            gathered.codes.add(folded)
            gathered.questions.append(question)


def _picture(gathered: _Gathered, raw: RawPicture) -> ParsedPicture:
    """Raises BadField, and BadFile when the pictures of the file are too much together."""
    description = checked_description(to_unicode(raw.description))
    gathered.picture_pixels += claimed_pixels(raw.content)
    if gathered.picture_pixels <= MOST_PICTURE_PIXELS:
        picture = read_picture(raw.content)
        gathered.picture_bytes += len(picture.content)
        if gathered.picture_bytes <= MOST_PICTURE_BYTES:
            return replace(picture, description=description)
    raise BadFile(_("các hình trong tệp lớn quá; xin chia tệp ra."))


def _check_size(raw: RawQuestion) -> None:
    """Before anything is made of its texts. Raises BadField."""
    lists = (raw.choices, raw.key, raw.tags, raw.sources)
    texts = [getattr(raw, each.name) for each in fields(raw)]
    texts += [getattr(source, each.name) for source in raw.sources for each in fields(source)]
    texts += [text for texts in (raw.choices, raw.key, raw.tags) for text in texts]
    length = sum(len(text) for text in texts if isinstance(text, str))
    if length > MOST_CHARACTERS or max(map(len, lists)) > MOST_PARTS:
        raise BadField(_("câu hỏi quá dài hoặc có quá nhiều thành phần."))


def _add(taken: dict[str, _Coded], item: _Coded) -> None:
    if item.code in taken:
        raise BadField(_("mã này đã dùng ở trên trong cùng tệp."))
    taken[item.code] = item


def _in_unicode(raw: RawQuestion) -> RawQuestion:
    sources = [text for source in raw.sources for text in (source.text, source.article)]
    alone = [raw.stem, raw.topic, raw.difficulty, raw.kind, raw.explanation]
    typed = [*alone, *raw.choices, *raw.key, *raw.tags, *sources]
    shown = dict(zip(typed, all_to_unicode(typed), strict=True))
    return replace(
        raw,
        stem=shown[raw.stem],
        choices=tuple(shown[text] for text in raw.choices),
        key=tuple(shown[text] for text in raw.key),
        topic=shown[raw.topic],
        difficulty=shown[raw.difficulty],
        kind=shown[raw.kind],
        explanation=shown[raw.explanation],
        sources=tuple(
            replace(source, text=shown[source.text], article=shown[source.article])
            for source in raw.sources
        ),
        tags=tuple(shown[text] for text in raw.tags),
    )
