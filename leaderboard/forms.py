"""What people and programs may ask of a board."""

import json

from django.http import QueryDict

from leaderboard.boards import VIEW_WORDS, BoardRequest
from leaderboard.enums import View

MESSAGE_LENGTH = 500
LAST_PAGE = 100_000


def parse_query(query: QueryDict) -> BoardRequest:
    """A page's address: what makes no sense in it means the first page of everybody."""
    view = View.UNITS if query.get("xem") == VIEW_WORDS[View.UNITS] else View.INDIVIDUALS
    number = query.get("trang", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    return BoardRequest(view, query.get("bang") or None, min(max(page, 1), LAST_PAGE))


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
