"""The public draw by lot: whoever knows the announced number can compute it again."""

import hashlib


def lot_of(number: str, code: str) -> str:
    """A person's lot; the smallest one, as text, stands first.

    It is the SHA-256, in hexadecimal, of the announced number, a colon and the code of the person's
    receipt (capital letters, no hyphen) in UTF-8: `printf '%s' 12345:ABCDEFGHJK | sha256sum`. Of
    somebody with several receipts that count, the code that comes first in the alphabet.
    """
    return hashlib.sha256(f"{number}:{code}".encode()).hexdigest()
