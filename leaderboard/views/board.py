"""The board's pages. The table is the same for everybody; only one's own place is personal."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from allauth.core.ratelimit import consume
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import TimedRequest
from contest.models import Division
from leaderboard.boards import VIEW_WORDS, BoardRequest
from leaderboard.enums import View
from leaderboard.forms import parse_name, parse_query
from leaderboard.queries import BoardPlace, board_place, contest_divisions, own_participant
from leaderboard.services.searching import SearchResult, may_search, search_board
from leaderboard.services.snapshots import (
    EMPTY_ROW,
    OwnStanding,
    UnknownDivisionError,
    board_snapshot,
    division_of,
    own_standing,
    page_query,
    recent_table,
    snapshot_html,
    table_tag,
)


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: TimedRequest, slug: str, round_slug: str | None = None) -> HttpResponseBase:
    """The whole page, or with `phan=bang` its table and with `phan=toi` one's own place.

    A POST looks for a name: in the body, so that no address or log holds it.
    """
    place = board_place(slug=slug, round_slug=round_slug, user=request.user, at=request.at)
    asked = parse_query(request.GET)
    try:
        division = division_of(place.contest, asked.division)
    except UnknownDivisionError as error:
        raise Http404 from error
    if request.method == "POST":
        return _search(request, place, asked, division)
    part = request.GET.get("phan")
    if part == "bang":
        return _table(request, place, asked, division)
    if part == "toi":
        return _own(request, place)
    return _page(request, place, asked, division)


def _table(
    request: TimedRequest, place: BoardPlace, asked: BoardRequest, division: Division | None
) -> HttpResponseBase:
    """The part that changes, with an ETag: whoever has it already costs one look at the store."""
    etag = table_tag(place)
    response = get_conditional_response(request, etag=etag)
    if response is None or response.status_code != 304:
        response = HttpResponse(_table_html(request, place, asked, division))
        response["ETag"] = etag
    patch_cache_control(response, no_cache=True, private=not place.contest.is_published)
    return response


def _own(request: TimedRequest, place: BoardPlace) -> HttpResponse:
    response = render(request, "leaderboard/_own_standing.html", _own_context(request, place))
    patch_cache_control(response, no_store=True, private=True)
    return response


@dataclass(frozen=True)
class Search:
    """The search box and what is said below it; no result before anything was looked for."""

    name: str = ""
    result: SearchResult | None = None
    problem: str = ""


def _search(
    request: TimedRequest, place: BoardPlace, asked: BoardRequest, division: Division | None
) -> HttpResponse:
    """The whole page with what was found, or for htmx that part only."""
    if not may_search(place):
        raise PermissionDenied
    name, status = parse_name(request.POST), HTTPStatus.OK
    if not consume(request, action="board_search"):
        status = HTTPStatus.TOO_MANY_REQUESTS
        problem = _("Anh/Chị đã gửi quá nhiều lần. Xin đợi vài phút rồi thử lại.")
        search = Search(name, problem=problem)
    elif name:
        search = Search(name, search_board(place, name))
    else:
        search = Search(problem=_("Vui lòng ghi ít nhất hai chữ cái của tên."))
    if request.headers.get("HX-Request"):
        response = render(request, "leaderboard/_board_search.html", {"search": search})
    else:
        response = _page(request, place, asked, division, search=search)
    response.status_code = status
    patch_cache_control(response, no_store=True, private=True)
    return response


def _page(
    request: TimedRequest,
    place: BoardPlace,
    asked: BoardRequest,
    division: Division | None,
    *,
    search: Search | None = None,
) -> HttpResponse:
    own = _own_context(request, place)
    table = _table_html(request, place, asked, division, may_be_recent=True)
    context = {
        "place": place,
        "contest": place.contest,
        "contest_round": place.contest_round,
        "asked": asked,
        "division": division,
        "divisions": contest_divisions(place.contest),
        "tabs": _tabs(place),
        "views": _views(asked, division),
        "view_word": VIEW_WORDS[asked.view],
        "part_query": f"{page_query(asked.view, division)}trang={asked.page}&phan=bang",
        "pattern_row": EMPTY_ROW,  # what the script fills with a snapshot's rows
        "socket_path": f"/ws{request.path}",
        "search": search or (Search() if may_search(place) else None),
        "table": _with_own_row(table, own["own"]),
        **own,
    }
    response = render(request, "leaderboard/board.html", context)
    patch_cache_control(response, no_cache=True, private=True)
    return response


def _table_html(
    request: TimedRequest,
    place: BoardPlace,
    asked: BoardRequest,
    division: Division | None,
    *,
    may_be_recent: bool = False,
) -> SafeString:
    if not place.is_revealed:
        # rendered without the store: nothing on it comes from a result
        return mark_safe(  # noqa: S308 (a rendered template)
            render(request, "leaderboard/_board_hidden.html", {"place": place}).content.decode()
        )
    if may_be_recent:
        return mark_safe(recent_table(place, asked, division))  # noqa: S308 (a rendered template)
    html = snapshot_html(place, board_snapshot(place, asked, division))
    return mark_safe(html)  # noqa: S308 (a rendered template)


def _own_context(request: TimedRequest, place: BoardPlace) -> dict[str, Any]:
    participant = own_participant(place.contest, request.user) if place.is_revealed else None
    own = own_standing(place, participant) if participant else None
    return {
        "own": own,
        "participant": participant,
        "contest_round": place.contest_round,
        "is_frozen": bool(place.board.frozen),
    }


def _with_own_row(table: SafeString, own: OwnStanding | None) -> SafeString:
    """Mark one's own row in the table that everybody shares."""
    if own is None:
        return table
    plain = f'class="board-row" data-key="{own.row.key}"'
    marked = f'class="board-row is-me" aria-current="true" data-key="{own.row.key}"'
    return mark_safe(table.replace(plain, marked))  # noqa: S308 (a rendered template)


@dataclass(frozen=True)
class Tab:
    url: str
    label: str
    is_current: bool


def _tabs(place: BoardPlace) -> list[Tab]:
    """The rounds of the contest; the total has a label of its own in the template."""
    current = place.contest_round
    return [
        Tab(
            url=reverse("leaderboard:round_board", args=[place.contest.slug, it.slug]),
            label=it.name,
            is_current=current is not None and current.pk == it.pk,
        )
        for it in place.rounds
        if it.has_opened(at=place.at) or (current is not None and current.pk == it.pk)
    ]


def _views(asked: BoardRequest, division: Division | None) -> dict[str, Tab]:
    return {
        view.value: Tab(f"?{page_query(view, division)[:-1]}", "", asked.view is view)
        for view in View
    }
