"""Files with the faults of real ones, read and judged line by line.

The Word files were saved by LibreOffice, the workbook by XlsxWriter, the others by hand.
"""

from pathlib import Path

import pytest

from accounts.rules.folding import tidy
from questionbank.formats.reading import read_file
from questionbank.formats.registry import format_of
from tests.questionbank.formats.sheets import right, texts

SAMPLES = Path(__file__).parent / "samples"


def expected():
    """The lines of `judged.txt` by the file they are about."""
    parts = (SAMPLES / "judged.txt").read_text().split("== ")[1:]
    return {lines[0]: lines[1:] for lines in (part.strip().splitlines() for part in parts)}


def test_every_sample_is_judged():
    files = [
        path
        for name in ("csv", "xlsx", "docx", "json", "yaml")
        for path in (SAMPLES / name).iterdir()
    ]

    assert {f"{path.parent.name}/{path.name}" for path in files} == expected().keys()


@pytest.mark.parametrize("name", expected())
def test_what_comes_of_a_sample(name):
    data = (SAMPLES / name).read_bytes()

    parsed = read_file(format_of(name, data), data)

    found = [
        f"{one.where}: {tidy(one.stem)} [{' | '.join(texts(one))}] {', '.join(right(one))}"
        for one in parsed.questions
    ]
    assert sorted([*found, *map(str, parsed.problems)]) == sorted(expected()[name])


def test_fields_beside_the_words():
    name = "docx/dap-an-tung-cau.docx"
    data = (SAMPLES / name).read_bytes()

    first, second = read_file(format_of(name, data), data).questions

    assert (first.topic, str(first.points), first.difficulty) == ("Chuyển đổi số", "0.5", "easy")
    assert second.topic == "Toán"
