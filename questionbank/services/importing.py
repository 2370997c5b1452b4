"""Bringing a checked question file into the bank: first the plan, then all of it or nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules.folding import fold
from questionbank.contents import revision_contents
from questionbank.enums import QuestionStatus
from questionbank.formats.base import ALL_FIELDS, FORMER_LAW, PINS
from questionbank.formats.parsed import (
    ParsedDocument,
    ParsedFile,
    ParsedQuestion,
    ParsedTopic,
    Problem,
)
from questionbank.models import LegalDocument, Question, QuestionSet, Revision, Topic
from questionbank.neighbours import NOBODY, text_of
from questionbank.rules.near_duplicates import Relation, compare
from questionbank.rules.sameness import Content, content_key, stem_key
from questionbank.services.arranging import free_topic_code
from questionbank.services.revising import BATCH, Draft, store_revisions, with_kept_pins

CODE_PREFIX = "CH-"
UNSORTED = "Chưa phân loại"  # the topic of questions for which nobody names one
_COMPARED = 20  # of one stem: a bank has "Phát biểu nào đúng?" a hundred times
Progress = Callable[[int, int], None]


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    SKIPPED = "skipped"  # the bank has it just so
    DUPLICATE = "duplicate"  # the bank, or the file further up, has it under another code
    REFUSED = "refused"


@dataclass(frozen=True)
class Options:
    """What is said of a file as a whole.

    `topic` is the code for questions that name none; without it they go to `UNSORTED`. With
    `updates` off, questions whose codes the bank knows stay as they are. `fields` are those that
    the file's format holds: of a known question the others are kept.
    """

    topic: str = ""
    updates: bool = True
    takes_duplicates: bool = False
    status: QuestionStatus = QuestionStatus.DRAFT
    fields: frozenset[str] = ALL_FIELDS


@dataclass(frozen=True)
class PlannedRow:
    """What becomes of one question of the file; `reason` and `conflict_with` may be empty."""

    where: str
    outcome: Outcome
    content: ParsedQuestion | None = None
    reason: str = ""
    code: str = ""  # of the question in the bank that it is, or repeats
    conflict_with: str = ""  # the same words, another key: a code, or a row of the file


@dataclass(frozen=True)
class Plan:
    rows: tuple[PlannedRow, ...]
    new_topics: tuple[ParsedTopic, ...]
    new_documents: tuple[ParsedDocument, ...]

    def of(self, outcome: Outcome) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome is outcome]

    @property
    def conflicts(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.conflict_with]

    def summary(self) -> dict[str, Any]:
        """What commands print, as JSON can hold it."""
        return {
            "created": len(self.of(Outcome.CREATED)),
            "changed": len(self.of(Outcome.CHANGED)),
            "skipped": len(self.of(Outcome.SKIPPED)),
            "refused": [
                {"row": row.where, "reason": row.reason} for row in self.of(Outcome.REFUSED)
            ],
            "conflicts": [{"row": row.where, "with": row.conflict_with} for row in self.conflicts],
            "duplicates": [
                {"row": row.where, "of": row.code} for row in self.of(Outcome.DUPLICATE)
            ],
        }


class ImportRefused(Exception):
    """Nothing was stored; carries the Vietnamese reason."""


@dataclass
class _Bank:
    """What the plan compares with: the bank, and the file's rows as they are passed."""

    topics: dict[str, str]  # folded code or name -> code
    documents: dict[str, str]  # folded code or number -> code
    by_code: dict[str, tuple[Question, ParsedQuestion]]
    contents: dict[Content, str] = field(default_factory=dict)
    stems: dict[str, list[tuple[str, ParsedQuestion]]] = field(default_factory=dict)


def plan_import(parsed: ParsedFile, *, options: Options, progress: Progress | None = None) -> Plan:
    """What would happen, row by row; stores nothing."""
    bank = _read_bank(parsed)
    new_topics = _new_topics(parsed, bank, otherwise=options.topic or UNSORTED)
    new_documents = _new_documents(parsed, bank)
    rows = [
        PlannedRow(problem.where, Outcome.REFUSED, reason=problem.reason)
        for problem in (*parsed.problems, *_document_problems(parsed, bank))
    ]
    for number, question in enumerate(parsed.questions, start=1):
        rows.append(_planned(question, bank, options))
        if progress is not None and number % BATCH == 0:
            progress(number, len(parsed.questions))
    return Plan(tuple(rows), _used(new_topics, rows), tuple(new_documents.values()))


