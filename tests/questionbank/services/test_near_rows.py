"""What the rows of a file resemble, in the bank and further up in the file."""

from dataclasses import replace

import pytest

from questionbank.models import Question
from questionbank.rules.near_duplicates import Relation
from questionbank.services.importing import Options, import_questions, plan_import
from questionbank.services.near_rows import near_rows
from tests.factories import NOON
from tests.questionbank.files import choices, file_of, question

pytestmark = pytest.mark.django_db
OPTIONS = Options()
STEM = "Đề án Văn hóa công vụ được Thủ tướng Chính phủ phê duyệt vào ngày nào?"
OTHER = "Thủ tướng Chính phủ phê duyệt Đề án Văn hoá công vụ vào ngày nào?"
FAR = "Bộ phận Một cửa cấp xã do ai làm trưởng bộ phận?"


def found(*questions, options=OPTIONS):
    plan = plan_import(file_of(*questions), options=options)
    return [row for part in near_rows(plan) for row in part]


def told(rows):
    return [(row.where, row.of, row.relation) for row in rows]


def test_a_row_like_a_question_of_the_bank():
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=OPTIONS)

    (near,) = found(question(2, stem=OTHER), question(3, stem=FAR))

    assert near.summary() == {
        "row": "dòng 2",
        "of": "DVC-001",
        "score": 0.999,
        "relation": "near",
        "differences": [],
    }
    assert near.other is None


def test_a_row_like_an_earlier_row_of_the_file():
    (near,) = found(question(1, stem=STEM), question(2, stem=FAR), question(3, stem=OTHER))

    assert told([near]) == [("dòng 3", "dòng 1", Relation.NEAR)]
    assert (near.content.stem, near.other.stem) == (OTHER, STEM)


def test_the_nearer_of_bank_and_file_is_named():
    import_questions(file_of(question(1, stem=OTHER)), at=NOON, options=OPTIONS)

    rows = found(question(2, stem=STEM), question(3, stem=STEM, choices=choices("B")))

    assert told(rows) == [
        ("dòng 2", "DVC-001", Relation.NEAR),
        ("dòng 3", "dòng 2", Relation.CONFLICT),
    ]


@pytest.mark.parametrize(
    ("stem", "differences"),
    [
        ("Đến năm 2030 có bao nhiêu dịch vụ công trực tuyến?", ("2030", "2025")),
        ("Đến năm 2025 không có bao nhiêu dịch vụ công trực tuyến?", ("không",)),
    ],
)
def test_a_changed_number_or_negation_is_told_as_different(stem, differences):
    first = question(1, stem="Đến năm 2025 có bao nhiêu dịch vụ công trực tuyến?")

    (near,) = found(first, question(2, stem=stem))

    assert near.relation is Relation.DIFFERENT
    assert near.differences == differences


def test_a_new_wording_is_not_compared_with_the_question_it_replaces():
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=OPTIONS)

    assert found(question(1, stem=OTHER)) == []


def test_a_new_wording_is_compared_with_other_questions():
    import_questions(
        file_of(question(1, stem=STEM), question(2, stem=FAR)), at=NOON, options=OPTIONS
    )

    assert told(found(question(2, stem=OTHER))) == [("dòng 2", "DVC-001", Relation.NEAR)]


def test_rows_that_stay_out_are_not_compared():
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=OPTIONS)
    repeated = question(2, stem=STEM)

    assert found(question(1, stem=STEM), repeated) == []
    assert told(found(repeated, options=replace(OPTIONS, takes_duplicates=True))) == [
        ("dòng 2", "DVC-001", Relation.SAME)
    ]


def test_what_another_process_has_stored_is_caught_up_with():
    assert found(question(2, stem=OTHER)) == []  # the index is made while the bank is empty
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=OPTIONS)
    stored = told(found(question(2, stem=OTHER)))
    import_questions(file_of(question(1, stem=FAR)), at=NOON, options=OPTIONS)
    changed = told(found(question(2, stem=OTHER)))
    Question.objects.update(current_revision=None)
    Question.objects.all().delete()

    assert stored == [("dòng 2", "DVC-001", Relation.NEAR)]
    assert changed == []
    assert found(question(2, stem=FAR)) == []  # deleted ones are not named


def test_the_database_is_asked_twice_for_fifty_rows(django_assert_num_queries):
    import_questions(file_of(question(1, stem=STEM)), at=NOON, options=OPTIONS)
    found(question(2, stem=OTHER))
    for rows, queries in ((1, 2), (50, 2), (51, 4)):
        plan = plan_import(
            file_of(*(question(place + 2, stem=OTHER, code="") for place in range(rows))),
            options=replace(OPTIONS, takes_duplicates=True),
        )
        with django_assert_num_queries(queries):
            assert len([row for part in near_rows(plan) for row in part]) == rows
