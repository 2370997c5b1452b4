import unicodedata

import pytest
from hypothesis import given, strategies as st

from accounts.rules.folding import fold
from contest.enums import NameDisplay
from contest.rules.naming import folded_name, folded_short, name_shown, short_name

FAMILIES = ["Nguyễn", "Trần", "Lâm", "Thạch", "Đặng", "Lý", "Sơn", "Tô", "Ưng", "Kim"]
MIDDLES = ["Văn", "Thị", "Hoàng", "Ngọc", "Thị Như", "Đức", "Quốc", "Sa", "Ái", "Út"]
GIVENS = ["An", "Ánh", "Đạt", "Hương", "Phượng", "Rây", "Yến Nhi", "Uyên", "Ốc", "Thu Thảo", "Ny"]
FORMS = st.sampled_from(["NFC", "NFD"])


@st.composite
def people(draw):
    """A name and what of it is the given one, sometimes typed in pieces."""
    family, middle = draw(st.sampled_from(FAMILIES)), draw(st.sampled_from(["", *MIDDLES]))
    given_name = draw(st.sampled_from(GIVENS))
    space = draw(st.sampled_from([" ", "  ", "\u00a0"]))
    name = space.join(part for part in (family, middle, given_name) if part)
    return unicodedata.normalize(draw(FORMS), name), given_name


@given(people(), st.sampled_from([NameDisplay.SHORT, NameDisplay.HIDDEN]))
def test_a_masked_name_never_holds_the_given_name(person, display):
    name, given_name = person

    shown = name_shown(name, display=display, code="AB2C4D5E")

    assert not set(fold(given_name).split()) & set(fold(shown).split())


@given(people())
def test_a_search_key_of_short_names_holds_no_more_than_they_show(person):
    name, _given_name = person

    assert folded_short(name) == f" {fold(short_name(name))}"


@given(st.text(max_size=130), st.sampled_from(NameDisplay))
def test_no_text_breaks_a_name(text, display):
    assert isinstance(name_shown(text, display=display, code="A"), str)
    assert len(folded_name(text)) <= 240
    assert len(folded_short(text)) <= 240


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Nguyễn Văn An", "Nguyễn V. A."),
        ("Trần Nam", "Trần N."),
        ("Đặng Thị Ánh Ốc", "Đặng T. Á. Ố."),
        ("An", "A."),
        ("H'Hen Niê", "H'Hen N."),
        (unicodedata.normalize("NFD", "Lý Ái Ý"), "Lý Á. Ý."),
        ("Nguyễn (Văn) An", "Nguyễn V. A."),
        ("Nguyễn – An", "Nguyễn A."),
    ],
)
def test_short_name(name, short):
    assert short_name(name) == short


def test_each_setting_has_its_way():
    shown = [name_shown("Nguyễn Văn An", display=it, code="K7Q2M9XA") for it in NameDisplay]

    assert shown == ["Nguyễn Văn An", "Nguyễn V. A.", "Thí sinh K7Q2M9XA"]


def test_search_keys():
    assert folded_name("Nguyễn Văn  ĐẠT") == " nguyen van dat"
    assert folded_short("Nguyễn Văn  ĐẠT") == " nguyen v d"
