"""The text of a file that people saved in whatever encoding their program chose."""

import codecs
import re
import unicodedata

from django.utils.translation import gettext as _

from questionbank.formats.base import LARGEST_FILE, BadFile
from questionbank.rules.legacy_encodings import to_unicode
from questionbank.rules.syllables import is_syllable

_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_TRIED = 400
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def decode(data: bytes) -> str:
    """UTF-8, UTF-16, or a Windows code page of Vietnam, by what gives Vietnamese words.

    Lines end with "\\n". Raises BadFile for what is no text.
    """
    if len(data) > LARGEST_FILE:
        raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    text = _decoded(data)
    if _BINARY.search(text):
        raise BadFile(_("không phải là tệp chữ."))
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(data: bytes) -> str:
    try:
        if name := _UTF_16.get(data[:2]):
            return data[2:].decode(name)
        if data[:400:2].count(0) > 100 or data[1:400:2].count(0) > 100:
            return data.decode("utf-16-be" if data[0] == 0 else "utf-16-le")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return max(_in_code_pages(data), key=_vietnamese_words)


def _in_code_pages(data: bytes) -> list[str]:
    texts = [data.decode(name, errors="replace") for name in ("cp1258", "cp1252")]
    return [unicodedata.normalize("NFC", text) for text in texts]


def _vietnamese_words(text: str) -> int:
    """How many of the first words are Vietnamese, once old fonts are allowed for."""
    words = _WORD.findall(to_unicode(text[:20_000]))[:_WORDS_TRIED]
    return sum(is_syllable(word) for word in words if not word.isascii())
