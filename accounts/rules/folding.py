"""Search keys for Vietnamese text: what a person types without accents finds what is stored."""

import re
import unicodedata

# Đ, the Icelandic Ð and the African Ɖ look alike, and keyboards give any of them
_D_LETTERS = str.maketrans("đĐðÐɖƉ", "dDdDdD")
_SEPARATORS = re.compile(r"[\W_]+")


def tidy(text: str) -> str:
    """NFC, with runs of any white space (line breaks and no-break spaces too) as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Lower case, no tone or vowel marks, punctuation as single spaces.

    Folding drops the marks, so both placements of a tone (hoà, hòa) give the same key. It is for
    comparison only and is never shown.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_D_LETTERS))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SEPARATORS.sub(" ", bare.lower()).strip()


def initials(text: str) -> str:
    """First letters of the words, folded: "Sở Nội vụ" gives "snv"."""
    return "".join(word[0] for word in fold(text).split())
