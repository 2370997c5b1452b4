import pytest

from accounts.rules.phones import normalise_phone, phone_as_dialled


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
        "０９１２３４５６７８",
    ],
)
def test_normalise_phone_takes_what_people_type(text):
    assert normalise_phone(text) == "+84912345678"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("01691234567", "+84391234567"),
        ("01201234567", "+84701234567"),
        ("01291234567", "+84821234567"),
        ("01991234567", "+84591234567"),
    ],
)
def test_normalise_phone_applies_the_renumbering_of_2018(old, new):
    assert normalise_phone(old) == new


@pytest.mark.parametrize("text", ["0551234567", "0891234567", "0521234567"])
def test_normalise_phone_takes_ranges_that_the_library_does_not_know_yet(text):
    assert normalise_phone(text) == "+84" + text[1:]


def test_normalise_phone_takes_a_landline_and_a_valid_foreign_number():
    assert normalise_phone("0299 3822 333") == "+842993822333"
    assert normalise_phone("+81 90 1234 5678") == "+819012345678"


@pytest.mark.parametrize("text", ["", "abc", "12345", "0112345678", "09123456789", "+1 23"])
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
