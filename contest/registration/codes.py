"""Codes on slips of paper: easy to read and to type, and kept only as a keyed digest."""

import secrets

from django.utils.crypto import salted_hmac

from accounts.rules.folding import fold

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L
_GROUP = 5


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def shown_code(code: str) -> str:
    """ "ABCDE-FGHJK"."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed_code(text: str) -> str:
    """What was meant by what was typed, with or without hyphens, in any case."""
    return fold(text).replace(" ", "").upper()


def code_digest(purpose: str, code: str) -> str:
    """64 hexadecimal digits, equal for equal codes of one purpose."""
    return salted_hmac(f"contest.slip.{purpose}", code, algorithm="sha256").hexdigest()
