"""The organisers' page for giving time: to one person, and after an outage."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.forms import ExtraTimeForm, OutageForm
from contest.models import Contest
from contest.queries.rounds import people_with_extra_time, recorded_outages
from contest.services.giving_time import OutageEffect, give_extra_time, record_outage


@require_safe
@require_role(Role.ORGANISER, Role.OBSERVER)
def giving_time(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    return _page(request, contest, OutageForm(contest), ExtraTimeForm())


@require_POST
@require_role(Role.ORGANISER)
def outage_record(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = OutageForm(contest, request.POST)

    def deed() -> str:
        sent = form.cleaned_data
        return _told(
            record_outage(
                round_id=sent["round"].pk,
                began_at=sent["began_at"],
                ended_at=sent["ended_at"],
                reason=sent["reason"],
                actor=request.user,
                at=request.at,
            )
        )

    if _done(request, form, deed):
        return redirect("contest:giving_time", slug)
    return _page(request, contest, form, ExtraTimeForm())


@require_POST
@require_role(Role.ORGANISER)
def extra_time_give(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = ExtraTimeForm(request.POST)

    def deed() -> str:
        sent = form.cleaned_data
        participant = give_extra_time(
            contest_id=contest.pk,
            user=form.person,
            percent=sent["percent"],
            reason=sent["reason"],
            actor=request.user,
            at=request.at,
        )
        return _("%(name)s được cộng %(percent)d%% thời gian làm bài.") % {
            "name": participant.full_name,
            "percent": participant.extra_time_percent,
        }

    if _done(request, form, deed):
        return redirect("contest:giving_time", slug)
    return _page(request, contest, OutageForm(contest), form)


def _done(request: SignedInRequest, form: Form, deed: Callable[[], str]) -> bool:
    """Do it if the form is right; what is wrong is left with the form."""
    if not form.is_valid():
        return False
    try:
        messages.success(request, deed())
    except ContestError as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _page(
    request: SignedInRequest, contest: Contest, outage_form: OutageForm, extra_form: ExtraTimeForm
) -> HttpResponse:
    context = {
        "contest": contest,
        "outage_form": outage_form,
        "extra_form": extra_form,
        "outages": recorded_outages(contest),
        "people": people_with_extra_time(contest),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    is_refused = outage_form.errors or extra_form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "contest/desks/giving_time.html", context, status=status)


def _told(effect: OutageEffect) -> str:
    """What came of an outage, in sentences."""
    counted = [
        (
            effect.extended,
            ngettext(
                "%(count)d bài đang làm được lùi hạn nộp.",
                "%(count)d bài đang làm được lùi hạn nộp.",
                effect.extended,
            ),
        ),
        (
            effect.reopened,
            ngettext(
                "%(count)d bài bị hết giờ trong sự cố được mở lại.",
                "%(count)d bài bị hết giờ trong sự cố được mở lại.",
                effect.reopened,
            ),
        ),
        (
            effect.shortened,
            ngettext(
                "%(count)d bài đã nộp được trừ thời gian sự cố.",
                "%(count)d bài đã nộp được trừ thời gian sự cố.",
                effect.shortened,
            ),
        ),
        (
            effect.too_late,
            ngettext(
                "%(count)d bài đã đóng và không còn trả lại thời gian được.",
                "%(count)d bài đã đóng và không còn trả lại thời gian được.",
                effect.too_late,
            ),
        ),
    ]
    parts = [words % {"count": count} for count, words in counted if count]
    if not parts:
        return _("Đã ghi nhận sự cố. Không có bài thi nào bị ảnh hưởng thêm.")
    return " ".join([_("Đã ghi nhận sự cố."), *parts])
