"""The board for a hall: one screen, read from twenty metres, left to itself for hours."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.http import TimedRequest
from leaderboard.boards import BoardRequest
from leaderboard.queries import board_place
from leaderboard.services.snapshots import EMPTY_ROW, board_snapshot

ROWS = 10


@require_safe
def hall(request: TimedRequest, slug: str, round_slug: str | None = None) -> HttpResponse:
    """The leaders as they are now; the page then follows the board's socket by itself."""
    place = board_place(slug=slug, round_slug=round_slug, user=request.user, at=request.at)
    snapshot = board_snapshot(place, BoardRequest(), None) if place.is_revealed else None
    words = [slug, round_slug] if round_slug else [slug]
    board_path = reverse(
        "leaderboard:round_board" if round_slug else "leaderboard:board", args=words
    )
    context = {
        "place": place,
        "contest": place.contest,
        "contest_round": place.contest_round,
        "state": place.contest_round.state(at=request.at).value if place.contest_round else "",
        "snapshot": snapshot,
        "rows": snapshot.rows[:ROWS] if snapshot else [],
        "row_limit": ROWS,
        "pattern_row": EMPTY_ROW,  # what the script fills
        "frozen_rounds": place.frozen_rounds,
        "board_path": board_path,
        "socket_path": f"/ws{board_path}",
        "join_address": request.build_absolute_uri(
            reverse("contest:contest_detail", args=[slug])
        ).partition("://")[2],
    }
    response = render(request, "leaderboard/hall.html", context)
    patch_cache_control(response, no_cache=True, private=True)
    return response
