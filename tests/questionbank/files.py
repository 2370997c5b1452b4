"""Question files as they are after reading, for tests of what becomes of them."""

from dataclasses import replace
from decimal import Decimal

from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats.parsed import (
    ParsedChoice,
    ParsedDocument,
    ParsedFile,
    ParsedQuestion,
    ParsedSource,
    ParsedTopic,
)

TOPIC = ParsedTopic("dvc", "Dịch vụ công")
OLD = ParsedDocument("cu", "1/NQ-CP", "Nghị quyết cũ", replaced_by="moi")
NEW = ParsedDocument("moi", "2/NQ-CP", "Nghị quyết mới")


def choices(right="A", texts=("Một", "Hai", "Ba")):
    return tuple(
        ParsedChoice(text, is_correct=letter in right)
        for letter, text in zip("ABCD", texts, strict=False)
    )


def question(place=1, **changes):
    usual = ParsedQuestion(
        stem=f"Đâu là điều đúng ({place})?",
        kind=QuestionKind.SINGLE_CHOICE,
        difficulty=Difficulty.HARD,
        code=f"DVC-{place:03}",
        topic="dvc",
        set_code="tuan-1",
        choices=choices(),
        explanation="Theo Nghị quyết mới.",
        sources=(ParsedSource("moi", "Điều 1"), ParsedSource("cu")),
        tags=("một cửa",),
        where=f"dòng {place}",
    )
    return replace(usual, **changes)


def file_of(*questions, problems=(), documents=(OLD, NEW), topics=(TOPIC,)):
    return ParsedFile(topics, documents, tuple(questions), tuple(problems))


ONE_OF_EACH = [
    question(1),
    question(
        2,
        kind=QuestionKind.MULTIPLE_CHOICE,
        choices=choices("AB"),
        scoring=Scoring.PARTIAL,
        points=Decimal("2.5"),
    ),
    question(3, kind=QuestionKind.TRUE_FALSE, choices=choices("B", ("Đúng", "Sai"))),
    question(
        4, kind=QuestionKind.SHORT_TEXT, choices=(), accepted=("Bộ Nội vụ", "BNV"), set_code=""
    ),
    question(
        5,
        kind=QuestionKind.NUMBER,
        choices=(),
        number=Decimal("3.5"),
        tolerance=Decimal("0.25"),
        sources=(ParsedSource(link="https://example.vn/"), ParsedSource(article="Điều 9")),
        tags=(),
    ),
]
