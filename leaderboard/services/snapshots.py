"""What a board shows: computed once per version and process, however many look at it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime
from django.utils.translation import get_language

from accounts.rules.figures import shown_fixed, shown_number
from contest.models import Contest, Division, Participant
from contest.singleflight import SingleFlightCache
from contest.templatetags.contest_text import clock_time
from leaderboard.boards import VIEW_WORDS, Board, BoardRequest
from leaderboard.enums import View
from leaderboard.queries import BoardPlace, contest_divisions, people, units
from leaderboard.rules.members import decode
from leaderboard.rules.units import UnitStanding, participation_rate, rank_units
from leaderboard.services.standings import board_state, read_board
from leaderboard.stores import BoardPage, Rank

ROWS_PER_PAGE = 50
NEIGHBOURS = 2  # rows above and below one's own

# names may be corrected without a new version: they show within this time
_cache = SingleFlightCache(size=600, seconds=20)
_recent = SingleFlightCache(size=600, seconds=0.5)


class UnknownDivisionError(LookupError):
    """The contest has no division of that code."""


@dataclass(frozen=True)
class PersonRow:
    """A line of the individuals' table, every cell as it is read. `key` names it to scripts."""

    key: str
    place: int
    name: str
    unit: str
    score: str
    time: str
    correct: str
    submitted: str


EMPTY_ROW = PersonRow(
    key="", place=0, name="", unit="", score="", time="", correct="", submitted=""
)


@dataclass(frozen=True)
class UnitRow:
    """A line of the units' table; empty cells where the unit is too small to be scored."""

    key: str
    place: int | None
    name: str
    participants: str
    rate: str
    excess: str  # the rate again, where more took part than the unit has people
    mean: str
    total: str


@dataclass(frozen=True)
class Snapshot:
    version: int
    view: View
    division: Division | None
    page: int
    page_count: int
    row_count: int
    rows: Sequence[PersonRow | UnitRow]
    participant_count: int  # these three: of the whole board, whatever is filtered
    attempt_count: int
    unit_count: int
    updated_at: datetime
    frozen: str  # since when the board stands still, "" while it moves

    @property
    def first_row(self) -> int:
        return (self.page - 1) * ROWS_PER_PAGE + 1

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1

    @property
    def updated(self) -> str:
        return _instant(self.updated_at)


def division_of(contest: Contest, code: str | None) -> Division | None:
    """Raises UnknownDivisionError."""
    if code is None:
        return None
    found = next((it for it in contest_divisions(contest) if it.code == code), None)
    if found is None:
        raise UnknownDivisionError(code)
    return found


def board_snapshot(place: BoardPlace, asked: BoardRequest, division: Division | None) -> Snapshot:
    """Ask only for a place whose scores are revealed."""
    state = board_state(place.board)
    key = ("data", *_privacy(place), *_key(place.board, asked, division), state.version)
    return _cache.get(key, lambda: _compute(place, asked, division))


def snapshot_html(place: BoardPlace, snapshot: Snapshot) -> str:
    """The part of the page that changes, for the page and its refresh alike."""

    def render() -> str:
        context = {
            "snapshot": snapshot,
            "contest": place.contest,
            "contest_round": place.contest_round,
            "frozen_rounds": place.frozen_rounds,
            "query": page_query(snapshot.view, snapshot.division),
        }
        return render_to_string("leaderboard/_board_table.html", context)

    key = ("html", *_privacy(place), place.board.name, snapshot.version, snapshot.view)
    part = (get_language(), snapshot.division and snapshot.division.pk, snapshot.page)
    return _cache.get((*key, *part), render)


def recent_table(place: BoardPlace, asked: BoardRequest, division: Division | None) -> str:
    """The same, as it was at most half a second ago, for whole pages.

    In the last minutes every load would find a new version. A page's socket brings it up to date.
    """
    key = (*_privacy(place), *_key(place.board, asked, division), get_language())
    return _recent.get(key, lambda: snapshot_html(place, board_snapshot(place, asked, division)))


def table_tag(place: BoardPlace) -> str:
    """An ETag for the part of the page that changes."""
    version = board_state(place.board).version if place.is_revealed else 0
    words = (place.board.name, version, *_privacy(place), get_language())
    return f'W/"{".".join(map(str, words))}"'


