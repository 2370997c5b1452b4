from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contest.rules.grading import (
    Grade,
    GradedItem,
    chosen_letters,
    grade,
    shown_letters,
    tidy_response,
)

ORDERS = st.permutations("ABCD").map("".join)


def item(*, choice_order="ABCD", response="", key="B", points="1"):
    return GradedItem(choice_order, response, frozenset(key), Decimal(points))


def test_grade_sums_the_points_of_right_answers():
    items = [
        item(response="B", points="1.5"),
        item(response="A"),
        item(response=""),
        item(response="AC", key="AC", points="2"),
    ]

    assert grade(items) == Grade(Decimal("3.5"), Decimal("5.5"), 2)


@pytest.mark.parametrize("response", ["A", "C", "ABC", "", "ACD"])
def test_grade_multiple_choice_is_all_or_nothing(response):
    assert not item(response=response, key="AC").is_correct


def test_grade_reads_the_letters_that_were_shown():
    # the author's B stands third on this paper
    assert item(choice_order="CABD", response="C", key="B").is_correct
    assert not item(choice_order="CABD", response="B", key="B").is_correct


def test_grade_gives_nothing_for_a_question_without_a_key():
    assert not item(response="", key="").is_correct


@given(ORDERS, st.sets(st.sampled_from("ABCD")))
def test_shown_letters_is_the_inverse_of_chosen_letters(order, letters):
    shown = shown_letters(order, frozenset(letters))

    assert chosen_letters(order, shown) == letters
    assert shown == "".join(sorted(shown))


@pytest.mark.parametrize(
    ("response", "single", "tidied"),
    [("B", True, "B"), ("CA", False, "AC"), ("AA", False, "A"), ("", True, ""), ("BB", True, "B")],
)
def test_tidy_response_sorts_and_drops_repeats(response, single, tidied):
    assert tidy_response(response, choice_count=4, single=single) == tidied


@pytest.mark.parametrize(
    ("response", "single"), [("E", False), ("b", True), ("AB", True), (" ", True), ("Ⅽ", True)]
)
def test_tidy_response_refuses_what_is_not_on_the_paper(response, single):
    with pytest.raises(ValueError, match="letter|one option"):
        tidy_response(response, choice_count=4, single=single)
