"""Everything people send is parsed and checked here."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from string import ascii_uppercase
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from contest.errors import ContestError
from contest.queries import PaperQuestion

MAX_ANSWERS_PER_REQUEST = 200


@dataclass(frozen=True)
class SentAnswer:
    position: int
    response: str
    client_number: int


def parse_answers(body: bytes) -> list[SentAnswer]:
    """Answers from a JSON body {"answers": [{"position", "response", "number"}, ...]}.

    Raises ContestError "malformed" (400).
    """
    try:
        sent = json.loads(body)["answers"]
        answers = [_sent_answer(item) for item in sent]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _malformed() from error
    if not 0 < len(answers) <= MAX_ANSWERS_PER_REQUEST:
        raise _malformed()
    return answers


def _sent_answer(item: dict[str, Any]) -> SentAnswer:
    position, response, number = item["position"], item["response"], item["number"]
    if type(position) is not int or type(number) is not int or type(response) is not str:
        raise TypeError("wrong types")
    if not 0 < position < 2**15 or len(response) > len(ascii_uppercase):
        raise ValueError("out of range")
    return SentAnswer(position, response, number)


def _malformed() -> ContestError:
    return ContestError("malformed", _("Dữ liệu gửi lên không hợp lệ."), HTTPStatus.BAD_REQUEST)


def changed_answers(
    post: QueryDict, *, paper: list[PaperQuestion], number: int
) -> list[SentAnswer]:
    """What a form without JavaScript changes, compared with what it showed when it was loaded.

    Untouched questions are not sent: a page that lay open must not undo what was answered on
    another device since.
    """
    changed = []
    for question in paper:
        response = "".join(sorted(post.getlist(f"q{question.position}")))
        if response != post.get(f"was{question.position}", ""):
            newest = max(number, question.client_number + 1)
            changed.append(SentAnswer(question.position, response, newest))
    return changed
