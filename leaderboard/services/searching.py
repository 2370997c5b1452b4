"""Find people on a board by the names that it shows."""

from dataclasses import dataclass

from accounts.rules.folding import fold
from contest.enums import NameDisplay
from leaderboard.queries import BoardPlace, people_named, people_on
from leaderboard.services.snapshots import FoundRow, found_rows
from leaderboard.services.standings import board_state

HITS = 20
SMALL_BOARD = 2000  # people: with more, looking through the names soon finds some of them


@dataclass(frozen=True)
class SearchResult:
    """What was found, best place first. `has_more`: the name fits more people than are listed."""

    rows: list[FoundRow]
    has_more: bool


def may_search(place: BoardPlace) -> bool:
    """Whether there are names to search: not before the reveal, nor where they are hidden."""
    return place.is_revealed and place.contest.name_display != NameDisplay.HIDDEN


def search_board(place: BoardPlace, name: str) -> SearchResult:
    """Everybody on the board whose shown name has these words in a row, the last one begun.

    Accents and case do not matter. Ask only where `may_search`.
    """
    folded = fold(name)
    if not folded:
        return SearchResult([], has_more=False)
    display = NameDisplay(place.contest.name_display)
    board = place.board
    is_small = board_state(board).participant_count <= SMALL_BOARD
    among = people_on(board) if is_small else None
    ids = people_named(board, folded, display=display, limit=HITS + 1, among=among)
    return SearchResult(found_rows(board, ids[:HITS]), has_more=len(ids) > HITS)
