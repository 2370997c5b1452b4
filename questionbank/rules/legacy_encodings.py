"""Text typed for the Vietnamese fonts of before Unicode: recognised, and converted.

Files from old offices hold such text as Latin letters that only the old fonts showed right:
TCVN3 or ABC (.VnTime: "C¶i c¸ch hµnh chÝnh"; TCVN 5712:1993, table VN3) and VNI ("Caûi caùch haønh
chính"; the table of VNI-Windows). Capitals with marks had a font of their own in TCVN3
(.VnTimeH), whose text cannot be told from small letters: they come out small.
"""

import re
import unicodedata
from collections.abc import Callable

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
_LETTER_BEYOND = re.compile("[\u0100-\u024f\u0300-\u036f\u1e00-\u1eff]")
_MARKED_WORD = re.compile(
    r"[^\s,;:.?!()\[\]{}\"'/\\|0-9–—“”‘’-]*[\u00a1-\u00ff][^\s,;:.?!()\[\]{}\"'/\\|0-9–—“”‘’-]*"
)
_ENOUGH = 0.75  # of the marked words must be syllables once they are converted


def to_unicode(text: str) -> str:
    """The text in NFC; converted if it was typed for an old font."""
    encoding = legacy_encoding(text)
    if encoding is not None:
        text = _DECODERS[encoding](text)
    return unicodedata.normalize("NFC", text)


def legacy_encoding(text: str) -> str | None:
    """ "tcvn3", "vni", or None for any other text."""
    if text.isascii() or _LETTER_BEYOND.search(text):
        return None  # real Vietnamese soon has a letter that Latin-1 lacks
    words = [word for word in _MARKED_WORD.findall(text) if len(word) > 1]
    found = {name: _share(words, decode) for name, decode in _DECODERS.items()}
    best = max(found, key=lambda name: found[name])
    if found[best] < _ENOUGH or found[best] <= _share(words, str):
        return None
    return best if len(words) > 1 or len(words[0]) > 2 else None  # "5 µm" is no "5 àm"


def _share(words: list[str], decode: Callable[[str], str]) -> float:
    """How many of the words are syllables, of 1."""
    if not words:
        return 0.0
    return sum(is_syllable(decode(word)) for word in words) / len(words)


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3)


def _from_vni(text: str) -> str:
    return _VNI_CODE.sub(lambda code: _VNI[code.group()], text)


_DECODERS = {"tcvn3": _from_tcvn3, "vni": _from_vni}
