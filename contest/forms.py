"""Everything people send is parsed and checked here."""

from http import HTTPStatus

from django.http import QueryDict
from django.utils.translation import gettext as _

from contest.errors import ContestError
from contest.messages import SentAnswer, parse_save
from contest.queries import PaperQuestion


def parse_answers(body: bytes) -> list[SentAnswer]:
    """The answers of a JSON body; docs/protocol.md has its form.

    Raises ContestError "malformed" (400).
    """
    try:
        return parse_save(body).answers
    except ValueError as error:
        message = _("Dữ liệu gửi lên không hợp lệ.")
        raise ContestError("malformed", message, HTTPStatus.BAD_REQUEST) from error


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
