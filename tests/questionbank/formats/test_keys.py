"""A key as people write it: which options it means, and what is too doubtful to mean any."""

import pytest
from hypothesis import given, strategies as st

from questionbank.formats.fields import BadField
from questionbank.formats.keys import places_by_name, right_places, written_key

TEXTS = st.lists(
    st.sampled_from(["A", "B", "C", "1", "2", "a", "(A)", "B.", "A, B", "Một", "một", "3"]),
    min_size=2,
    max_size=6,
    unique=True,
)
NUMBERS = ["Năm", "Sáu", "Bảy", "Tám"]


@pytest.mark.parametrize(
    "key",
    [
        *("B", " b ", "B.", "b)", "(B)", "“B”", "\u200bB", "Ｂ", "2", "2.0", "Sáu", "sáu."),
        *("Câu B", "ý b", "Đáp án: B", "Đáp án đúng: B", "ĐA B", "Đ/a: B", "Chọn B", "=> B"),
        *("Phương án đúng là B", "Đáp án: Câu B", "Trả lời: 2", "B. Sáu", "b) sáu", "B - Sáu"),
        *("B (Điều 5)", "B. Theo Điều 5", "B; Căn cứ: Điều 5", "Đáp án: B – Điều 5"),
    ],
)
def test_one_option_however_it_is_named(key):
    assert right_places(NUMBERS, [key]) == {1}


@pytest.mark.parametrize("key", ["A,C", "A và C", "A; C", "AC", "A\nC", "1, 3", "Đáp án: A, C"])
def test_several_options(key):
    assert right_places(NUMBERS, [key]) == {0, 2}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("E", "đáp án “E” không có trong các phương án."),
        ("A, E", "đáp án “A, E” không có trong các phương án."),
        *(
            (it, f"đáp án “{it}” không phải là chữ cái, số thứ tự hay nội dung của phương án nào.")
            for it in ("x", "0", "B?", "A-C", "B hoặc C", "B. Bảy", "B. Chín", "1.3", "ac")
        ),
    ],
)
def test_what_names_no_option_is_told(key, reason):
    with pytest.raises(BadField) as refusal:
        right_places(NUMBERS, [key])

    assert str(refusal.value) == reason


def test_a_hostile_key_is_refused_at_once():
    with pytest.raises(BadField):
        right_places(NUMBERS, ["đáp án đúng là " * 10_000])
    with pytest.raises(BadField):
        right_places(NUMBERS, ["đáp án đúng là " * 200])


@pytest.mark.parametrize(
    ("texts", "right", "names"),
    [
        (["Một", "Hai"], {0}, ["A"]),
        (["B", "A"], {0}, ["1"]),
        (["B", "A", "2", "1"], {1}, ["(B)"]),
        (["2", "1"], {0, 1}, ["A", "B"]),
    ],
)
def test_letters_are_written_unless_they_are_options_themselves(texts, right, names):
    assert written_key(texts, right) == names


@given(texts=TEXTS, data=st.data())
def test_a_key_is_never_written_so_that_it_means_another_option(texts, data):
    right = data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1))
    for between in ("", ", "):
        names = written_key(texts, right, between=between)
        try:
            read = right_places(texts, [between.join(names)] if between else names)
        except BadField:
            continue

        assert read == right


@pytest.mark.parametrize(("key", "place"), [("A", 0), ("b", 1), ("(B)", 1), ("2", 1)])
def test_where_a_key_is_a_name_an_option_of_that_text_means_nothing(key, place):
    assert places_by_name(["B", "A"], [key]) == {place}


@pytest.mark.parametrize("key", ["C", "Một", "E", "0"])
def test_a_name_without_an_option_is_refused(key):
    with pytest.raises(BadField, match="không có trong các phương án"):
        places_by_name(["Một", "E"], [key])


def test_the_text_as_it_is_written_goes_before_the_text_in_other_capitals():
    assert right_places(["Ủy Ban", "Ủy ban"], ["Ủy ban"]) == {1}
