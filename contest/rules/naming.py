"""How much of a person's name the public boards show."""

from accounts.rules.folding import fold, tidy
from contest.enums import NameDisplay

NAMELESS = "Thí sinh"  # in every language of the interface, as names are
FOLDED_LENGTH = 240


def name_shown(full_name: str, *, display: NameDisplay, code: str) -> str:
    """The name as a board shows it; `code` stands for the person where names are hidden."""
    if display is NameDisplay.FULL:
        return full_name
    if display is NameDisplay.SHORT:
        return short_name(full_name)
    return f"{NAMELESS} {code}"


def short_name(full_name: str) -> str:
    """The family name and the initials of the rest, in NFC: "Nguyễn V. A.".

    Of a name of one word, which is a given name, only the initial is left.
    """
    words = [word for word in tidy(full_name).split() if any(map(str.isalnum, word))]
    initials = [f"{next(filter(str.isalnum, word))}." for word in words]
    return " ".join(words[:1] + initials[1:] if len(words) > 1 else initials)


def folded_name(full_name: str) -> str:
    """What a search compares where boards show names in full: a space before every word."""
    return f" {fold(full_name)}"[:FOLDED_LENGTH]


def folded_short(full_name: str) -> str:
    """What a search compares where boards show short names: it holds nothing that they do not."""
    return f" {fold(short_name(full_name))}"[:FOLDED_LENGTH]
