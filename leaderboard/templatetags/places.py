"""A participant's place, for pages of lower apps that show one."""

from typing import Any

from django import template

from contest.models import Attempt
from leaderboard.boards import round_board, scores_are_revealed
from leaderboard.services.standings import board_state, read_board

register = template.Library()


@register.inclusion_tag("leaderboard/_place.html", takes_context=True)
def place_in_round(context: dict[str, Any], attempt: Attempt) -> dict[str, Any]:
    """Where the attempt's owner stands in its round now; nothing while scores are not revealed."""
    at = context["request"].at
    if not scores_are_revealed(attempt.round, at=at):
        return {}
    board = round_board(attempt.round, at=at)
    rank = read_board(
        board, lambda store: store.rank(board.name, attempt.participant_id, division_id=None)
    )
    return {"rank": rank, "participant_count": board_state(board).participant_count}
