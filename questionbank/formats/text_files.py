"""The text of a file that people saved in whatever encoding their program chose."""

import codecs
import re

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import composed
from questionbank.formats.base import LARGEST_FILE
from questionbank.rules.legacy_encodings import to_unicode
from questionbank.rules.syllables import is_syllable

_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_MOST_CONTROLS = 5  # the end mark of DOS, what a cell brought along; more is no text
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_TRIED = 400
_CHARACTERS_TRIED = 20_000
_BYTES_TRIED = 4_000  # even: pairs of bytes
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def decode(data: bytes) -> str:
    """The text in NFC, from UTF-8, UTF-16 or a Windows code page; lines end with "\\n".

    A file typed for the old Vietnamese fonts throughout comes out in Unicode. Where it mixes them
    with Unicode they stay as they are, for `to_unicode` to convert field by field. A few stray
    control characters are dropped. Raises BadFile for what is no text, or too much.
    """
    if len(data) > LARGEST_FILE:
        raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    text = to_unicode(_cleaned(_decoded(data)))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cleaned(text: str) -> str:
    """Without its few control characters. Raises BadFile if they are many, or a NUL."""
    kept, dropped = _CONTROL.subn("", text)
    if "\0" in text or dropped > _MOST_CONTROLS:
        raise _no_text()
    return kept


def _decoded(data: bytes) -> str:
    name = _UTF_16.get(data[:2])
    if name is not None:
        return _in_utf_16(data[2:], name)
    name = _utf_16_by_zeros(data[:_BYTES_TRIED])
    if name is not None:
        return _in_utf_16(data, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return max(_in_code_pages(data), key=_plausibility)


def _in_utf_16(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise _no_text() from error


def _utf_16_by_zeros(start: bytes) -> str | None:
    """The byte order if the upper byte of most characters is 0, as in Vietnamese and English."""
    upper_first, upper_last = start[::2].count(0), start[1::2].count(0)
    if max(upper_first, upper_last) * 4 <= len(start):
        return None
    return "utf-16-be" if upper_first > upper_last else "utf-16-le"


def _in_code_pages(data: bytes) -> list[str]:
    """Read as Windows-1258, and as Windows-1252; the latter is how old fonts are saved."""
    return [
        composed(data.decode("cp1258", errors="replace")),
        to_unicode(data.decode("cp1252", errors="replace")),
    ]


def _plausibility(text: str) -> int:
    """How many more of the first words with marks are Vietnamese than are not."""
    words = _WORD.findall(text[:_CHARACTERS_TRIED])
    marked = [word for word in words if not word.isascii()][:_WORDS_TRIED]
    return sum(1 if is_syllable(word) else -1 for word in marked)


def _no_text() -> BadFile:
    return BadFile(_("không phải là tệp chữ."))
