"""Receipt codes that can be read out over the telephone."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, no 1/I
LENGTH = 10  # 50 bits: not to be guessed


def new_receipt_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def readable(code: str) -> str:
    """In two halves: "ABCDE-FGHJK"."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def tidy_receipt_code(text: str) -> str:
    """What a person typed, as stored."""
    return "".join(char for char in text.upper() if char in ALPHABET)
