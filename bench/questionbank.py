"""Measure the question bank on this machine: `make bench-questionbank`.

A workbook of 5,000 questions is looked through and brought in, and one question is compared with
a bank of 20,000; the labelled pairs of the tests give precision and recall.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
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
from questionbank.rules.near_duplicates import Index, Text  # noqa: E402
from questionbank.services.importing import Options, import_questions, plan_import  # noqa: E402
from tests.questionbank.rules.test_near_duplicates import PAIRS, measure  # noqa: E402

QUESTIONS, BANK, CHECKS = 5000, 20_000, 300
WORDS = Path(__file__).parents[1] / "tests/questionbank/rules/administrative_words.txt"
_Result = TypeVar("_Result")


def main() -> None:
    call_command("migrate", verbosity=0)
    for line in [*_files(), *_duplicates()]:
        print(line)


def _timed(deed: Callable[[], _Result]) -> tuple[_Result, float]:
    began = time.perf_counter()
    return deed(), time.perf_counter() - began


def _files() -> list[str]:
    data = xlsx.FORMAT.write(Bank(_questions()))
    options = Options()

    def preview() -> object:
        return plan_import(read_file(xlsx.FORMAT, data), options=options)

    def bring_in() -> object:
        parsed = read_file(xlsx.FORMAT, data)
        return import_questions(parsed, at=datetime.now(UTC), options=options)

    _plan, preview_s = _timed(preview)
    _plan, import_s = _timed(bring_in)
    return [
        figure("preview_5000_s", preview_s, "s"),
        figure("import_5000_s", import_s, "s"),
    ]


def _questions() -> list[ParsedQuestion]:
    sentence = _sentences(1)
    return [
        ParsedQuestion(
            stem=sentence(25) + "?",
            kind=QuestionKind.SINGLE_CHOICE,
            difficulty=Difficulty.EASY,
            code=f"X{number}",
            topic="Cải cách hành chính",
            choices=tuple(
                ParsedChoice(f"{sentence(10)} {place}", is_correct=place == 1) for place in range(4)
            ),
            sources=(ParsedSource("76/NQ-CP", "Điều 1"),),
        )
        for number in range(QUESTIONS)
    ]


def _sentences(seed: int) -> Callable[[int], str]:
    chance = random.Random(seed)  # noqa: S311 (replayable, not secret)
    words = WORDS.read_text().split()
    return lambda count: " ".join(chance.choices(words, k=count))


def _duplicates() -> list[str]:
    sentence = _sentences(2)
    index = Index()
    texts = [
        Text(key, sentence(25), tuple(sentence(8) for _place in range(4)), frozenset())
        for key in range(BANK)
    ]
    for text in texts:
        index.add(text)
    taken = [_timed(partial(index.nearest, text))[1] for text in texts[:CHECKS]]
    precision, recall = measure(PAIRS)
    return [
        figure("near_duplicate_ms", percentile(taken, 99) * 1000, "ms"),
        figure("near_duplicate_recall", recall, "of 1"),
        figure("near_duplicate_precision", precision, "of 1"),
    ]


if __name__ == "__main__":
    main()
