import pytest

from contest.rules.predicting import (
    LARGEST,
    NO_GAP,
    BadPrediction,
    Gap,
    gap_of,
    read_prediction,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("25980", 25_980),
        (" 25980 ", 25_980),
        ("25.980", 25_980),
        ("25,980", 25_980),
        ("25 980", 25_980),
        ("25\u00a0980", 25_980),
        ("1.234.567", 1_234_567),
        ("007", 7),
        (str(LARGEST), LARGEST),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert read_prediction(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hai nghìn", "not_whole"),
        ("-5", "not_whole"),
        ("12,5", "not_whole"),
        ("1.23", "not_whole"),
        ("1.234,567", "not_whole"),
        ("1e3", "not_whole"),
        ("²", "not_whole"),
        ("٣", "not_whole"),
        (str(LARGEST + 1), "too_large"),
        ("9" * 500, "too_large"),
    ],
)
def test_nonsense_is_refused(text, code):
    with pytest.raises(BadPrediction) as refused:
        read_prediction(text)

    assert refused.value.code == code


def test_gap_is_the_distance_and_who_said_nothing_comes_after_all():
    assert gap_of(90, truth=100, is_below=False) == Gap(distance=10)
    assert gap_of(110, truth=100, is_below=False) == Gap(distance=10)
    assert gap_of(None, truth=100, is_below=False) == Gap(missing=1)
    assert Gap(distance=10**9) < Gap(missing=1)


def test_gap_below_takes_the_very_number_and_nothing_above():
    assert gap_of(100, truth=100, is_below=True) == NO_GAP
    assert gap_of(101, truth=100, is_below=True) == Gap(missing=1)
