"""The published result, for everybody: who won, by which rules, and how to check it."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.http import TimedRequest
from contest.models import ResultVersion
from contest.results.downloads import download
from contest.rules.ranking_rules import PREDICTIONS
from contest.sealing.downloads import public_file
from contest.sealing.reading import (
    ROWS_A_PAGE,
    board_of,
    board_page,
    holds,
    prize_lists,
    told_facts,
)
from contest.views.contests import visible_contests

_HIGHEST = 2**31 - 1


class ResultRequest(forms.Form):
    """Which version and board, and which leaf to look for, as a receipt's QR code asks."""

    ban = forms.IntegerField(min_value=1, max_value=_HIGHEST, required=False)
    bang = forms.CharField(max_length=60, required=False)
    dong = forms.IntegerField(min_value=1, max_value=_HIGHEST, required=False)
    la = forms.RegexField(r"^[0-9a-f]{64}$", required=False)


@require_safe
def result_page(request: TimedRequest, slug: str) -> HttpResponse:
    """`?ban=` a version that was ever published, `?bang=` a board, `?page=`."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    asked = _asked(request)
    versions = list(contest.result_versions.ever_published().select_related("round"))
    version = _chosen(versions, asked["ban"])
    if version is None:
        return render(request, "contest/result_missing.html", {"contest": contest})
    context = {
        "contest": contest,
        "version": version,
        "others": [it for it in versions if it != version],
        **page_context(request, version, asked["bang"]),
    }
    if asked["dong"] and asked["la"]:
        context["leaf"] = asked["la"]
        context["leaf_number"] = asked["dong"]
        context["leaf_is_held"] = holds(version, number=asked["dong"], leaf=asked["la"])
    response = render(request, "contest/result.html", context)
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
def result_file(request: TimedRequest, slug: str, number: int) -> HttpResponseBase:
    """The public file of a version that was published, for anybody to check."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    versions = ResultVersion.objects.ever_published().select_related("contest")
    version = get_object_or_404(versions, contest=contest, number=number)
    return download(request, public_file(version))


def page_context(request: TimedRequest, version: ResultVersion, code: str) -> dict[str, Any]:
    """The board that is asked for and a page of its rows. Raises Http404 for an unknown board."""
    board = board_of(version, code)
    if board is None:
        raise Http404
    page = Paginator(range(board["count"]), ROWS_A_PAGE).get_page(request.GET.get("page"))
    boards = version.content["boards"]
    whole = board.get("within") or board["code"]
    return {
        "board": board,
        "boards": [it for it in reversed(boards) if not it.get("within")],
        "whole_code": whole,
        "divisions": [it for it in boards if it.get("within") == whole],
        "asks_prediction": bool(PREDICTIONS & set(board["rules"]["chain"])),
        "prizes": prize_lists(version, board),
        **told_facts(version, board),
        "rows": board_page(version, board, page.number),
        "page": page,
        "query": f"ban={version.number}&bang={board['code']}&",
    }


def _asked(request: TimedRequest) -> dict[str, Any]:
    form = ResultRequest(request.GET)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def _chosen(versions: list[ResultVersion], number: int | None) -> ResultVersion | None:
    """The version asked for; else the latest that stands, of the whole contest before a round's.

    Raises Http404 for a number that was never published.
    """
    if number:
        found = next((it for it in versions if it.number == number), None)
        if found is None:
            raise Http404
        return found
    return min(
        versions,
        key=lambda it: (it.withdrawn_at is not None, it.round_id is not None, -it.number),
        default=None,
    )
