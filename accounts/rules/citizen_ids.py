"""The citizen's number (số định danh cá nhân, on the CCCD): twelve digits without a check digit.

Three for where the birth was registered, one for century and sex, two for the year, six by
chance. So only its form can be wrong for certain; all else is a finding that people judge.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from accounts.enums import CitizenIdFault, IdentityFinding, Sex

LENGTH = 12
OLD_CARD_LENGTH = 9
# where a birth was registered before the mergers of 2025; a number never changes afterwards
_CODES = """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033
    034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066
    067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096
"""
PROVINCES = frozenset(_CODES.split())
LAST_PROVINCE = "096"  # beyond it, countries

_SEPARATORS = re.compile(r"[\s.,\-–'’_]+")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0", re.ASCII)  # "87084000999.0", a cell read as a number


class CitizenIdError(ValueError):
    """Why the text is no citizen's number. It does not hold the text, for logs may show it."""

    def __init__(self, fault: CitizenIdFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class CitizenIdParts:
    """What the number says of its holder."""

    province: str
    sex: Sex
    birth_year: int


def parse_citizen_id(text: str, *, restore_zeros: bool = False) -> str:
    """The twelve digits in what a person typed or a cell held. Raises CitizenIdError.

    Spreadsheets drop the zeros that a number begins with, two of them in the north. Such a number
    is refused as ZEROS_LOST until a person has confirmed the full one: then ask with
    `restore_zeros`.
    """
    digits = _digits(text)
    if len(digits) == LENGTH:
        return digits
    if len(digits) == OLD_CARD_LENGTH:
        raise CitizenIdError(CitizenIdFault.OLD_CARD)
    padded = digits.zfill(LENGTH)
    # a number that still begins with a zero came through no spreadsheet: a digit was left out
    if not (digits and digits[0] != "0" and padded[:3] in PROVINCES):
        raise CitizenIdError(CitizenIdFault.WRONG_LENGTH)
    if not restore_zeros:
        raise CitizenIdError(CitizenIdFault.ZEROS_LOST)
    return padded


def decode(number: str) -> CitizenIdParts:
    """What twelve digits say; any twelve digits say something."""
    century, is_female = divmod(int(number[3]), 2)
    return CitizenIdParts(
        province=number[:3],
        sex=Sex.FEMALE if is_female else Sex.MALE,
        birth_year=1900 + 100 * century + int(number[4:6]),
    )


def findings(
    number: str, *, born_on: date | None, sex: Sex | None, today: date
) -> list[IdentityFinding]:
    """What is odd about the number beside what its holder declared; None was not asked."""
    said = decode(number)
    found = []
    if said.province > LAST_PROVINCE:
        found.append(IdentityFinding.BORN_ABROAD)
    elif said.province not in PROVINCES:
        found.append(IdentityFinding.UNKNOWN_PROVINCE)
    if sex is not None and said.sex is not sex:
        found.append(IdentityFinding.SEX_DIFFERS)
    if born_on is not None and said.birth_year != born_on.year:
        found.append(IdentityFinding.BIRTH_YEAR_DIFFERS)
    if born_on is None and said.birth_year > today.year:
        found.append(IdentityFinding.BIRTH_YEAR_TO_COME)
    return found


def _digits(text: str) -> str:
    """Digits of any script as 0 to 9, without what people put between them."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in plain if unicodedata.category(char) != "Cf").strip()
    if whole := _WHOLE_NUMBER.fullmatch(plain):
        plain = whole[1]
    joined = _SEPARATORS.sub("", plain)
    if not all(char.isdecimal() for char in joined):
        raise CitizenIdError(CitizenIdFault.NOT_DIGITS)
    return "".join(str(unicodedata.decimal(char)) for char in joined)
