import pytest
from hypothesis import given, strategies as st

from accounts.rules.masking import mask_contact
from accounts.rules.texting import without_marks


@pytest.mark.parametrize(
    ("contact", "masked"),
    [
        ("+84912345678", "0912***678"),
        ("+842993822333", "0299****333"),
        ("+819012345678", "+819******678"),
        ("nguyenvana@vidu.vn", "n***@vidu.vn"),
        ("a@vidu.vn", "a***@vidu.vn"),
    ],
)
def test_its_owner_knows_it_again(contact, masked):
    assert mask_contact(contact) == masked


@given(st.from_regex(r"\+84[35789][0-9]{8}", fullmatch=True))
def test_three_digits_of_a_phone_number_never_show(phone):
    assert sum(char.isdigit() for char in mask_contact(phone)) == 7


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Mã đăng nhập: 123", "Ma dang nhap: 123"),
        ("ĐƯỜNG Nguyễn Huệ", "DUONG Nguyen Hue"),
        ("a\nb  c", "a\nb  c"),
    ],
)
def test_without_marks_keeps_everything_else(text, plain):
    assert without_marks(text) == plain
