"""A key as people write it: which options it means, and what is too doubtful to mean any."""

import pytest

from questionbank.formats.fields import BadField
from questionbank.formats.keys import right_places

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
