"""Keys that are numbers: where one of them is 0, nobody knows what the others count from."""

import pytest

from questionbank.formats import csv_format
from questionbank.formats.reading import read_file

REASON = "trong tệp có đáp án 0 nên không rõ số đếm từ 0 hay từ 1; xin ghi bằng chữ cái."


def read(*keys, options=("Bốn", "Năm", "Sáu", "Bảy")):
    lines = ["Câu hỏi;A;B;C;D;Đáp án"]
    lines += [f"Câu thứ {n} hỏi gì?;{';'.join(options)};{key}" for n, key in enumerate(keys)]
    return read_file(csv_format.FORMAT, "\n".join(lines).encode())


@pytest.mark.parametrize(
    ("keys", "taken", "doubtful"),
    [
        (("1", "2", "3"), 3, 0),
        (("0", "1", "3"), 0, 2),
        (("0", "1", "B"), 1, 1),  # a letter counts from nowhere
        (("0", "1", "4"), 2, 0),  # the fourth of four: they count from 1
        (("0", "Năm"), 1, 0),
    ],
)
def test_numbers_beside_a_zero_are_refused_unless_they_are_clear(keys, taken, doubtful):
    found = read(*keys)

    assert len(found.questions) == taken
    assert [it.reason for it in found.problems].count(REASON) == doubtful
    assert len(found.problems) == len(keys) - taken


def test_a_zero_that_is_an_options_text_counts_nothing():
    found = read("0", "1", options=("0", "1", "2", "Không rõ"))

    assert [len(found.questions), [it.reason for it in found.problems].count(REASON)] == [1, 0]