def import_questions(
    parsed: ParsedFile,
    *,
    at: datetime,
    options: Options,
    author: User | None = None,
    set_names: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Do what `plan_import` says, as the bank is now, in one transaction; rows refused stay out.

    Question sets take their name from `set_names`, else their code. The same file again changes
    nothing. Raises ImportRefused when somebody else changed the same questions meanwhile.
    """
    try:
        with transaction.atomic():
            plan = plan_import(parsed, options=options)
            _carry_out(plan, at, options, author, set_names or {}, progress)
    except IntegrityError as error:
        raise ImportRefused(
            _("Ngân hàng vừa có người khác thay đổi cùng câu hỏi, xin nhập lại.")
        ) from error
    return plan


def _read_bank(parsed: ParsedFile) -> _Bank:
    topics: dict[str, str] = {}
    for code, name in Topic.objects.values_list("code", "name"):
        topics |= {fold(name): code, fold(code): code}
    documents: dict[str, str] = {}
    for code, number in LegalDocument.objects.values_list("code", "number"):
        documents |= {fold(number): code, fold(code): code}
    bank = _Bank(topics, documents, {})
    questions = Question.objects.filter(current_revision__isnull=False).in_bulk(
        field_name="current_revision_id"
    )
    for pk, content in revision_contents(list(questions)).items():
        bank.by_code[content.code] = questions[pk], content
        _remember(bank, content, content.code)
    return bank


def _remember(bank: _Bank, content: ParsedQuestion, name: str) -> None:
    bank.contents.setdefault(_content_key(content), name)
    alike = bank.stems.setdefault(stem_key(_asked(content)), [])
    if len(alike) < _COMPARED:
        alike.append((name, content))


def _content_key(content: ParsedQuestion) -> Content:
    right = [choice.text for choice in content.choices if choice.is_correct]
    right += content.accepted
    if content.number is not None:
        right.append(f"{content.number:f} {content.tolerance:f}")
    return content_key(_asked(content), [choice.text for choice in content.choices], right)


def _asked(content: ParsedQuestion) -> str:
    """The same words under another picture are another question."""
    return f"{content.stem} {content.picture.digest}" if content.picture else content.stem


def _new_topics(parsed: ParsedFile, bank: _Bank, *, otherwise: str) -> dict[str, ParsedTopic]:
    """By code: those of the file that the bank does not know, and of questions that name none."""
    new: dict[str, ParsedTopic] = {}
    for topic in parsed.topics:
        if fold(topic.code) not in bank.topics:
            new[topic.code] = topic
            bank.topics |= {fold(topic.name): topic.code, fold(topic.code): topic.code}
    for question in parsed.questions:
        name = question.topic or otherwise
        if fold(name) not in bank.topics:
            topic = ParsedTopic(_topic_code(name, new, bank), name)
            new[topic.code] = topic
            bank.topics[fold(name)] = topic.code
    return new


def _topic_code(name: str, new: Mapping[str, ParsedTopic], bank: _Bank) -> str:
    """A code that nobody has yet, made of the name."""
    return free_topic_code(name, taken=new.keys() | bank.topics.values())


def _new_documents(parsed: ParsedFile, bank: _Bank) -> dict[str, ParsedDocument]:
    new: dict[str, ParsedDocument] = {}
    for document in parsed.documents:
        if fold(document.code) not in bank.documents:
            new[document.code] = document
            bank.documents |= {
                fold(document.number): document.code,
                fold(document.code): document.code,
            }
    for question in parsed.questions:
        for source in question.sources:
            if source.document and fold(source.document) not in bank.documents:
                named = ParsedDocument(source.document, source.document, source.document)
                new[named.code] = named
                bank.documents[fold(source.document)] = named.code
    return new


def _document_problems(parsed: ParsedFile, bank: _Bank) -> list[Problem]:
    return [
        Problem(document.code, _("văn bản thay thế này chưa được khai báo."))
        for document in parsed.documents
        if document.replaced_by and fold(document.replaced_by) not in bank.documents
    ]


def _used(topics: Mapping[str, ParsedTopic], rows: Iterable[PlannedRow]) -> tuple[ParsedTopic, ...]:
    named = {
        row.content.topic
        for row in rows
        if row.content is not None and row.outcome in (Outcome.CREATED, Outcome.CHANGED)
    }
    return tuple(topic for topic in topics.values() if topic.code in named)


def _planned(question: ParsedQuestion, bank: _Bank, options: Options) -> PlannedRow:
    known = bank.by_code.get(question.code)
    topic = question.topic or options.topic or (known[1].topic if known else UNSORTED)
    content = replace(
        question,
        topic=bank.topics[fold(topic)],
        sources=tuple(
            replace(source, document=bank.documents.get(fold(source.document), ""))
            for source in question.sources
        ),
    )
    where = question.where
    if known is not None:
        return _planned_known(content, known[1], bank, options)
    repeated = bank.contents.get(_content_key(content))
    if repeated and not options.takes_duplicates:
        return PlannedRow(
            where,
            Outcome.DUPLICATE,
            content,
            code=repeated,
            reason=_("trùng với câu %(code)s.") % {"code": repeated},
        )
    conflict = _conflict(content, bank)
    _remember(bank, content, content.code or where)
    return PlannedRow(where, Outcome.CREATED, content, conflict_with=conflict)


def _planned_known(
    content: ParsedQuestion, known: ParsedQuestion, bank: _Bank, options: Options
) -> PlannedRow:
    kept = {
        name: getattr(known, name)
        for name in ParsedQuestion.__dataclass_fields__
        if name not in options.fields and name != "where"
    }
    wanted = _with_kept_parts(replace(content, **kept), known, options.fields)
    if wanted == known or not options.updates:
        return PlannedRow(content.where, Outcome.SKIPPED, code=known.code)
    return PlannedRow(
        content.where,
        Outcome.CHANGED,
        wanted,
        code=known.code,
        conflict_with=_conflict(wanted, bank),
    )


def _with_kept_parts(
    content: ParsedQuestion, known: ParsedQuestion, held: frozenset[str]
) -> ParsedQuestion:
    if PINS not in held:
        content = with_kept_pins(content, known)
    if "sources" in held and FORMER_LAW not in held:
        former = [replace(it, is_historical=False) for it in known.sources if it.is_historical]
        sources = (replace(it, is_historical=it in former) for it in content.sources)
        content = replace(content, sources=tuple(sources))
    return content


def _conflict(content: ParsedQuestion, bank: _Bank) -> str:
    """The name of a question with the same words and another key, if there is one."""
    text = text_of(NOBODY, content)
    for name, other in bank.stems.get(stem_key(_asked(content)), ()):
        if name == content.code:
            continue
        if compare(text, text_of(NOBODY, other)).relation is Relation.CONFLICT:
            return name
    return ""


def _carry_out(
    plan: Plan,
    at: datetime,
    options: Options,
    author: User | None,
    set_names: Mapping[str, str],
    progress: Progress | None,
) -> None:
    created, changed = plan.of(Outcome.CREATED), plan.of(Outcome.CHANGED)
    topics = _store_topics(plan, [*created, *changed])
    documents = _store_documents(plan, [*created, *changed])
    sets = _store_sets([*created, *changed], set_names)
    drafts = _new_drafts(created, topics, sets, author)
    drafts += _next_drafts(changed, topics, sets)
    for start in range(0, len(drafts), BATCH):
        part = drafts[start : start + BATCH]
        revisions = store_revisions(part, documents=documents, author=author, at=at)
        _make_current(part, revisions, status=options.status)
        if progress is not None:
            progress(start + len(part), len(drafts))


def _contents(rows: Iterable[PlannedRow]) -> list[ParsedQuestion]:
    return [row.content for row in rows if row.content is not None]


def _store_topics(plan: Plan, rows: list[PlannedRow]) -> dict[str, Topic]:
    named = {content.topic for content in _contents(rows)}
    Topic.objects.bulk_create(
        (Topic(code=it.code, name=it.name) for it in plan.new_topics),
        ignore_conflicts=True,
    )
    return Topic.objects.in_bulk(list(named), field_name="code")


def _store_documents(plan: Plan, rows: list[PlannedRow]) -> dict[str, LegalDocument]:
    """The documents by code; those that the bank knows stay as they are."""
    new = {document.code: document for document in plan.new_documents}
    LegalDocument.objects.bulk_create(
        (
            LegalDocument(
                code=document.code,
                number=document.number,
                title=document.title,
                issued_on=document.issued_on,
                effective_on=document.effective_on,
                expires_on=document.expires_on,
            )
            for document in new.values()
        ),
        batch_size=BATCH,
    )
    named = {source.document for content in _contents(rows) for source in content.sources}
    named |= new.keys() | {document.replaced_by for document in new.values()}
    codes = sorted(named - {""})
    stored: dict[str, LegalDocument] = {}
    for start in range(0, len(codes), BATCH):
        stored |= LegalDocument.objects.in_bulk(codes[start : start + BATCH], field_name="code")
    replaced = []
    for document in new.values():
        if document.replaced_by:
            stored[document.code].replaced_by = stored[document.replaced_by]
            replaced.append(stored[document.code])
    LegalDocument.objects.bulk_update(replaced, ["replaced_by"])
    return stored


def _store_sets(rows: list[PlannedRow], names: Mapping[str, str]) -> dict[str, QuestionSet]:
    codes = {content.set_code for content in _contents(rows)} - {""}
    QuestionSet.objects.bulk_create(
        [QuestionSet(code=code, name=names.get(code, code)) for code in sorted(codes)],
        ignore_conflicts=True,  # known sets keep their names
    )
    return QuestionSet.objects.in_bulk(list(codes), field_name="code")


def _new_drafts(
    rows: list[PlannedRow],
    topics: Mapping[str, Topic],
    sets: Mapping[str, QuestionSet],
    author: User | None,
) -> list[Draft]:
    contents = _contents(rows)
    codes = iter(free_codes(sum(not content.code for content in contents)))
    questions = Question.objects.bulk_create(
        [
            Question(
                code=content.code or next(codes),
                topic=topics[content.topic],
                question_set=sets.get(content.set_code),
                author=author,
            )
            for content in contents
        ],
        batch_size=BATCH,
    )
    return [Draft(it, 1, content) for it, content in zip(questions, contents, strict=True)]


def free_codes(count: int) -> list[str]:
    """Codes for questions that bring none: the next numbers that nobody has."""
    if not count:
        return []
    taken = set(
        Question.objects.filter(code__startswith=CODE_PREFIX).values_list("code", flat=True)
    )
    numbers = [int(code.removeprefix(CODE_PREFIX)) for code in taken if code[3:].isdecimal()]
    first = max(numbers, default=0) + 1
    return [f"{CODE_PREFIX}{number:05}" for number in range(first, first + count)]


def _next_drafts(
    rows: list[PlannedRow], topics: Mapping[str, Topic], sets: Mapping[str, QuestionSet]
) -> list[Draft]:
    by_code: dict[str, Question] = {}
    codes = [row.code for row in rows]
    for start in range(0, len(codes), BATCH):
        part = Question.objects.select_for_update().filter(code__in=codes[start : start + BATCH])
        by_code |= {question.code: question for question in part}
    latest: dict[int, int] = {}
    pks = [question.pk for question in by_code.values()]
    for start in range(0, len(pks), BATCH):
        counted = Revision.objects.filter(question__in=pks[start : start + BATCH]).order_by()
        latest |= dict(counted.values_list("question").annotate(last=Max("number")))
    drafts = []
    for content in _contents(rows):
        question = by_code[content.code]
        question.topic = topics[content.topic]
        question.question_set = sets.get(content.set_code)
        drafts.append(Draft(question, latest[question.pk] + 1, content))
    return drafts


def _make_current(
    drafts: list[Draft], revisions: list[Revision], *, status: QuestionStatus
) -> None:
    """An approved revision goes on being drawn until the new one is approved."""
    questions = []
    for draft, revision in zip(drafts, revisions, strict=True):
        question = draft.question
        question.current_revision = revision
        question.status = status
        if status is QuestionStatus.APPROVED:
            question.approved_revision = revision
        questions.append(question)
    Question.objects.bulk_update(
        questions,
        ["topic", "question_set", "current_revision", "approved_revision", "status"],
        batch_size=BATCH,
    )
