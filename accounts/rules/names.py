"""Names of persons: any number of words, any people; only what cannot be a name is refused."""

import re
import unicodedata
from functools import lru_cache

from accounts.rules.folding import fold, tidy

NameOrder = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]

# a tone belongs to its syllable, whichever vowel bears it: in the order of Vietnamese dictionaries
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANKS = {letter: rank for rank, letter in enumerate(_LETTERS, start=1)}
_D_LOOKALIKES = str.maketrans("ðɖ", "đđ")
# the y that is also written i: alone after a consonant (Mỹ, Mĩ) or after qu (quý, quí)
_Y_FOR_I = re.compile(r"(?:(?<![aăâeêioôơuưy])|(?<=qu))y$")


def tidy_name(text: str) -> str:
    """The name in NFC with single spaces. Raises ValueError when it holds no letter.

    Invisible characters go: pasted from a chat or a spreadsheet, they would turn the line's
    direction around on a board or make two equal names differ.
    """
    name = tidy(
        "".join(char for char in tidy(text) if unicodedata.category(char) not in {"Cc", "Cf"})
    )
    if not any(char.isalpha() for char in name):
        raise ValueError("a name has letters")
    return name


def person_name_key(name: str) -> str:
    """Equal for two spellings of one name, and for nothing else. For comparison only.

    Case, white space, punctuation, normal form, look-alikes of Đ, where the tone stands (hoà, hòa)
    and y or i (Mỹ, Mĩ) make no difference; every letter and every tone does.
    """
    return " ".join(
        "/".join([_Y_FOR_I.sub("i", letters), *(str(_TONES.index(tone)) for tone in tones)])
        for letters, tones in _words(name)
    )


def person_name_skeleton(name: str) -> str:
    """Equal, too, for names typed without any marks: what may be one name. For comparison only."""
    return fold(name).replace("y", "i")


def given_name_order(name: str) -> NameOrder:
    """Sort key of official lists: by the given name, which stands last, then by the rest.

    As in Vietnamese dictionaries: a ă â b c d đ e ê ..., and only among equal letters the tones,
    level first. Other marks (ç, ü) and case make no difference; other scripts follow z.
    """
    words = _words(name)
    return tuple(
        (
            # a word ends before any letter, so a short one stands before what it begins
            tuple(rank for letters, _tones in part for rank in _ranks(letters)),
            tuple(rank for _letters, tones in part for rank in _tone_ranks(tones)),
        )
        for part in (words[-1:], words[:-1])
    )


def _words(name: str) -> list[tuple[str, str]]:
    """Each word's letters in NFC without tones, and its tones in their order."""
    plain = unicodedata.normalize("NFKC", name).lower().translate(_D_LOOKALIKES)
    if not plain.replace(" ", "").isalnum():
        plain = "".join(map(_letter_or_space, plain))
    return [_letters_and_tones(word) for word in plain.split()]


def _letter_or_space(char: str) -> str:
    """Marks count as letters, as the vowels of other scripts are marks."""
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return char if category[0] in "LMN" else " "


@lru_cache(maxsize=4096)  # a contest's names are made of a few thousand words
def _letters_and_tones(word: str) -> tuple[str, str]:
    marked = unicodedata.normalize("NFD", word)
    letters = "".join(char for char in marked if char not in _TONES)
    return unicodedata.normalize("NFC", letters), "".join(c for c in marked if c in _TONES)


@lru_cache(maxsize=4096)
def _ranks(letters: str) -> tuple[int, ...]:
    return (*map(_rank, letters), 0)


@lru_cache(maxsize=256)
def _tone_ranks(tones: str) -> tuple[int, ...]:
    return (*map(_tone_rank, tones), 0)


def _rank(letter: str) -> int:
    base = unicodedata.normalize("NFD", letter)[0]
    return _RANKS.get(letter) or _RANKS.get(base) or len(_RANKS) + ord(letter)


def _tone_rank(tone: str) -> int:
    return 1 + _TONES.index(tone)
