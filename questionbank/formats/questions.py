"""From the raw fields of one question, in whatever format, to a checked question."""

from collections.abc import Mapping, Set
from string import ascii_uppercase
from typing import Any, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from accounts.rules.folding import tidy
from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats import fields
from questionbank.formats.fields import BadField
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedSource
from questionbank.rules.pinning import refers_to_others

FEWEST_CHOICES, MOST_CHOICES = 2, 8
LONGEST_TEXT = 4000
_Choices = TypeVar("_Choices", bound=TextChoices)
_FIELDS = {
    "code",
    "kind",
    "difficulty",
    "set",
    "stem",
    "choices",
    "answer",
    "explanation",
    "sources",
}


def checked_question(entry: Any, *, documents: Set[str]) -> ParsedQuestion:
    """The question as it may be stored; `documents` are the codes a source may name.

    Raises BadField with the first reason against it.
    """
    entry = fields.known_fields(entry, allowed=_FIELDS)
    kind = _one_of(entry, "kind", QuestionKind)
    texts = _choice_texts(entry, kind=kind)
    letters = _answer_letters(entry, kind=kind, choice_count=len(texts))
    return ParsedQuestion(
        code=fields.text(entry, "code", longest=40),
        kind=kind,
        difficulty=_one_of(entry, "difficulty", Difficulty),
        set_code=fields.slug(entry, "set", longest=60, required=False),
        stem=fields.text(entry, "stem", longest=LONGEST_TEXT),
        choices=tuple(
            ParsedChoice(text=text, is_correct=letter in letters, is_pinned=refers_to_others(text))
            for letter, text in zip(ascii_uppercase, texts, strict=False)
        ),
        explanation=fields.text(entry, "explanation", longest=LONGEST_TEXT),
        sources=_sources(entry, documents=documents),
    )


def _one_of(entry: Mapping[str, Any], name: str, choices: type[_Choices]) -> _Choices:
    value = fields.text(entry, name, longest=40)
    if value not in choices.values:
        raise BadField(
            _("trường “%(name)s” là “%(value)s”, phải là một trong: %(known)s.")
            % {"name": name, "value": value, "known": ", ".join(choices.values)}
        )
    return choices(value)


def _choice_texts(entry: Mapping[str, Any], *, kind: QuestionKind) -> list[str]:
    raw = fields.entries(entry.get("choices"), "choices")
    if not FEWEST_CHOICES <= len(raw) <= MOST_CHOICES:
        raise BadField(
            _("phải có từ %(fewest)d đến %(most)d phương án, hiện có %(count)d.")
            % {"fewest": FEWEST_CHOICES, "most": MOST_CHOICES, "count": len(raw)}
        )
    if kind is QuestionKind.TRUE_FALSE and len(raw) != 2:
        raise BadField(_("câu đúng hoặc sai phải có đúng hai phương án."))
    texts = []
    for letter, value in zip(ascii_uppercase, raw, strict=False):
        if not isinstance(value, str):
            raise BadField(_("phương án %(letter)s phải là chữ.") % {"letter": letter})
        name = _("phương án %(letter)s") % {"letter": letter}
        texts.append(fields.checked_text(value, name=name, longest=LONGEST_TEXT))
    _refuse_equal(texts)
    return texts


def _refuse_equal(texts: list[str]) -> None:
    seen: dict[str, str] = {}
    for letter, text in zip(ascii_uppercase, texts, strict=False):
        first = seen.setdefault(text.casefold().rstrip(" .;"), letter)
        if first != letter:
            raise BadField(
                _("phương án %(first)s và %(second)s giống nhau.")
                % {"first": first, "second": letter}
            )


def _answer_letters(
    entry: Mapping[str, Any], *, kind: QuestionKind, choice_count: int
) -> frozenset[str]:
    value = entry.get("answer")
    given = value if isinstance(value, list) else [value]
    letters = [tidy(item).upper() if isinstance(item, str) else "" for item in given]
    if not letters or not all(letters):
        raise BadField(_("thiếu đáp án, hoặc đáp án không phải là chữ cái."))
    known = ascii_uppercase[:choice_count]
    for letter in letters:
        if len(letter) != 1 or letter not in known:
            raise BadField(_("không có phương án “%(letter)s”.") % {"letter": letter})
    if len(set(letters)) != len(letters):
        raise BadField(_("đáp án bị ghi lặp lại."))
    if kind is QuestionKind.MULTIPLE_CHOICE:
        if len(letters) == choice_count:
            raise BadField(_("câu nhiều lựa chọn không thể có mọi phương án đều đúng."))
    elif len(letters) != 1:
        raise BadField(_("dạng câu hỏi này phải có đúng một đáp án."))
    return frozenset(letters)


def _sources(entry: Mapping[str, Any], *, documents: Set[str]) -> tuple[ParsedSource, ...]:
    sources: list[ParsedSource] = []
    for raw in fields.entries(entry.get("sources"), "sources"):
        named = fields.known_fields(raw, allowed={"document", "article"})
        source = ParsedSource(
            document=fields.text(named, "document", longest=60),
            article=fields.text(named, "article", longest=100, required=False),
        )
        if source.document not in documents:
            raise BadField(
                _("căn cứ “%(code)s” chưa được khai báo trong phần văn bản.")
                % {"code": source.document}
            )
        if source in sources:
            raise BadField(_("căn cứ “%(code)s” bị lặp lại.") % {"code": source.document})
        sources.append(source)
    if not sources:
        raise BadField(_("thiếu căn cứ (trường “sources”)."))
    return tuple(sources)
