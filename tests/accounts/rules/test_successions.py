import pytest
from hypothesis import given, strategies as st

from accounts.enums import SuccessionKind as Kind
from accounts.rules.successions import fits, heirs, single_heirs

KEYS = st.integers(1, 6)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ({}, [1]),
        ({1: [2]}, [2]),
        ({1: [2], 2: [3]}, [3]),
        ({1: [2, 3]}, [2, 3]),
        ({1: [2, 3], 3: [2]}, [2]),
        ({1: []}, []),
        ({1: [2], 2: []}, []),
        ({1: [2], 2: [1]}, []),
    ],
)
def test_heirs(steps, expected):
    assert heirs(1, steps) == expected


def test_single_heirs_leave_out_the_split_and_the_dissolved():
    assert single_heirs({1: [9], 2: [9], 3: [4, 5], 6: []}) == {1: 9, 2: 9}


@given(st.dictionaries(KEYS, st.lists(KEYS, max_size=3)), KEYS)
def test_heirs_have_no_successors_and_stand_once(steps, unit):
    found = heirs(unit, steps)

    assert len(found) == len(set(found))
    assert not set(found) & steps.keys()


@pytest.mark.parametrize(
    ("kind", "units", "successors", "expected"),
    [
        (Kind.MERGED, 1, 1, True),
        (Kind.MERGED, 3, 1, True),
        (Kind.MERGED, 0, 1, False),
        (Kind.MERGED, 2, 2, False),
        (Kind.RENAMED, 1, 1, True),
        (Kind.RENAMED, 2, 1, False),
        (Kind.MOVED, 1, 0, False),
        (Kind.SPLIT, 1, 2, True),
        (Kind.SPLIT, 1, 1, False),
        (Kind.DISSOLVED, 1, 0, True),
        (Kind.DISSOLVED, 1, 1, False),
        (Kind.DISSOLVED, 2, 0, False),
    ],
)
def test_fits(kind, units, successors, expected):
    assert fits(kind, units=units, successors=successors) is expected
