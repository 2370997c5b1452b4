import pytest
from hypothesis import given, strategies as st

from accounts.rules.phones import can_receive_sms, normalise_phone, phone_as_dialled


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84 912 345 678",
        "84912345678",
        "0084912345678",
        "84 0912345678",
        "840912345678",
        "0084 0912 345 678",
        "00 84 912 345 678",
        "+84 (0) 912 345 678",
        "(+84) 912-345-678",
        "912345678",  # a spreadsheet dropped the zero
        "＋８４ ９１２ ３４５ ６７８",
        "\u202a0912345678\u202c",  # pasted from a phone's list of contacts
        "０９１２３４５６７８",
    ],
)
def test_normalise_phone_takes_what_people_type(text):
    assert normalise_phone(text) == "+84912345678"


RENUMBERED = {
    **{f"016{digit}": f"03{digit}" for digit in range(2, 10)},  # Viettel
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",  # MobiFone
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",  # VinaPhone
    "0186": "056",
    "0188": "058",
    "0199": "059",  # Vietnamobile, Gmobile
}


@pytest.mark.parametrize(("old", "new"), list(RENUMBERED.items()))
def test_normalise_phone_applies_the_renumbering_of_2018(old, new):
    e164 = f"+84{new[1:]}1234567"

    for typed in (f"{old}1234567", f"+84 {old[1:]} 1234567", f"84 {old} 123 4567"):
        assert normalise_phone(typed) == e164
    assert normalise_phone(f"{new}1234567") == e164


def test_normalise_phone_knows_no_other_number_of_eleven_digits():
    others = {f"01{middle:02}" for middle in range(100)} - RENUMBERED.keys()

    for old in others:
        with pytest.raises(ValueError, match="number"):
            normalise_phone(f"{old}1234567")


@pytest.mark.parametrize("text", ["0551234567", "0891234567", "0521234567"])
def test_normalise_phone_takes_ranges_that_the_library_does_not_know_yet(text):
    assert normalise_phone(text) == "+84" + text[1:]


def test_normalise_phone_takes_a_landline_and_a_valid_foreign_number():
    assert normalise_phone("0299 3822 333") == "+842993822333"
    assert normalise_phone("+81 90 1234 5678") == "+819012345678"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "12345",
        "0112345678",
        "0612345678",
        "091234567",
        "09123456789",
        "0299382233",
        "+1 23",
        "1900 1234",
        "0912ABCDEF",  # letters of a dial
        "0912 345 678 ext 5",
        "0912 345 678 / 0987 654 321",
    ],
)
def test_normalise_phone_refuses_what_cannot_be_one(text):
    with pytest.raises(ValueError, match="number"):
        normalise_phone(text)


@pytest.mark.parametrize(
    ("e164", "dialled"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842993822333", "0299 3822 333"),
        ("+819012345678", "+81 90-1234-5678"),
        ("", ""),
    ],
)
def test_phone_as_dialled_can_be_typed_again(e164, dialled):
    assert phone_as_dialled(e164) == dialled
    assert not e164 or normalise_phone(dialled) == e164


@pytest.mark.parametrize(
    ("e164", "reached"),
    [
        ("+84912345678", True),
        ("+84551234567", True),
        ("+842993822333", False),  # Sóc Trăng
        ("+842923822333", False),  # Cần Thơ
        ("+819012345678", True),
        ("+81312345678", False),  # Tokyo
        ("+12015550123", True),  # in America numbers do not tell
    ],
)
def test_can_receive_sms(e164, reached):
    assert can_receive_sms(e164) is reached


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_every_mobile_number_is_taken_however_it_is_written(number):
    e164 = "+84" + number[1:]

    spaced = f"{number[:4]} {number[4:7]}.{number[7:]}"
    for typed in (number, spaced, e164, e164[1:], f"0084{number[1:]}", f"84 {number}"):
        assert normalise_phone(typed) == e164
    assert can_receive_sms(e164)
