import unicodedata

import pytest
from hypothesis import given, strategies as st

from accounts.rules.folding import fold, initials, tidy


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Sở Nội vụ", "so noi vu"),
        ("Đặng Hoà", "dang hoa"),
        ("Ðặng Hòa", "dang hoa"),  # U+00D0, the Icelandic look-alike
        ("  UBND  huyện\u00a0Kế Sách, ", "ubnd huyen ke sach"),
        ("Sở TT&TT", "so tt tt"),
        ("ＳＮＶ", "snv"),
        ("", ""),
        ("Ɖặng", "dang"),  # U+0189, the African one
    ],
)
def test_fold_gives_the_key_that_people_type(text, key):
    assert fold(text) == key


@given(st.text())
def test_fold_does_not_depend_on_the_normal_form_and_is_stable(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)


def test_tidy_composes_and_joins_any_white_space():
    assert tidy("Nguye\u0302\u0303n\u00a0 Văn\n An ") == "Nguyễn Văn An"


def test_initials_are_the_first_letters():
    assert initials("Sở Nội vụ") == "snv"
    assert initials("") == ""


@pytest.mark.parametrize("mark", ["\u0301", "\u0323\u0301", "\u0f73", "\uff9e"])
def test_marks_that_nobody_can_read_are_cut_off_before_they_are_sorted(mark):
    assert len(tidy("a" + mark * 200_000)) <= 61
    assert fold("a" + mark * 200_000) == "a"


def test_long_words_keep_their_marks():
    word = "nguye\u0302\u0303n" * 500

    assert tidy(word) == "nguyễn" * 500
