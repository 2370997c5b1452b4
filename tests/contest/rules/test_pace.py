from datetime import timedelta

from hypothesis import given, strategies as st

from contest.rules.pace import answer_times
from tests.factories.clock import NOON


def times(*saves):
    """Saves as (position, response, seconds since the start)."""
    return answer_times(
        NOON, [(place, response, NOON + timedelta(seconds=at)) for place, response, at in saves]
    )


def test_a_question_takes_from_the_save_before_it_to_its_first_answer():
    assert times((1, "A", 20), (2, "C", 50.5)) == {1: 20_000, 2: 30_500}


def test_a_change_of_mind_counts_for_nobody_but_starts_the_next_stretch():
    assert times((1, "A", 20), (1, "B", 30), (2, "C", 50)) == {1: 20_000, 2: 20_000}


def test_an_answer_taken_back_is_none_and_one_given_again_is_not_the_first():
    assert times((1, "", 10), (1, "A", 15), (1, "", 20), (1, "B", 40)) == {1: 5_000}


def test_answers_that_arrive_together_are_unknown_and_the_next_one_counts_from_them():
    assert times((1, "A", 20), (2, "B", 90), (3, "C", 90), (4, "D", 100), (2, "A", 130)) == {
        1: 20_000,
        4: 10_000,
    }


def test_no_saves_take_no_time():
    assert times() == {}


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["", "A", "B"]), st.integers(1, 50))).map(
        lambda saves: sorted(saves, key=lambda save: save[2])
    )
)
def test_times_never_add_up_to_more_than_there_was(saves):
    assert sum(times(*saves).values()) <= 1000 * max((at for *_, at in saves), default=0)