def snapshot_message(place: BoardPlace, asked: BoardRequest) -> tuple[int, str]:
    """Version and text of the socket's answer. Raises UnknownDivisionError."""
    division = division_of(place.contest, asked.division)
    if not place.is_revealed:
        return 0, json.dumps({"type": "hidden"})
    snapshot = board_snapshot(place, asked, division)
    row_type = PersonRow if snapshot.view is View.INDIVIDUALS else UnitRow
    message = {
        "type": "snapshot",
        "version": snapshot.version,
        "view": snapshot.view,
        "division": asked.division,
        "page": snapshot.page,
        "pages": snapshot.page_count,
        "count": snapshot.row_count,
        "participants": snapshot.participant_count,
        "attempts": snapshot.attempt_count,
        "units": snapshot.unit_count,
        "updated": snapshot.updated,
        "frozen": snapshot.frozen,
        "columns": [field.name for field in fields(row_type)],
        "rows": [astuple(row) for row in snapshot.rows],
    }
    return snapshot.version, json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def page_query(view: View, division: Division | None) -> str:
    """The start of a page's query string, without the page number."""
    start = f"xem={VIEW_WORDS[view]}&"
    return f"{start}bang={division.code}&" if division else start


@dataclass(frozen=True)
class OwnStanding:
    """One's own place with its neighbours, within the whole board. Only one's own name is full."""

    row: PersonRow
    participant_count: int
    division: Division | None
    division_place: int | None
    page: int
    neighbours: list[PersonRow]


def own_standing(place: BoardPlace, participant: Participant) -> OwnStanding | None:
    """None while the participant has no result here. Ask only where scores are revealed."""
    board = place.board
    rank = _rank(board, participant.pk, None)
    if rank is None:
        return None
    offset = max(0, rank.index - NEIGHBOURS)
    around = _page(board, None, offset=offset, limit=2 * NEIGHBOURS + 1)
    rows = _person_rows(board, members=around.members, places=around.places)
    own = _row_key(board, "person", participant.pk)
    row = next((it for it in rows if it.key == own), None)
    if row is None:  # moved between the two readings
        return None
    row = replace(row, name=participant.full_name)
    division = participant.division
    within = division and _rank(board, participant.pk, division.pk)
    return OwnStanding(
        row=row,
        participant_count=around.participant_count,
        division=division,
        division_place=within.place if within else None,
        page=rank.index // ROWS_PER_PAGE + 1,
        neighbours=[row if it.key == own else it for it in rows],
    )


@dataclass(frozen=True)
class FoundRow:
    """A row of the whole board, and the page that it is on."""

    row: PersonRow
    page: int


