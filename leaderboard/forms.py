"""What people and programs may ask of a board."""

import json

from django.http import QueryDict

from accounts.rules.folding import fold, tidy
from leaderboard.boards import VIEW_WORDS, BoardRequest
from leaderboard.enums import View

MESSAGE_LENGTH = 500
LAST_PAGE = 100_000
NAME_LENGTH = 120
SHORTEST_NAME = 2  # letters


def parse_query(query: QueryDict) -> BoardRequest:
    """A page's address: what makes no sense in it means the first page of everybody."""
    view = View.UNITS if query.get("xem") == VIEW_WORDS[View.UNITS] else View.INDIVIDUALS
    number = query.get("trang", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    return BoardRequest(view, query.get("bang") or None, min(max(page, 1), LAST_PAGE))


def parse_name(post: QueryDict) -> str:
    """The name to look for; "" when there is none to speak of."""
    name = tidy(post.get("ten", "")[:NAME_LENGTH])
    return name if len(fold(name)) >= SHORTEST_NAME else ""


def parse_message(text: str | None) -> BoardRequest:
    """A socket's message. Raises ValueError for anything but a well-formed snapshot request."""
    if text is None or len(text) > MESSAGE_LENGTH:
        raise ValueError("not a short text message")
    message = json.loads(text)
    if not isinstance(message, dict) or message.get("type") != "snapshot":
        raise ValueError("not a snapshot request")
    division, page = message.get("division"), message.get("page", 1)
    if division is not None and not isinstance(division, str):
        raise ValueError("division is not a code")
    if not isinstance(page, int) or isinstance(page, bool) or not 1 <= page <= LAST_PAGE:
        raise ValueError("page is not a number in range")
    return BoardRequest(View(message.get("view", View.INDIVIDUALS)), division or None, page)


def parse_row(values: QueryDict, name: str, *, otherwise: int) -> int:
    """A row's number as a ceremony sends it; `otherwise` for what is no small number."""
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else otherwise
