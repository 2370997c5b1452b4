"""Texts for gateways that carry ASCII only, or cheaper: a message without marks holds 160 letters,
one with marks 70."""

import unicodedata

_D_LETTERS = str.maketrans({"đ": "d", "Đ": "D"})


def without_marks(text: str) -> str:
    """ "Ma dang nhap" for "Mã đăng nhập": the case, spaces and punctuation stay."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_D_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
