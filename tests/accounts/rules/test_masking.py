import pytest
from hypothesis import given, strategies as st

from accounts.rules.masking import mask_cccd, mask_email, mask_phone


def test_mask_cccd_leaves_four_digits():
    assert mask_cccd("087084000999") == "********0999"


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+84912345678", "0912***678"),
        ("+842993822333", "0299****333"),
        ("+819012345678", "+819******678"),
        ("", ""),
    ],
)
def test_mask_phone(e164, masked):
    assert mask_phone(e164) == masked


@pytest.mark.parametrize(
    ("email", "masked"), [("anh@vidu.vn", "a***@vidu.vn"), ("a@vidu.vn", "a***@vidu.vn"), ("", "")]
)
def test_mask_email(email, masked):
    assert mask_email(email) == masked


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_what_is_masked_does_not_depend_on_the_hidden_digits(number):
    assert mask_cccd(number) == mask_cccd("0" * 8 + number[-4:])
