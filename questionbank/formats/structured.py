"""What question files in YAML and JSON have in common: every field of the bank by its name.

topics: [{code: dich-vu-cong, name: Dịch vụ công trực tuyến}]   # or one `topic`
documents:
  - code: 42/2022/ND-CP
    number: 42/2022/NĐ-CP
    title: Nghị định quy định về việc cung cấp thông tin và dịch vụ công trực tuyến ...
    issued_on: 2022-06-24
questions:
  - code: DVC-001
    kind: single_choice        # multiple_choice, true_false, short_text, number
    difficulty: easy           # medium, hard
    topic: dich-vu-cong        # may be left out if the file has one `topic`
    set: thi-thu               # optional, as everything below but the answer
    stem: ...
    choices: [..., ...]
    answer: B                  # [A, C]; accepted texts; a number
    pinned: [C]                # beside those that speak of the others, like "Cả A và B"
    scoring: partial
    tolerance: 0.5
    points: 1
    explanation: ...
    sources: [{document: 42/2022/ND-CP, article: Điều 1, link: "https://...", historical: true}]
    tags: [một cửa]
    picture: {description: Biểu đồ ..., data: ...}   # PNG, JPEG, WebP or GIF in base64
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats import fields
from questionbank.formats.base import MOST_QUESTIONS, Bank, Item, RawPicture, RawQuestion, RawSource
from questionbank.formats.fields import BadField
from questionbank.formats.keys import written_key
from questionbank.formats.losses import pins_to_tell
from questionbank.formats.parsed import (
    ParsedDocument,
    ParsedPicture,
    ParsedQuestion,
    ParsedSource,
    ParsedTopic,
    Problem,
)
from questionbank.formats.picture_markup import from_base64

KINDS = frozenset(QuestionKind)
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0", "")
_LONG = 20_000  # whoever checks the question knows what is too long
_QUESTION_FIELDS = {
    *("code", "kind", "difficulty", "topic", "set", "stem", "choices", "answer", "scoring"),
    *("tolerance", "points", "explanation", "sources", "tags", "picture", "pinned"),
}
_DOCUMENT_FIELDS = {
    *("code", "number", "title", "issued_on", "effective_on", "expires_on", "replaced_by"),
}


def items_of(content: Any) -> Iterator[Item]:
    """The items of a file that has been read into lists, mappings and texts. Raises BadFile.

    A list alone is that of the questions.
    """
    if isinstance(content, list):
        content = {"questions": content}
    try:
        whole = fields.known_fields(content, allowed={"topic", "topics", "documents", "questions"})
        topics = fields.entries(whole.get("topics"), "topics")
        documents = fields.entries(whole.get("documents"), "documents")
        questions = fields.entries(whole.get("questions"), "questions")
        if len(questions) > MOST_QUESTIONS:
            raise BadField(_("tệp có quá %(most)d câu hỏi.") % {"most": MOST_QUESTIONS})
    except BadField as error:
        raise BadFile(str(error)) from error
    own = [whole["topic"]] if whole.get("topic") is not None else []
    read_topics = list(_each([*own, *topics], _("chủ đề"), _topic))
    yield from read_topics
    yield from _each(documents, _("văn bản"), _document)
    first = read_topics[0] if own and read_topics else None
    usual = first.code if isinstance(first, ParsedTopic) else ""
    yield from _each(questions, _("câu"), lambda raw, where: _question(raw, where, usual))


def content_of(bank: Bank) -> dict[str, Any]:
    """The inverse of `items_of`; fields that have their usual value are left out."""
    return {
        "topics": [{"code": topic.code, "name": topic.name} for topic in bank.topics],
        "documents": [_document_entry(document) for document in bank.documents],
        "questions": [_question_entry(question) for question in bank.questions],
    }


def _each(raws: list[Any], kind: str, read: Callable[[Any, str], Item]) -> Iterator[Item]:
    for number, raw in enumerate(raws, start=1):
        where = fields.label(raw, number=number, kind=kind)
        try:
            yield read(raw, where)
        except BadField as error:
            yield Problem(where, str(error))


def _topic(raw: Any, _where: str) -> ParsedTopic:
    entry = fields.known_fields(raw, allowed={"code", "name"})
    return ParsedTopic(
        code=fields.slug(entry, "code", longest=60),
        name=fields.text(entry, "name", longest=200),
    )


def _document(raw: Any, _where: str) -> ParsedDocument:
    entry = fields.known_fields(raw, allowed=_DOCUMENT_FIELDS)
    document = ParsedDocument(
        code=fields.text(entry, "code", longest=60),
        number=fields.text(entry, "number", longest=60),
        title=fields.text(entry, "title", longest=500),
        issued_on=fields.day(entry, "issued_on"),
        effective_on=fields.day(entry, "effective_on"),
        expires_on=fields.day(entry, "expires_on"),
        replaced_by=fields.text(entry, "replaced_by", longest=60, required=False),
    )
    if document.replaced_by == document.code:
        raise BadField(_("không thể được thay bởi chính nó."))
    if (
        document.effective_on
        and document.expires_on
        and document.expires_on < document.effective_on
    ):
        raise BadField(_("ngày hết hiệu lực đứng trước ngày có hiệu lực."))
    return document


def _question(raw: Any, where: str, usual_topic: str) -> RawQuestion:
    entry = fields.known_fields(raw, allowed=_QUESTION_FIELDS)
    return RawQuestion(
        where=where,
        stem=_text(entry, "stem"),
        choices=_texts(entry, "choices"),
        key=_texts(entry, "answer"),
        kind=_text(entry, "kind"),
        code=_text(entry, "code"),
        topic=_text(entry, "topic") or usual_topic,
        difficulty=_text(entry, "difficulty"),
        set_code=_text(entry, "set"),
        scoring=_text(entry, "scoring"),
        tolerance=_text(entry, "tolerance"),
        points=_text(entry, "points"),
        explanation=_text(entry, "explanation"),
        sources=tuple(_source(each) for each in fields.entries(entry.get("sources"), "sources")),
        tags=_texts(entry, "tags"),
        picture=_picture(entry.get("picture")),
        pinned=_pinned(entry),
    )


def _pinned(entry: Mapping[str, Any]) -> frozenset[int]:
    """Places from 0, given as letters."""
    letters = [letter.strip().upper() for letter in _texts(entry, "pinned")]
    if any(letter not in tuple(ascii_uppercase) for letter in letters):
        raise BadField(_("trường “%(name)s” phải gồm các chữ cái A, B, C…") % {"name": "pinned"})
    return frozenset(map(ascii_uppercase.index, letters))


def _picture(raw: Any) -> RawPicture | None:
    if raw is None:
        return None
    entry = fields.known_fields(raw, allowed={"description", "data"})
    data = entry.get("data")
    content = from_base64(data) if isinstance(data, str) else b""
    return RawPicture(content, _text(entry, "description"))


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadField(_("trường “%(name)s” phải là chữ.") % {"name": name})
    if len(value) > _LONG:
        raise BadField(
            _("trường “%(name)s” dài quá %(longest)d ký tự.") % {"name": name, "longest": _LONG}
        )
    return value


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; a single text is a list of one, except for the options."""
    value = entry.get(name)
    if isinstance(value, str) and name != "choices":
        value = [value]
    raws = fields.entries(value, name)
    if not all(isinstance(raw, str) for raw in raws):
        raise BadField(_("trường “%(name)s” phải gồm toàn chữ.") % {"name": name})
    return tuple(raws)


