"""What the page of a question says has changed between two revisions."""

from dataclasses import replace

import pytest

from questionbank.differences import changes
from questionbank.enums import QuestionKind
from questionbank.formats.parsed import ParsedSource
from tests.questionbank.files import choices, question

PINNED = (replace(choices()[0]), replace(choices()[1], is_pinned=True), choices()[2])
WRITTEN = question(kind=QuestionKind.SHORT_TEXT, choices=(), accepted=("Sở, ngành", "xã"))


@pytest.mark.parametrize(
    ("old", "new", "label", "before", "after"),
    [
        (
            question(sources=(ParsedSource("d", "Điều 1"),)),
            question(sources=(ParsedSource("d", "Điều 1", is_historical=True),)),
            *("Căn cứ", "Điều 1, d", "Điều 1, d, quy định trước đây"),
        ),
        (question(), question(choices=PINNED), "Phương án giữ vị trí", "", "B"),
        (
            WRITTEN,
            replace(WRITTEN, accepted=("Sở", "ngành, xã")),
            *("Đáp án", "Sở, ngành · xã", "Sở · ngành, xã"),
        ),
        (question(), question(choices=choices("B")), "Đáp án", "A", "B"),
    ],
)
def test_every_part_that_a_revision_keeps_is_compared(old, new, label, before, after):
    (change,) = changes(old, new)

    assert change.label == label
    assert " ".join(it.text for it in change.pieces if it.sign != "+") == before
    assert " ".join(it.text for it in change.pieces if it.sign != "-") == after


def test_the_same_wording_has_no_changes():
    assert changes(question(), question()) == []
