from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from contest.enums import KeyChangeKind
from contest.rules.grading import Grade, GradedItem, Key, grade
from contest.rules.regrading import Change, Shift, regraded, shift
from questionbank.enums import QuestionKind, Scoring

VOID, CORRECT, MORE, FULL = (
    KeyChangeKind.VOID,
    KeyChangeKind.CORRECT,
    KeyChangeKind.ACCEPT_MORE,
    KeyChangeKind.FULL_POINTS,
)
SINGLE = Key(QuestionKind.SINGLE_CHOICE, Decimal(1), letters=frozenset("B"))
SEVERAL = Key(QuestionKind.MULTIPLE_CHOICE, Decimal(2), Scoring.PARTIAL, letters=frozenset("AC"))
TEXT = Key(QuestionKind.SHORT_TEXT, Decimal(1), accepted=("Một cửa",))
NUMBER = Key(QuestionKind.NUMBER, Decimal(1), number=Decimal(88))


def change(kind, letters="", *, number=1, **fields):
    return Change(number=number, kind=kind, letters=frozenset(letters), **fields)


def graded(key, response, *changes):
    order = "ABCD" if key.kind.has_choices else ""
    result = grade([GradedItem(order, response, regraded(key, changes))])
    return result.score, result.max_score, result.correct_count


def test_a_void_question_gives_neither_points_nor_maximum():
    for response in ("B", "A", ""):
        assert graded(SINGLE, response, change(VOID)) == (0, 0, 0)
    assert graded(SEVERAL, "A", change(VOID)) == (0, 0, 0)  # no part of it either


def test_full_points_go_to_everybody_who_had_the_question():
    for response in ("B", "A", ""):
        assert graded(SINGLE, response, change(FULL)) == (1, 1, 1)


def test_a_corrected_key_replaces_the_old_one():
    assert graded(SINGLE, "B", change(CORRECT, "C")) == (0, 1, 0)
    assert graded(SINGLE, "C", change(CORRECT, "C")) == (1, 1, 1)
    assert graded(TEXT, "một cửa", change(CORRECT, accepted=("Liên thông",))) == (0, 1, 0)
    assert graded(TEXT, "lien thong", change(CORRECT, accepted=("Liên thông",))) == (1, 1, 1)
    near = change(CORRECT, number_key=Decimal(90), tolerance=Decimal("0.5"))
    assert [graded(NUMBER, it, near)[0] for it in ("88", "89,5", "90,5", "90,51")] == [0, 1, 1, 0]


def test_one_more_option_is_right_beside_the_old_one():
    assert [graded(SINGLE, it, change(MORE, "C"))[0] for it in ("A", "B", "C", "D", "")] == [
        *(0, 1, 1, 0, 0)
    ]


def test_one_more_option_of_several_may_be_ticked_and_need_not_be():
    more = change(MORE, "D")
    assert [graded(SEVERAL, it, more) for it in ("AC", "ACD", "AD", "ABCD")] == [
        *((2, 2, 1), (2, 2, 1), (1, 2, 0), (1, 2, 0))
    ]


def test_one_more_text_is_right_beside_the_old_ones():
    more = change(MORE, accepted=("Một cửa liên thông",))
    assert [graded(TEXT, it, more)[0] for it in ("mot cua", "Một cửa liên thông", "x")] == [1, 1, 0]


def test_the_latest_change_wins_in_whatever_order_they_are_given():
    changes = [
        change(FULL, number=1),
        change(CORRECT, "C", number=2),
        change(VOID, number=3),
        change(MORE, "D", number=4),
    ]
    for order in permutations(changes):
        assert [graded(SINGLE, it, *order)[0] for it in "ABCD"] == [0, 0, 1, 1]
        assert graded(SINGLE, "A", *order)[1] == 1  # it counts again


@pytest.mark.parametrize("kind", [VOID, FULL])
def test_what_is_void_or_given_counts_again_by_a_later_key(kind):
    assert graded(SINGLE, "C", change(kind, number=1), change(CORRECT, "C", number=2))[0] == 1
    assert graded(SINGLE, "B", change(kind, number=1), change(CORRECT, "C", number=2))[0] == 0


def test_options_accepted_one_after_the_other_are_all_right():
    changes = change(MORE, "C", number=1), change(MORE, "D", number=2)
    assert [graded(SINGLE, it, *changes)[0] for it in "ABCD"] == [0, 1, 1, 1]


def test_without_changes_the_key_is_the_bank_s():
    assert regraded(SINGLE, []) == SINGLE


LETTERS = st.sets(st.sampled_from("ABCD")).map(frozenset)
TICKED = LETTERS.map(lambda letters: "".join(sorted(letters)))


@given(response=TICKED, more=LETTERS)
def test_accepting_more_lowers_nobody(response, more):
    for key in (SEVERAL, SINGLE):
        if key is SINGLE and len(response) > 1:
            continue
        before = graded(key, response)
        after = graded(key, response, change(MORE, more))
        assert after[0] >= before[0]
        assert after[0] <= after[1]
        assert after[2] >= before[2]


KEYS = st.sampled_from([SINGLE, SEVERAL])
CHANGES = st.lists(
    st.builds(
        Change,
        number=st.integers(1, 9),
        kind=st.sampled_from(KeyChangeKind),
        letters=LETTERS.filter(bool),
    ),
    max_size=4,
    unique_by=lambda it: it.number,
)


@given(
    paper=st.lists(st.tuples(KEYS, TICKED), min_size=1, max_size=5),
    before=CHANGES,
    after=CHANGES,
    data=st.data(),
)
def test_shifting_one_answer_is_grading_the_paper_from_scratch(paper, before, after, data):
    place = data.draw(st.integers(0, len(paper) - 1))

    def items(changes):
        return [
            GradedItem("ABCD", ticked, regraded(key, changes) if index == place else key)
            for index, (key, ticked) in enumerate(paper)
        ]

    was, becomes = items(before), items(after)
    moved = shift(was[place], becomes[place])
    result = grade(was)

    assert Shift(result.score, result.max_score, result.correct_count) + moved == Shift(
        *vars(grade(becomes)).values()
    )
    assert grade(becomes) == Grade(
        result.score + moved.score,
        result.max_score + moved.max_score,
        result.correct_count + moved.correct_count,
    )
