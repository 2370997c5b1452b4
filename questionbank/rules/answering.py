"""Whether an answer is right, for each kind of key."""

import re
from collections.abc import Collection
from decimal import Decimal

from accounts.rules.folding import fold

_GROUPED = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?")


def letters_are_right(response: Collection[str], key: Collection[str]) -> bool:
    """All or nothing: exactly the right options, in any order."""
    return bool(key) and set(response) == set(key)


def text_is_accepted(response: str, accepted: Collection[str]) -> bool:
    """Accents, letter case, punctuation and white space aside."""
    return fold(response) != "" and fold(response) in {fold(text) for text in accepted}


def number_is_right(response: str, key: Decimal, *, tolerance: Decimal) -> bool:
    """Within the tolerance, its bounds included."""
    number = number_in(response)
    return number is not None and abs(number - key) <= tolerance


def number_in(text: str) -> Decimal | None:
    """A number as Vietnamese or English readers write it: 1.234,5 or 0,5 or 1234.5.

    "1.234" is taken for one and a bit, as a pocket calculator shows it.
    """
    bare = "".join(text.split())
    if "," in bare and _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None