def _source(raw: Any) -> RawSource:
    entry = fields.known_fields(raw, allowed={"document", "article", "link", "historical"})
    return RawSource(
        document=_text(entry, "document"),
        article=_text(entry, "article"),
        link=_text(entry, "link"),
        is_historical=_truth(entry, "historical"),
    )


def _truth(entry: Mapping[str, Any], name: str) -> bool:
    said = _text(entry, name).strip().lower()
    if said not in (*_YES, *_NO):
        raise BadField(_("trường “%(name)s” phải là true hoặc false.") % {"name": name})
    return said in _YES


def _document_entry(document: ParsedDocument) -> dict[str, Any]:
    entry = {
        "code": document.code,
        "number": document.number,
        "title": document.title,
        "issued_on": _day(document.issued_on),
        "effective_on": _day(document.effective_on),
        "expires_on": _day(document.expires_on),
        "replaced_by": document.replaced_by,
    }
    return {name: value for name, value in entry.items() if value}


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _question_entry(question: ParsedQuestion) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "code": question.code,
        "kind": question.kind.value,
        "difficulty": question.difficulty.value,
        "topic": question.topic,
        "set": question.set_code,
        "stem": question.stem,
        "choices": [choice.text for choice in question.choices],
        "answer": _answer(question),
        "pinned": [ascii_uppercase[place] for place in pins_to_tell(question.choices)],
        "scoring": "" if question.scoring is Scoring.ALL_OR_NOTHING else question.scoring.value,
        "tolerance": f"{question.tolerance:f}" if question.tolerance else "",
        "points": f"{question.points:f}" if question.points != 1 else "",
        "explanation": question.explanation,
        "sources": [_source_entry(source) for source in question.sources],
        "tags": list(question.tags),
        "picture": _picture_entry(question.picture) if question.picture else None,
    }
    return {name: value for name, value in entry.items() if value}


def _picture_entry(picture: ParsedPicture) -> dict[str, str]:
    return {
        "description": picture.description,
        "data": b64encode(picture.content).decode(),
    }


def _answer(question: ParsedQuestion) -> list[str]:
    if question.number is not None:
        return [f"{question.number:f}"]
    if question.accepted:
        return list(question.accepted)
    right = [place for place, choice in enumerate(question.choices) if choice.is_correct]
    return written_key([choice.text for choice in question.choices], right)


def _source_entry(source: ParsedSource) -> dict[str, str]:
    entry = {
        "document": source.document,
        "article": source.article,
        "link": source.link,
        "historical": "true" if source.is_historical else "",
    }
    return {name: value for name, value in entry.items() if value}
