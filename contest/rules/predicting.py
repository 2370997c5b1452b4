"""The prediction: a number that people guess, and how far off they were."""

import re
from typing import NamedTuple

LARGEST = 10**9
_GROUPED = re.compile(r"\d{1,3}(?:([.,\u00a0 ])\d{3})(?:\1\d{3})*")


class BadPrediction(Exception):
    """What was typed is no prediction. `code` is "not_whole" or "too_large"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_prediction(text: str) -> int | None:
    """What a person typed: "25980", "25.980" and "25 980" alike; None for nothing.

    Raises BadPrediction.
    """
    text = text.strip()
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    if not (text.isascii() and text.isdigit()):
        raise BadPrediction("not_whole")
    if len(text.lstrip("0")) > len(str(LARGEST)) or int(text) > LARGEST:
        raise BadPrediction("too_large")
    return int(text)


class Gap(NamedTuple):
    """How far a person's predictions were off, over the rounds that count; smaller is better.

    Those who predicted nothing in a round, or too much where that is not allowed, come after all
    others, and are equal.
    """

    missing: int = 0  # rounds without a prediction that is ranked
    distance: int = 0


NO_GAP = Gap()


def gap_of(prediction: int | None, *, truth: int, is_below: bool) -> Gap:
    """With `is_below` what exceeds the truth is not ranked."""
    if prediction is None or (is_below and prediction > truth):
        return Gap(missing=1)
    return Gap(distance=abs(prediction - truth))
