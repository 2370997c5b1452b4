"""The way into a contest on paper: QR codes and a poster."""

from django import forms
from django.db.models import Max, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from accounts.enums import Role
from accounts.http import TimedRequest
from accounts.policies import has_role
from contest.addresses import public_address
from contest.models import Contest
from contest.qr_codes import qr_png, qr_svg

SMALLEST, USUAL, LARGEST = 128, 512, 2048  # pixels


class SizeForm(forms.Form):
    size = forms.IntegerField(min_value=SMALLEST, max_value=LARGEST, required=False)


@require_safe
@cache_control(max_age=24 * 60 * 60)
@conditional_page
def contest_qr_svg(request: TimedRequest, slug: str) -> HttpResponse:
    code = qr_svg(contest_address(request, _visible_contest(request, slug)))
    return HttpResponse(code, content_type="image/svg+xml")


@require_safe
@cache_control(max_age=24 * 60 * 60)
@conditional_page
def contest_qr_png(request: TimedRequest, slug: str) -> HttpResponse:
    """`?size=` in pixels, from SMALLEST to LARGEST."""
    contest = _visible_contest(request, slug)
    form = SizeForm(request.GET)
    if not form.is_valid():
        return HttpResponse(
            form.errors["size"].as_text(), status=400, content_type="text/plain; charset=utf-8"
        )
    size = form.cleaned_data["size"] or USUAL
    code = qr_png(contest_address(request, contest), size=size)
    return HttpResponse(code, content_type="image/png")


@require_safe
def poster(request: TimedRequest, slug: str) -> HttpResponse:
    contest = _visible_contest(request, slug)
    rounds = contest.rounds.official()
    dates = rounds.aggregate(opens_at=Min("opens_at"), closes_at=Max("closes_at"))
    # for people to read and type: browsers add the scheme themselves
    address = contest_address(request, contest).partition("://")[2]
    context = {"contest": contest, "address": address, **dates}
    return render(request, "contest/poster.html", context)


def contest_address(request: TimedRequest, contest: Contest) -> str:
    """The absolute address of the contest's page, as the public reaches it."""
    return public_address(request, reverse("contest:contest_detail", args=[contest.slug]))


def _visible_contest(request: TimedRequest, slug: str) -> Contest:
    """Who asks matters only before the publication, so that answers stay the same for all."""
    contest = get_object_or_404(Contest, slug=slug)
    if not contest.is_published and not has_role(request.user, Role.ORGANISER, Role.OBSERVER):
        return get_object_or_404(Contest.objects.published(), slug=slug)
    return contest
