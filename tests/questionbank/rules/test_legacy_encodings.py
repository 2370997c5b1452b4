"""Old fonts: what was typed for them is found and read, everything else is left alone."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from questionbank.rules import legacy_encodings
from questionbank.rules.legacy_encodings import legacy_encoding, to_unicode

WORDS = (Path(__file__).parent / "administrative_words.txt").read_text().split()
MARKED_WORDS = sorted({word for word in WORDS if not word.isascii()})
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=4, max_size=20).map(" ".join)
# a word or two may be a word in either reading: "chính" is typed alike for VNI and for Unicode
MARKED = st.lists(st.sampled_from(MARKED_WORDS), min_size=10, max_size=20, unique=True).map(
    " ".join
)
TO_TCVN3 = {letter: chr(code) for code, letter in legacy_encodings._TCVN3.items()}
TO_VNI = {letter: code for code, letter in legacy_encodings._VNI.items()}


def encoded(text, table):
    return "".join(table.get(letter, letter) for letter in text)


@given(MARKED)
def test_text_for_tcvn3_fonts_is_read(sentence):
    assert to_unicode(encoded(sentence, TO_TCVN3)) == sentence


@given(MARKED)
def test_text_for_vni_fonts_is_read(sentence):
    assert to_unicode(encoded(sentence, TO_VNI)) == sentence


@given(MARKED)
def test_capitals_of_vni_are_read(sentence):
    capitals = sentence.upper()

    assert to_unicode(encoded(capitals, TO_VNI)) == capitals


@given(SENTENCES, st.sampled_from(["NFC", "NFD"]))
def test_unicode_stays_as_it_is(sentence, form):
    assert to_unicode(unicodedata.normalize(form, sentence)) == sentence


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("C¶i c¸ch hµnh chÝnh", "Cải cách hành chính"),
        ("Caûi caùch haønh chính", "Cải cách hành chính"),
        ("NghÞ quyÕt sè 76/NQ-CP ngµy 15/7/2021", "Nghị quyết số 76/NQ-CP ngày 15/7/2021"),
        ("Nghò quyeát soá 76/NQ-CP", "Nghị quyết số 76/NQ-CP"),
    ],
)
def test_old_text_as_offices_have_it(typed, read):
    assert to_unicode(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Ý kiến của ông",
            "công văn",
            "hai mà ba",
            "Có",
            "Là cá",
            "à",
            "Hà Tĩnh",
            "lý do",
            "cà phê",
        ),
        *("§ 5", "¶", "®", "25 °C", "10 m²", "5 µm", "© 2026", "1½", "café", "Château", "Müller"),
        *("São Paulo", "Noël", "déjà vu", "naïve", "abc@example.vn", "76/NQ-CP", "", "  "),
        *("ý và í", "không có gì là khó cả", "Cà Mau", "Vĩnh Long – Trà Vinh"),
    ],
)
def test_other_text_is_left_alone(text):
    assert legacy_encoding(text) is None
    assert to_unicode(text) == text