def found_rows(board: Board, participant_ids: Iterable[int]) -> list[FoundRow]:
    """These participants' rows in the order of the board; who has moved off it is left out.

    One query, and two looks at the store for each.
    """
    found: dict[str, tuple[int, str, int]] = {}
    for participant_id in participant_ids:
        rank = _rank(board, participant_id, None)
        page = rank and _page(board, None, offset=rank.index, limit=1)
        if not rank or not page or not page.members:
            continue
        own = decode(page.members[0], board.rules.live_chain)
        if own.participant_id == participant_id:  # not moved in between
            key = _row_key(board, "person", participant_id)
            found[key] = (rank.index, page.members[0], page.places[0])
    ordered = sorted(found.values())
    rows = _person_rows(
        board,
        members=[member for _index, member, _place in ordered],
        places=[place for _index, _member, place in ordered],
    )
    return [FoundRow(row, found[row.key][0] // ROWS_PER_PAGE + 1) for row in rows]


def forget_snapshots() -> None:
    """Start anew, as after a restart of the process."""
    _cache.clear()
    _recent.clear()


def _privacy(place: BoardPlace) -> tuple[Any, ...]:
    """Settings of the contest that change what a version of a board shows."""
    return (place.contest.name_display, place.contest.min_unit_size)


def _key(board: Board, asked: BoardRequest, division: Division | None) -> tuple[Any, ...]:
    return (board.name, asked.view, division and division.pk, asked.page)


def _compute(place: BoardPlace, asked: BoardRequest, division: Division | None) -> Snapshot:
    board, state = place.board, board_state(place.board)
    rows: Sequence[PersonRow | UnitRow]
    if asked.view is View.INDIVIDUALS:
        version, row_count, page, rows = _individuals(board, asked.page, division)
    else:
        version = state.version
        row_count, page, rows = _units(place, asked.page, division)
    return Snapshot(
        version=version,
        view=asked.view,
        division=division,
        page=page,
        page_count=_page_count(row_count),
        row_count=row_count,
        rows=rows,
        participant_count=state.participant_count,
        attempt_count=state.attempt_count,
        unit_count=len(_tallies(board, None)),
        updated_at=place.at,
        frozen=", ".join(_instant(since) for _round_id, since in board.frozen),
    )


def _individuals(
    board: Board, number: int, division: Division | None
) -> tuple[int, int, int, list[PersonRow]]:
    """Version, number of rows, number of the page (the last one at most), its rows."""
    found = _numbered_page(board, division, number)
    last = _page_count(found.participant_count)
    if number > last:
        number, found = last, _numbered_page(board, division, last)
    rows = _person_rows(board, members=found.members, places=found.places)
    return found.version, found.participant_count, number, rows


def _numbered_page(board: Board, division: Division | None, number: int) -> BoardPage:
    offset = (number - 1) * ROWS_PER_PAGE
    return _page(board, division, offset=offset, limit=ROWS_PER_PAGE)


def _page(board: Board, division: Division | None, *, offset: int, limit: int) -> BoardPage:
    division_id = division.pk if division else None
    found = read_board(
        board,
        lambda store: store.page(board.name, division_id=division_id, offset=offset, limit=limit),
    )
    return found or BoardPage(version=0, participant_count=0, members=[], places=[])


def _rank(board: Board, participant_id: int, division_id: int | None) -> Rank | None:
    return read_board(
        board, lambda store: store.rank(board.name, participant_id, division_id=division_id)
    )


def _person_rows(board: Board, *, members: Sequence[str], places: Sequence[int]) -> list[PersonRow]:
    """One query, whatever the number of rows."""
    results = [decode(member, board.rules.live_chain) for member in members]
    ids = [result.participant_id for result in results]
    persons = people(board, ids)
    return [
        PersonRow(
            key=_row_key(board, "person", result.participant_id),
            place=place,
            name=persons[result.participant_id].name,
            unit=persons[result.participant_id].unit_name,
            score=shown_number(result.score),
            time=clock_time(result.elapsed_ms),
            correct=str(persons[result.participant_id].correct_count),
            submitted=_instant(result.submitted_at),
        )
        for result, place in zip(results, places, strict=True)
        if result.participant_id in persons
    ]


def _units(
    place: BoardPlace, number: int, division: Division | None
) -> tuple[int, int, list[UnitRow]]:
    """Number of rows, number of the page (the last one at most), its rows. One query."""
    board = place.board
    standings = rank_units(_tallies(board, division), smallest=place.contest.min_unit_size)
    number = min(number, _page_count(len(standings)))
    shown = standings[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
    found = units((standing.unit_id for standing in shown), contest_id=place.contest.pk)
    rows = [
        _unit_row(board, standing, found[standing.unit_id], of_all=division is None)
        for standing in shown
        if standing.unit_id in found
    ]
    return len(standings), number, rows


def _tallies(board: Board, division: Division | None) -> list[Any]:
    division_id = division.pk if division else None
    found = read_board(board, lambda store: store.units(board.name, division_id=division_id))
    return found or []


def _unit_row(board: Board, standing: UnitStanding, unit: Any, *, of_all: bool) -> UnitRow:
    # the headcount is the whole unit's: beside one division's participants it would mislead
    rate = participation_rate(
        participants=standing.participant_count, headcount=unit.counted_on if of_all else None
    )
    shown_rate = "" if rate is None else f"{shown_fixed(rate, decimals=1)} %"
    is_excess = rate is not None and rate > 100
    return UnitRow(
        key=_row_key(board, "unit", unit.pk),
        place=standing.place,
        name=unit.name,
        participants=str(standing.participant_count),
        rate="" if is_excess else shown_rate,
        excess=shown_rate if is_excess else "",
        mean="" if standing.mean is None else shown_fixed(standing.mean, decimals=2),
        total="" if standing.total is None else shown_number(standing.total),
    )


def _page_count(row_count: int) -> int:
    return max(1, -(-row_count // ROWS_PER_PAGE))


def _row_key(board: Board, kind: str, pk: int) -> str:
    """Names a row across refreshes without giving a row number away."""
    return salted_hmac("leaderboard.row", f"{board.root}:{kind}:{pk}").hexdigest()[:12]


def _instant(at: datetime) -> str:
    return f"{localtime(at):%H:%M:%S %d/%m/%Y}"
