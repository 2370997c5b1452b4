from hypothesis import given, strategies as st

from questionbank.rules.topic_tree import (
    MOST_LEVELS,
    in_order,
    levels_with,
    line,
    makes_a_circle,
    subtree,
)

# 4 is below 2, which is below 1, like 3; 5 stands alone
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: None}


def test_a_line_goes_up_to_the_root():
    assert line(4, PARENTS) == [4, 2, 1]
    assert line(5, PARENTS) == [5]


def test_a_subtree_holds_the_topic_and_all_below_it():
    assert subtree(1, PARENTS) == {1, 2, 3, 4}
    assert subtree(3, PARENTS) == {3}


def test_topics_stand_behind_their_parents_and_siblings_keep_their_order():
    assert in_order([5, 3, 4, 1, 2], PARENTS) == [(5, 1), (1, 1), (3, 2), (2, 2), (4, 3)]


def test_a_topic_under_itself_or_its_own_is_a_circle():
    assert [parent for parent in [None, *PARENTS] if makes_a_circle(2, parent, PARENTS)] == [2, 4]


def test_levels_count_the_whole_subtree_that_moves():
    assert levels_with(None, None, PARENTS) == 1
    assert levels_with(None, 4, PARENTS) == 4
    assert levels_with(2, 1, PARENTS) == 3  # where it is
    assert levels_with(1, 5, PARENTS) == 4
    assert levels_with(1, None, PARENTS) == 3


def test_a_circle_in_the_data_ends_a_line_and_hides_its_topics():
    assert line(1, {1: 2, 2: 1}) == [1, 2]
    assert in_order([1, 2], {1: 2, 2: 1}) == []


@given(st.lists(st.tuples(st.integers(1, 8), st.none() | st.integers(1, 8)), max_size=40))
def test_no_moves_that_are_allowed_make_a_circle_or_too_many_levels(moves):
    parents = dict.fromkeys(range(1, 9))
    for topic, parent in moves:
        if makes_a_circle(topic, parent, parents):
            continue
        if levels_with(topic, parent, parents) <= MOST_LEVELS:
            parents[topic] = parent

    ordered = in_order(parents, parents)

    assert sorted(topic for topic, _level in ordered) == list(range(1, 9))
    assert all(level == len(line(topic, parents)) <= MOST_LEVELS for topic, level in ordered)
