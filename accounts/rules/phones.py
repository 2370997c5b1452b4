"""Vietnamese phone numbers as people type them."""

import phonenumbers

# 2018 renumbering of 11-digit mobile numbers, by the operators' published tables
_OLD_PREFIXES = {
    **{f"016{digit}": f"03{digit}" for digit in "23456789"},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}


def normalise_phone(text: str) -> str:
    """The number in E.164 ("+84912345678"). Raises ValueError when it cannot be a phone number.

    Accepted more widely than the numbering plan known to `phonenumbers`: new sub-ranges are
    allotted faster than the library learns of them. Letters are refused: the library would read
    them off a dial, and leave an extension out.
    """
    if any(char.isalpha() for char in text):
        raise ValueError("a phone number has no letters")
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"not a phone number: {error.error_type}") from error
    if number.country_code != 84:
        if not phonenumbers.is_valid_number(number):
            raise ValueError("not a valid foreign number")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = _renumbered("0" + str(number.national_number))
    is_landline = len(national) == 11 and national[1] == "2"
    if not (_is_mobile(national) or is_landline):
        raise ValueError("not a Vietnamese number")
    return "+84" + national[1:]


def can_receive_sms(e164: str) -> bool:
    """Whether messages reach this number, as `normalise_phone` gave it: landlines take none."""
    if e164.startswith("+84"):
        return _is_mobile("0" + e164.removeprefix("+84"))
    kinds = phonenumbers.PhoneNumberType
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    return kind in {kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE}


def phone_as_dialled(e164: str) -> str:
    """ "0912 345 678" for "+84912345678"; a foreign number keeps its country code."""
    if not e164:
        return ""
    number = phonenumbers.parse(e164)
    formats = phonenumbers.PhoneNumberFormat
    is_ours = number.country_code == 84
    return phonenumbers.format_number(
        number, formats.NATIONAL if is_ours else formats.INTERNATIONAL
    )


def _is_mobile(national: str) -> bool:
    return len(national) == 10 and national[1] in "35789"


def _renumbered(national: str) -> str:
    new = _OLD_PREFIXES.get(national[:4])
    return new + national[4:] if new and len(national) == 11 else national
