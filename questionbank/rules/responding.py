"""What people may answer to a question, and how it is kept."""

import unicodedata
from string import ascii_uppercase

from accounts.rules.folding import tidy
from questionbank.enums import QuestionKind
from questionbank.rules.answering import number_in

LONGEST_RESPONSE = 200  # characters


class BadResponse(ValueError):
    """What was sent is no answer to the question: "bad_response", "not_a_number", "too_long"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def tidy_response(response: str, *, kind: QuestionKind, choice_count: int) -> str:
    """The answer as it is kept; "" is none. Raises BadResponse.

    Of options the letters shown, sorted and without repeats. Of what is typed the text in NFC,
    with white space as single spaces and without control characters; a number stays as typed.
    """
    if kind.has_choices:
        takes_several = kind is QuestionKind.MULTIPLE_CHOICE
        return _letters(response, choice_count=choice_count, takes_several=takes_several)
    text = _typed(response)
    if len(text) > LONGEST_RESPONSE:
        raise BadResponse("too_long")
    if kind is QuestionKind.NUMBER and text and number_in(text) is None:
        raise BadResponse("not_a_number")
    return text


def _letters(response: str, *, choice_count: int, takes_several: bool) -> str:
    letters = sorted(set(response))
    if any(letter not in ascii_uppercase[:choice_count] for letter in letters):
        raise BadResponse("bad_response")
    if len(letters) > 1 and not takes_several:
        raise BadResponse("bad_response")
    return "".join(letters)


def _typed(response: str) -> str:
    kept = (char for char in response if char.isspace() or unicodedata.category(char)[0] != "C")
    return tidy("".join(kept))
