"""Names of persons: any number of words, any people; only what cannot be a name is refused."""

import unicodedata

from accounts.rules.folding import tidy


def tidy_name(text: str) -> str:
    """The name in NFC with single spaces. Raises ValueError when it holds no letter.

    Invisible characters go: pasted from a chat or a spreadsheet, they would turn the line's
    direction around on a board or make two equal names differ.
    """
    name = tidy(
        "".join(char for char in tidy(text) if unicodedata.category(char) not in {"Cc", "Cf"})
    )
    if not any(char.isalpha() for char in name):
        raise ValueError("a name has letters")
    return name
