"""The bytes of text files, as the programs of Windows and others save them."""

import codecs
import unicodedata

import pytest
from hypothesis import given, strategies as st

from accounts.formats.bad_file import BadFile
from questionbank.formats import text_files
from questionbank.formats.base import LARGEST_FILE
from questionbank.formats.text_files import decode
from questionbank.rules.legacy_encodings import to_unicode

TEXT = "Câu 1. Nghị quyết số 76/NQ-CP về cải cách hành chính?\nA. Đúng\nB. Sai\n"
OLD = "Cải cách hành chính nhà nước\nA. Có\nB. Không"
IN_TCVN3 = "C¶i c¸ch hµnh chÝnh nhµ n­íc\nA. Cã\nB. Kh«ng"
IN_VNI = "Caûi caùch haønh chính nhaø nöôùc\nA. Coù\nB. Khoâng"
TONES = "\u0300\u0309\u0303\u0301\u0323"


def in_1258(text):
    """As Windows types it: a letter with its hat or breve, and the tone behind it."""
    return b"".join(_letter_in_1258(letter) for letter in text)


def _letter_in_1258(letter):
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        marks = unicodedata.normalize("NFD", letter)
        tone = next(mark for mark in marks if mark in TONES)
        return unicodedata.normalize("NFC", marks.replace(tone, "")).encode("cp1258") + (
            tone.encode("cp1258")
        )


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        unicodedata.normalize("NFD", TEXT).encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        in_1258(TEXT),
    ],
    ids=["utf8", "utf8-bom", "nfd", "16le-bom", "16be-bom", "16le", "16be", "cp1258"],
)
def test_every_encoding_gives_the_text(data):
    assert decode(data) == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Đáp án A", "A", "Ủy ban nhân dân\n" * 2000])
def test_utf_16_without_its_mark(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [IN_TCVN3, IN_VNI])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_old_fonts_come_out_in_unicode(text, encoding):
    assert decode(text.encode(encoding)) == OLD


def test_old_fonts_amid_unicode_are_left_for_their_field():
    text = "Câu hỏi;Đáp án\nC¶i c¸ch hµnh chÝnh;A"

    assert decode(text.encode()) == text
    assert to_unicode("C¶i c¸ch hµnh chÝnh") == "Cải cách hành chính"


@pytest.mark.parametrize("text", ["Cà phê", "Có", "Ủy ban", "Đúng", "Cải cách", "CẢI CÁCH"])
def test_short_text_in_the_vietnamese_code_page(text):
    assert decode(in_1258(text)) == text


def test_text_of_western_europe():
    assert decode("Le café est fermé à midi".encode("cp1252")) == "Le café est fermé à midi"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_alike(end):
    assert decode(TEXT.replace("\n", end).encode()) == TEXT


@pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_empty_files_are_empty(data):
    assert decode(data) == ""


def test_a_few_stray_control_characters_are_dropped():
    assert decode(b"A. Sai\x0b\tB\x07\r\n\x1a") == "A. Sai\x0b\tB\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06",
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xb5\xe8",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40,
        b"Question\0Answer",
        b"\0\0\0\0",
        b"\0",
        b"\x01\x02\x03\x04\x05\x06",
        bytes(range(1, 256)),
        codecs.BOM_UTF16_LE + b"a",
        codecs.BOM_UTF16_BE + b"\xd8\0",
        codecs.BOM_UTF32_LE + "Sai".encode("utf-32-le"),
        "Sai\0".encode("utf-16"),
    ],
)
def test_what_is_no_text(data):
    with pytest.raises(BadFile, match=r"^không phải là tệp chữ\.$"):
        decode(data)


def test_a_file_may_be_so_large_and_no_larger():
    assert len(decode(b"A" * LARGEST_FILE)) == LARGEST_FILE
    with pytest.raises(BadFile, match=r"^lớn quá 20 MB\.$"):
        decode(b"A" * (LARGEST_FILE + 1))


@given(st.binary(max_size=300))
def test_anything_is_text_or_refused(data):
    try:
        text = decode(data)
    except BadFile:
        return
    assert "\r" not in text
    assert not text_files._CONTROL.search(text)
    assert unicodedata.is_normalized("NFC", text)


@given(st.text(st.characters(exclude_categories=["C"]), max_size=200))
def test_utf_8_is_never_taken_for_something_else(text):
    assert decode(text.encode("utf-8-sig")) == to_unicode(text)
