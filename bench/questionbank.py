"""Measure the question bank on this machine: `make bench-questionbank`.

A workbook of 5,000 questions is looked through and brought in, into an empty bank and into one of
20,000; `near_5000_s` is the check of its rows for near-duplicates, which follows the preview in
the background. One question is compared with 20,000 made of words as they come in a language, and
with 20,000 made of 170 words only; the labelled pairs of the tests give precision and recall.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import django
from django.core.management import call_command

django.setup()

from bench.figures import figure, percentile  # noqa: E402 (the apps are loaded from here on)
from questionbank.enums import Difficulty, QuestionKind  # noqa: E402
from questionbank.formats import xlsx  # noqa: E402
from questionbank.formats.base import Bank  # noqa: E402
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedSource  # noqa: E402
from questionbank.formats.reading import read_file  # noqa: E402
from questionbank.neighbours import forget_neighbours  # noqa: E402
from questionbank.rules.near_index import Index  # noqa: E402
from questionbank.services.importing import (  # noqa: E402
    Options,
    Plan,
    import_questions,
    plan_import,
)
from questionbank.services.near_rows import near_rows  # noqa: E402
from tests.questionbank.corpora import made_up_texts, reworded  # noqa: E402
from tests.questionbank.rules.test_near_duplicates import PAIRS, measure  # noqa: E402

QUESTIONS, BANK, CHECKS = 5000, 20_000, 600
_Result = TypeVar("_Result")


def main() -> None:
    call_command("migrate", verbosity=0)
    for line in [*_empty_bank(), *_full_bank(), *_duplicates()]:
        print(line)


def _timed(deed: Callable[[], _Result]) -> tuple[_Result, float]:
    began = time.perf_counter()
    return deed(), time.perf_counter() - began


def _empty_bank() -> list[str]:
    data = _workbook("X", seed=1)
    return [*_previewed(data, ""), *_brought_in(data, "")]


def _full_bank() -> list[str]:
    """The first workbook is in already; with the others the bank has 20,000."""
    for number in range(1, BANK // QUESTIONS):
        _bring_in(_workbook(f"B{number}-", seed=10 + number))
    data = _workbook("Y", seed=2)
    name = "_into_20000"
    return [*_previewed(data, name), *_near_again(data, name), *_brought_in(data, name)]


def _previewed(data: bytes, name: str) -> list[str]:
    plan, preview_s = _timed(partial(_preview, data))
    forget_neighbours()
    _near, near_s = _timed(lambda: list(near_rows(plan)))
    return [
        figure(f"preview_5000{name}_s", preview_s, "s"),
        figure(f"near_5000{name}_s", near_s, "s"),
    ]


def _near_again(data: bytes, name: str) -> list[str]:
    """In a process that has read the bank before."""
    plan = _preview(data)
    _near, near_s = _timed(lambda: list(near_rows(plan)))
    return [figure(f"near_5000{name}_again_s", near_s, "s")]


def _brought_in(data: bytes, name: str) -> list[str]:
    _plan, import_s = _timed(partial(_bring_in, data))
    return [figure(f"import_5000{name}_s", import_s, "s")]


def _preview(data: bytes) -> Plan:
    return plan_import(read_file(xlsx.FORMAT, data), options=Options())


def _bring_in(data: bytes) -> Plan:
    parsed = read_file(xlsx.FORMAT, data)
    return import_questions(parsed, at=datetime.now(UTC), options=Options())


def _workbook(prefix: str, *, seed: int) -> bytes:
    questions = [
        ParsedQuestion(
            stem=text.stem + "?",
            kind=QuestionKind.SINGLE_CHOICE,
            difficulty=Difficulty.EASY,
            code=f"{prefix}{text.key}",
            topic="Cải cách hành chính",
            choices=tuple(
                ParsedChoice(f"{option} {place}", is_correct=place == 1)
                for place, option in enumerate(text.options)
            ),
            sources=(ParsedSource("76/NQ-CP", "Điều 1"),),
        )
        for text in made_up_texts("natural", QUESTIONS, seed=seed)
    ]
    return xlsx.FORMAT.write(Bank(questions))


def _duplicates() -> list[str]:
    natural, dense = (_search_ms(corpus) for corpus in ("natural", "dense"))
    precision, recall = measure(PAIRS)
    return [
        figure("near_duplicate_ms", max(natural, dense), "ms"),
        figure("near_duplicate_natural_ms", natural, "ms"),
        figure("near_duplicate_dense_ms", dense, "ms"),
        figure("near_duplicate_recall", recall, "of 1"),
        figure("near_duplicate_precision", precision, "of 1"),
    ]


def _search_ms(corpus: str) -> float:
    """The 99th percentile, for questions that the bank has, has in other words, and has not."""
    texts = made_up_texts(corpus, BANK + CHECKS)
    index = Index()
    for text in texts[:BANK]:
        index.add(text)
    third = CHECKS // 3
    asked = texts[:third] + [reworded(it, key=-1, seed=it.key) for it in texts[third : 2 * third]]
    asked += texts[BANK : BANK + third]
    taken = [_timed(partial(index.nearest, text))[1] for text in asked]
    return percentile(taken, 99) * 1000


if __name__ == "__main__":
    main()
