import pytest
from hypothesis import given, strategies as st

from accounts.rules.names import tidy_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Sang", "Sang"),
        ("  Thạch  Sa\u00a0Rây ", "Thạch Sa Rây"),
        ("Nguyê\u0303n Văn An", "Nguyễn Văn An"),
        ("Nguyễn\u200b Văn\u202e An\ufeff", "Nguyễn Văn An"),
        ("H'Hen Niê", "H'Hen Niê"),
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
