"""Text typed for the Vietnamese fonts of before Unicode: recognised, and converted.

Files from old offices hold such text as Latin letters that only the old fonts showed right:

- TCVN3 or ABC (.VnTime: "C¶i c¸ch hµnh chÝnh"): TCVN 5712:1993, table VN3.
- VNI (VNI-Times: "Caûi caùch haønh chính"): the table of VNI-Windows, whose letters are a vowel
  and a mark behind it. Í and Ì stand for themselves.

Capitals with a tone had fonts of their own in TCVN3 (.VnTimeH), whose text has the codes of small
letters. They come out as capitals within a word of capitals ("HµNH CHÝNH"); where nothing else
says so ("X·", or a title typed small) they come out small.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from accounts.rules.folding import composed
from questionbank.rules.syllables import is_syllable

_TCVN3 = str.maketrans(
    dict(
        zip(
            "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
            "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            strict=True,
        )
    )
)
_VNI_MARKS = {
    "a": dict(zip("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_ALONE = dict(zip("ôöæóòîñ", "ơưỉĩịỵđ", strict=True))
_VNI = {base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()}
_VNI |= _VNI_ALONE
_VNI |= {code.upper(): letter.upper() for code, letter in _VNI.items()}
_VNI |= {code[0].upper() + code[1]: it.upper() for code, it in list(_VNI.items()) if len(code) == 2}
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

# Letters that Latin-1 lacks. Dashes, quotes, signs and the bullets of Word are none.
_LETTER_BEYOND = re.compile("[\u0100-\u02af\u0300-\u1fff\u2c00-\ud7ff]")
_WORD = re.compile("[A-Za-z\u00a1-\u00ff]{2,}")  # as typed: signs were letters, too
_UNICODE_WORD = re.compile(r"[^\W\d_]{2,}")
# Capitals beside a small letter with a mark, the code of both in .VnTimeH
_CAPITALS_WITHIN = re.compile("[\u00df-\u00f6\u00f8-\u1eff][A-Z]|[A-Z]{2}[\u00df-\u1eff]")
_ASCII_CAPITAL = re.compile("[A-Z]")
_ASCII_SMALL = re.compile("[a-z]")
# What a Unicode Vietnamese text has not: other letters, and capitals behind small ones
_NOT_VIETNAMESE = re.compile("[¡-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ]|[a-z][À-Þ]")
_CHARACTERS_TRIED = 20_000
_WORDS_TRIED = 100  # of those with marks
_SHORT = 2  # "5 µm", "où": too little to tell
_ENOUGH = 0.75  # of the words with marks must be syllables once they are converted
_TELLING = 0.25  # of them, none before
_FOREIGN = 2  # words without marks that are no syllables, for each that is telling


def to_unicode(text: str) -> str:
    """The text in NFC; converted if it was typed for an old font."""
    encoding = legacy_encoding(text)
    if encoding is not None:
        text = _DECODERS[encoding](text)
    return composed(text)


def all_to_unicode(texts: Sequence[str]) -> list[str]:
    """As `to_unicode`, for texts that belong together: one word alone ("Bé") tells little."""
    typed = [text for text in texts if not text.isascii() and not _LETTER_BEYOND.search(text)]
    encoding = legacy_encoding("\n".join(typed))
    if encoding is None:
        return [to_unicode(text) for text in texts]
    old = set(typed)
    return [
        composed(_DECODERS[encoding](text)) if text in old else composed(text) for text in texts
    ]


def from_old_font(text: str, encoding: str) -> str:
    """What a font of this encoding shows; text with letters that no such font has stays."""
    return text if _LETTER_BEYOND.search(text) else _DECODERS[encoding](text)


def legacy_encoding(text: str) -> str | None:
    """ "tcvn3", "vni", or None for any other text, and for what could as well be Unicode."""
    if text.isascii() or _LETTER_BEYOND.search(text):
        return None  # real Vietnamese soon has a letter that Latin-1 lacks
    marked, plain = _words(text)
    found = {name: _share(marked, plain, name) for name in _DECODERS}
    if not any(_NOT_VIETNAMESE.search(word) for word in marked):
        found["tcvn3"] = 0.0  # VNI is told by two vowels, each of which is Vietnamese
    best = max(found, key=lambda name: found[name])  # VNI if in doubt: "khoâng" is no "khoõng"
    return best if found[best] > 0 else None


def _words(text: str) -> tuple[list[str], list[str]]:
    """The first words of more than a letter: those with marks, and those in plain ASCII."""
    marked: list[str] = []
    plain: list[str] = []
    for match in _WORD.finditer(text, 0, _CHARACTERS_TRIED):
        word = match.group()
        (plain if word.isascii() else marked).append(word)
        if len(marked) == _WORDS_TRIED:
            break
    return marked, plain


def _share(marked: Sequence[str], plain: Sequence[str], encoding: str) -> float:
    """How many of the marked words the encoding makes syllables, of 1; 0 if that tells nothing.

    Only a word is telling that is no syllable as it stands, and is one once it is converted.
    """
    after = [word for word in marked if _becomes_syllable(word, encoding)]
    telling = [word for word in after if not _is_syllable(word)]
    if len(after) < _ENOUGH * len(marked) or len(telling) < _TELLING * len(marked):
        return 0.0
    if not any(len(word) > _SHORT for word in telling):
        return 0.0
    foreign = sum(not _is_syllable(word) for word in plain)
    return len(after) / len(marked) if foreign <= _FOREIGN * len(telling) else 0.0


_is_syllable = lru_cache(maxsize=2**14)(is_syllable)  # Vietnamese has fewer


@lru_cache(maxsize=2**14)
def _becomes_syllable(word: str, encoding: str) -> bool:
    return is_syllable(_DECODERS[encoding](word))


def _from_vni(text: str) -> str:
    return _VNI_CODE.sub(lambda code: _VNI[code.group()], text)


def _from_tcvn3(text: str) -> str:
    read = text.translate(_TCVN3)
    return _UNICODE_WORD.sub(_capitalised, read) if _CAPITALS_WITHIN.search(read) else read


def _capitalised(word: re.Match[str]) -> str:
    """A word in capitals if its letters without marks are, and more than the first of them."""
    typed = word.group()
    is_capitals = _ASCII_CAPITAL.search(typed, 1) and not _ASCII_SMALL.search(typed)
    return typed.upper() if is_capitals else typed


_DECODERS: dict[str, Callable[[str], str]] = {"vni": _from_vni, "tcvn3": _from_tcvn3}
