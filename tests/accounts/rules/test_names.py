import random
import unicodedata

import pytest
from hypothesis import given, strategies as st

from accounts.rules.names import (
    given_name_order,
    person_name_key,
    person_name_skeleton,
    tidy_name,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Sang", "Sang"),
        ("  Thạch  Sa\u00a0Rây ", "Thạch Sa Rây"),
        ("Nguyê\u0303n Văn An", "Nguyễn Văn An"),
        ("Nguyễn\u200b Văn\u202e An\ufeff", "Nguyễn Văn An"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Y Moan Êñuôl", "Y Moan Êñuôl"),
        ("សុខ ដារ៉ា", "សុខ ដារ៉ា"),
        ("Ðặng Hoà", "Ðặng Hoà"),  # spellings are folded in keys only
    ],
)
def test_tidy_name(typed, name):
    assert tidy_name(typed) == name


@pytest.mark.parametrize("typed", ["", "   ", "...", "123", "\u200b"])
def test_tidy_name_refuses_what_holds_no_letter(typed):
    with pytest.raises(ValueError, match="letters"):
        tidy_name(typed)


@given(st.text().filter(lambda text: any(char.isalpha() for char in text)))
def test_tidy_name_is_stable(text):
    assert tidy_name(tidy_name(text)) == tidy_name(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("Khoẻ", "Khỏe"),
        ("Thuý", "THÚY"),
        ("Quý", "Qúy"),
        ("Quý", "Quí"),
        ("Lý Mỹ Kỳ", "lí mĩ kì"),
        ("Đặng", "Ðặng"),  # U+00D0
        ("Đặng", "Ɖặng"),  # U+0189
        ("Nguyễn", "Nguye\u0302\u0303n"),
        ("Nguyễn", "Nguye\u0303\u0302n"),  # the tone before the circumflex
        ("Nguyễn  Văn\u00a0An", "NGUYỄN VĂN AN"),
        ("H'Hen Niê", "H’Hen Niê"),
        ("Ｎｇuyễn", "Nguyễn"),
        ("Nguyễn\u200b An", "Nguyễn An"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert person_name_key(one) == person_name_key(other)
    assert person_name_skeleton(one) == person_name_skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoa", "Hòa"),
        ("Quý", "Quỳ"),
        ("Thuý", "Thuỳ"),
        ("An", "Ân"),
        ("Dung", "Đung"),
        ("Hai", "Hay"),
        ("Thúy", "Thúi"),
        ("Tú", "Tư"),
        ("Nguyen", "Nguyên"),
        ("Duyên", "Duiên"),
    ],
)
def test_different_names_have_different_keys(one, other):
    assert person_name_key(one) != person_name_key(other)


def test_names_of_other_scripts_keep_their_vowels():
    assert person_name_key("សុខ") != person_name_key("សខ")


@pytest.mark.parametrize(
    ("name", "skeleton"),
    [
        ("Nguyễn Thị Thuý", "nguien thi thui"),
        ("nguyen thi thuy", "nguien thi thui"),
        ("Đặng Mỹ", "dang mi"),
        ("Dang Mi", "dang mi"),
        ("Sang", "sang"),
    ],
)
def test_a_name_typed_without_marks_has_the_same_skeleton(name, skeleton):
    assert person_name_skeleton(name) == skeleton


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_keys_do_not_depend_on_the_normal_form(text):
    for key in (person_name_key, person_name_skeleton, given_name_order):
        assert key(unicodedata.normalize("NFD", text)) == key(unicodedata.normalize("NFC", text))


def shuffled(names):
    return random.Random(30).sample(names, len(names))


IN_ORDER = [
    "A",
    "Lê Văn An",
    "Nguyễn An",
    "Nguyễn Văn An",
    "Trần Thị Ánh",
    "Lê Ân",
    "Nguyễn Văn Ẩn",
    "Lê Thị Bé",
    "Lê Bình",
    "Lê Bính",
    "Trần Công",
    "Lê Dung",
    "Lê Dũng",
    "Phan Đạt",
    "Đặng Đức",
    "Kim Em",
    "H Êban",
    "Lê Hoa",
    "Lê Hoà",
    "Trần Hòa",
    "Lê Hoá",
    "Lê Hoạ",
    "Thạch Sa Rây",
    "Sang",
    "Lý Tâm",
    "Đỗ Minh Tuấn",
    "Lê Tư",
    "Lê Vy",
    "Dương Thị Yến",
    "Đặng Thị Yến",
]


def test_official_lists_go_by_the_given_name():
    assert len(set(IN_ORDER)) == 30
    assert sorted(shuffled(IN_ORDER), key=given_name_order) == IN_ORDER


@pytest.mark.parametrize("tones", ["la là lả lã lá lạ", "Hoa Hoà Hoả Hoã Hoá Hoạ"])
def test_tones_go_from_level_to_heavy(tones):
    words = tones.split()

    assert sorted(shuffled(words), key=given_name_order) == words


def test_letters_go_as_in_dictionaries():
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")

    assert sorted(shuffled(letters), key=given_name_order) == letters


def test_letters_weigh_more_than_tones_and_words_end_before_letters():
    names = ["La", "Lạ", "Lam", "Lăm", "Lâm"]

    assert sorted(shuffled(names), key=given_name_order) == names
    assert given_name_order("Lê Thị Hoa") > given_name_order("Lê Hoa")
    assert given_name_order("François") < given_name_order("Frand")
    assert given_name_order("") < given_name_order("A")
