"""Search keys for Vietnamese text: what a person types without accents finds what is stored."""

import re
import unicodedata
from functools import lru_cache

# Đ, the Icelandic Ð and the African Ɖ look alike, and keyboards give any of them
_D_LETTERS = str.maketrans("đĐðÐɖƉ", "dDdDdD")
_SEPARATORS = re.compile(r"[\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # pasted from pages: soft hyphens, no spaces
# of more than 500 characters: sorting the marks on one letter takes the square of their number
_LONG_WORD = re.compile(r"(?<!\S)\S{501}")
_UNUSUAL = re.compile("[^\x00-\u02ff\u1e00-\u1eff]{31,}")  # beside the letters of Vietnamese
_MOST_MARKS = 30  # on one letter, as in Unicode's Stream-Safe Text Format


def composed(text: str) -> str:
    """NFC without invisible characters, in time that grows no faster than the text."""
    return unicodedata.normalize("NFC", _visible(text))


def tidy(text: str) -> str:
    """NFC, with runs of any white space (line breaks and no-break spaces too) as one space."""
    return " ".join(composed(text).split())


def fold(text: str) -> str:
    """Lower case, no tone or vowel marks, punctuation as single spaces.

    Folding drops the marks, so both placements of a tone (hoà, hòa) give the same key. It is for
    comparison only and is never shown.
    """
    decomposed = unicodedata.normalize("NFKD", _visible(text.translate(_D_LETTERS)))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SEPARATORS.sub(" ", bare.lower()).strip()


def initials(text: str) -> str:
    """First letters of the words, folded: "Sở Nội vụ" gives "snv"."""
    return "".join(word[0] for word in fold(text).split())


def _visible(text: str) -> str:
    """Without what cannot be seen, and the marks beyond the thirtieth on one letter."""
    text = _UNSEEN.sub("", text)
    if _LONG_WORD.search(text) is None:
        return text
    return _UNUSUAL.sub(lambda found: _thinned(found[0]), text)


def _thinned(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


@lru_cache(maxsize=2**12)
def _is_mark(char: str) -> bool:
    """Whether it is sorted among its neighbours, or falls apart into what is."""
    return unicodedata.combining(unicodedata.normalize("NFKD", char)[0]) != 0
