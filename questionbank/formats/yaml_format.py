"""Question files in YAML: one topic, the documents that its questions rest on, the questions.

topic: {code: dich-vu-cong, name: Dịch vụ công trực tuyến}
documents:
  - code: 42/2022/ND-CP
    number: 42/2022/NĐ-CP
    title: Nghị định quy định về việc cung cấp thông tin và dịch vụ công trực tuyến ...
    issued_on: 2022-06-24
questions:
  - code: DVC-001
    kind: single_choice        # or multiple_choice, true_false
    difficulty: easy           # or medium, hard
    set: thi-thu               # optional
    stem: ...
    choices: [..., ...]
    answer: B                  # or [A, C]
    explanation: ...
    sources: [{document: 42/2022/ND-CP, article: Điều 1}]
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

from questionbank.formats import fields
from questionbank.formats.fields import BadField
from questionbank.formats.parsed import (
    ParsedDocument,
    ParsedFile,
    ParsedQuestion,
    ParsedTopic,
    Problem,
)
from questionbank.formats.questions import checked_question

LARGEST_FILE = 2 * 1024 * 1024  # bytes
MOST_QUESTIONS = 5000
FILE = "tệp"
_Read = TypeVar("_Read", ParsedDocument, ParsedQuestion)
_DOCUMENT_FIELDS = {
    "code",
    "number",
    "title",
    "issued_on",
    "effective_on",
    "expires_on",
    "replaced_by",
}


class _TextLoader(yaml.SafeLoader):
    """The safe loader, but every scalar stays the text that was written.

    So the option "1.10" does not become 1.1, nor "no" False; and a field written twice is an
    error, where YAML would silently take the second.
    """

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _value in node.value]
        if repeated := sorted({str(name) for name in names if names.count(name) > 1}):
            raise yaml.constructor.ConstructorError(
                None,
                None,
                _("trường “%(name)s” được ghi hai lần") % {"name": repeated[0]},
                node.start_mark,
            )
        return super().construct_mapping(node, deep=deep)


def read_questions(data: bytes) -> ParsedFile:
    """Everything in the file that is well formed, and a problem for everything that is not."""
    try:
        content = fields.known_fields(_load(data), allowed={"topic", "documents", "questions"})
        raw_documents = fields.entries(content.get("documents"), "documents")
        raw_questions = fields.entries(content.get("questions"), "questions")
        if len(raw_questions) > MOST_QUESTIONS:
            raise BadField(_("tệp có quá %(most)d câu hỏi.") % {"most": MOST_QUESTIONS})
    except BadField as error:
        return ParsedFile(topic=None, problems=(Problem(FILE, str(error)),))
    problems: list[Problem] = []
    topic = _topic(content.get("topic"), problems)
    documents = list(_each(raw_documents, _("văn bản"), _document, problems))
    # a document that is refused itself is still defined: one fault, one reason
    defined = {fields.label(raw, number=0, kind="") for raw in raw_documents}

    def read(raw: Any) -> ParsedQuestion:
        return checked_question(raw, documents=defined)

    questions = list(_each(raw_questions, _("câu"), read, problems))
    if not raw_questions:
        problems.append(Problem(FILE, _("không có câu hỏi nào.")))
    return ParsedFile(topic, tuple(documents), tuple(questions), tuple(problems))


def _load(data: bytes) -> Any:
    if len(data) > LARGEST_FILE:
        raise BadField(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    try:
        return yaml.load(data.decode("utf-8-sig"), Loader=_TextLoader)  # noqa: S506 (a SafeLoader)
    except UnicodeDecodeError as error:
        raise BadField(_("không phải là tệp chữ UTF-8.")) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadField(
            _("sai cú pháp YAML ở dòng %(line)d: %(problem)s.")
            % {"line": line, "problem": error.problem}
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadField(_("không đọc được tệp YAML.")) from error


def _topic(raw: Any, problems: list[Problem]) -> ParsedTopic | None:
    try:
        entry = fields.known_fields(raw, allowed={"code", "name"})
        return ParsedTopic(
            code=fields.slug(entry, "code", longest=60),
            name=fields.text(entry, "name", longest=200),
        )
    except BadField as error:
        problems.append(Problem(_("chủ đề"), str(error)))
        return None


def _document(raw: Any) -> ParsedDocument:
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


def _each(
    raws: list[Any], kind: str, read: Callable[[Any], _Read], problems: list[Problem]
) -> Iterator[_Read]:
    """What `read` makes of each entry; a refused one or a repeated code becomes a problem."""
    codes: set[str] = set()
    for number, raw in enumerate(raws, start=1):
        try:
            item = read(raw)
            if item.code in codes:
                raise BadField(_("mã này đã dùng ở trên trong cùng tệp."))
        except BadField as error:
            problems.append(Problem(fields.label(raw, number=number, kind=kind), str(error)))
        else:
            codes.add(item.code)
            yield item
