from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contest.rules.grading import (
    Grade,
    GradedItem,
    Key,
    chosen_letters,
    grade,
    shown_letters,
)
from questionbank.enums import QuestionKind, Scoring

ORDERS = st.permutations("ABCD").map("".join)
SETS = st.sets(st.sampled_from("ABCD"))
POINTS = st.decimals("0.01", "999.99", places=2)


def item(*, choice_order="ABCD", response="", key="B", points="1", partial=False):
    return GradedItem(
        choice_order,
        response,
        Key(
            kind=QuestionKind.MULTIPLE_CHOICE,
            points=Decimal(points),
            scoring=Scoring.PARTIAL if partial else Scoring.ALL_OR_NOTHING,
            letters=frozenset(key),
        ),
    )


def typed(response, *accepted):
    key = Key(kind=QuestionKind.SHORT_TEXT, points=Decimal(2), accepted=accepted)
    return GradedItem("", response, key)


def figure(response, number, tolerance="0"):
    key = Key(
        kind=QuestionKind.NUMBER,
        points=Decimal(2),
        number=Decimal(number),
        tolerance=Decimal(tolerance),
    )
    return GradedItem("", response, key)


def test_grade_sums_the_points_of_right_answers():
    items = [
        item(response="B", points="1.5"),
        item(response="A"),
        item(response=""),
        item(response="AC", key="AC", points="2"),
        typed("mot cua", "Một cửa"),
        figure("6", "6"),
        figure("7", "6"),
    ]

    assert grade(items) == Grade(Decimal("7.5"), Decimal("11.5"), 4)


@pytest.mark.parametrize("response", ["A", "C", "ABC", "", "ACD"])
def test_grade_multiple_choice_is_all_or_nothing(response):
    assert not item(response=response, key="AC").is_correct
    assert item(response=response, key="AC").earned == 0


def test_grade_reads_the_letters_that_were_shown():
    # the author's B stands third on this paper
    assert item(choice_order="CABD", response="C", key="B").is_correct
    assert not item(choice_order="CABD", response="B", key="B").is_correct


def test_grade_gives_nothing_for_a_question_without_a_key():
    assert not item(response="", key="").is_correct
    assert item(response="A", key="", partial=True).earned == 0
    assert not typed("bất kỳ").is_correct


# Parts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "key", "earned"),
    [
        ("AC", "AC", "1.00"),
        ("A", "AC", "0.50"),
        ("AB", "AC", "0"),
        ("ABC", "AC", "0.50"),
        ("A", "ABC", "0.33"),
        ("AB", "ABC", "0.67"),
        ("AD", "ABC", "0"),
        ("ABCD", "ABC", "0"),
        ("D", "ABC", "0"),
        ("", "ABC", "0"),
        ("ABCD", "ABCD", "1.00"),
        ("ABC", "ABCD", "0"),  # nothing wrong can be ticked: all of them, or nothing
    ],
)
def test_partial_credit(response, key, earned):
    assert item(response=response, key=key, partial=True).earned == Decimal(earned)


def test_a_part_is_not_counted_among_the_right_answers():
    items = [item(response="A", key="AC", partial=True), item(response="B")]

    assert grade(items) == Grade(Decimal("1.50"), Decimal(2), 1)


@given(SETS, SETS, POINTS, ORDERS)
def test_partial_credit_lies_between_nothing_and_all_and_is_all_for_the_key(
    key, chosen, points, order
):
    response = shown_letters(order, frozenset(chosen))
    answer = item(
        choice_order=order, response=response, key="".join(key), points=points, partial=True
    )

    assert 0 <= answer.earned <= points
    assert answer.earned == answer.earned.quantize(Decimal("0.01"))
    assert answer.is_correct == (chosen == key != set())
    if answer.is_correct:
        assert answer.earned == points
    if not chosen & key:
        assert answer.earned == 0


@given(st.sets(st.sampled_from("ABCD"), min_size=1, max_size=3), POINTS)
def test_whoever_ticks_everything_earns_nothing(key, points):
    answer = item(response="ABCD", key="".join(key), points=points, partial=True)

    assert answer.earned == 0


@given(SETS.filter(bool), SETS, st.sampled_from("ABCD"))
def test_one_more_right_option_never_costs_and_one_more_wrong_one_never_pays(key, chosen, more):
    def earned(letters):
        response = "".join(sorted(letters))
        return item(response=response, key="".join(key), points="1", partial=True).earned

    if more in key:
        assert earned(chosen | {more}) >= earned(chosen)
    else:
        assert earned(chosen | {more}) <= earned(chosen - {more})


@given(st.lists(st.tuples(SETS, SETS, POINTS)))
def test_the_sum_is_exact_and_within_the_maximum(answers):
    items = [
        item(response="".join(sorted(chosen)), key="".join(key), points=points, partial=True)
        for key, chosen, points in answers
    ]

    done = grade(items)

    assert done.score == sum(item.earned for item in items)
    assert done.score * 100 == int(done.score * 100)
    assert 0 <= done.score <= done.max_score


# Typed answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("response", ["Một cửa", "mot cua", "MỘT CỬA.", " một  cửa "])
def test_a_text_is_right_accents_case_and_punctuation_aside(response):
    assert typed(response, "Bộ phận Một cửa", "Một cửa").earned == 2


@pytest.mark.parametrize("response", ["", "một", "...", "không một cửa"])
def test_another_text_is_wrong(response):
    assert typed(response, "Một cửa").earned == 0


@pytest.mark.parametrize(
    ("response", "is_right"),
    [
        ("88,37", True),
        ("88.37", True),
        ("88,86", False),
        ("88,87", False),
        ("88,47", True),
        ("88,27", True),
        ("88,26999", False),
        ("", False),
        ("tám mươi tám", False),
    ],
)
def test_a_number_is_right_within_its_tolerance_bounds_included(response, is_right):
    assert figure(response, "88.37", "0.1").is_correct == is_right


@given(st.decimals("-1000", "1000", places=3), st.decimals("0", "10", places=3))
def test_a_number_is_right_at_both_bounds_of_its_tolerance(number, tolerance):
    for bound in (number - tolerance, number, number + tolerance):
        assert figure(f"{bound:f}".replace(".", ","), number, tolerance).is_correct


@given(st.text(), st.sampled_from(QuestionKind))
def test_grading_takes_whatever_is_stored(response, kind):
    letters = "".join(letter for letter in response if letter in "ABCD")
    key = Key(kind=kind, points=Decimal(1), letters=frozenset("B"), accepted=("b",), number=None)
    graded = GradedItem("ABCD", letters if kind.has_choices else response, key)

    assert graded.earned in (0, 1)


# Letters ----------------------------------------------------------------------------------------


@given(ORDERS, SETS)
def test_shown_letters_is_the_inverse_of_chosen_letters(order, letters):
    shown = shown_letters(order, frozenset(letters))

    assert chosen_letters(order, shown) == letters
    assert shown == "".join(sorted(shown))
