"""One-stop-shop mode: the counter's own pages, and the clerk's."""

from http import HTTPStatus
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest, TimedRequest
from accounts.policies import require_role
from accounts.rules.folding import tidy
from contest.counters.devices import authorise_device, device_of, remember_device, revoke_device
from contest.counters.slips import (
    LASTS,
    MOST_FOUND,
    issue_slip,
    people_for_counter,
    use_slip,
)
from contest.errors import ContestError
from contest.middleware import VISIT
from contest.models import Contest, CounterDevice
from contest.registration.codes import code_digest, shown_code
from contest.registration.list_forms import CodeForm
from contest.registration.queries import must_register
from contest.views.activation import BACKEND
from contest.views.contests import visible_contests
from contest.views.people_lists import care_or_403

VISIT_SECONDS = 3 * 3600  # the longest that one person stays signed in at a counter


class DeviceForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Tên quầy"),
        help_text=gettext_lazy("Ví dụ: Quầy số 3, Trung tâm Phục vụ hành chính công."),
        max_length=120,
    )

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])


class PersonSearchForm(forms.Form):
    """Sent by POST: a number of a person belongs in no address."""

    text = forms.CharField(
        label=gettext_lazy("Họ tên, số căn cước, điện thoại hoặc thư điện tử"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class PersonForm(forms.Form):
    participant = forms.IntegerField(min_value=1)


class RevokeForm(forms.Form):
    device = forms.UUIDField()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
def counter(request: TimedRequest, slug: str) -> HttpResponse:
    """The code page of a counter: whoever was here before is gone once it is shown."""
    device = device_of(request)
    if device is None or device.contest.slug != slug:
        return redirect("contest:counter_authorise", slug)
    request.session.flush()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        too_often: HttpResponse | None = consume_or_429(
            request, action="counter_code", key=code_digest("limit", str(device.code))
        )
        if too_often is not None:
            return too_often
        try:
            user = use_slip(device=device, code=form.cleaned_data["code"], at=request.at)
        except ContestError as refusal:
            form.add_error("code", refusal.message)
        else:
            login(request, user, backend=BACKEND)
            request.session[VISIT] = True
            request.session.set_expiry(VISIT_SECONDS)
            asks = must_register(device.contest_id, user.pk)
            return redirect("contest:registration" if asks else "contest:contest_detail", slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"contest": device.contest, "device": device, "form": form}
    return render(request, "contest/counter.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def counter_done(request: TimedRequest, slug: str) -> HttpResponse:
    """Forget the person who was here."""
    request.session.flush()
    response = redirect("contest:counter", slug)
    # not the cookies: one of them makes this device a counter
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.COORDINATOR)
@never_cache
def counter_authorise(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make the device at hand a counter, and sign out on it."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    form = DeviceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        device = authorise_device(
            contest=contest, name=form.cleaned_data["name"], actor=request.user, at=request.at
        )
        request.session.flush()
        response: HttpResponse = redirect("contest:counter", slug)
        remember_device(response, device)
        return response
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"contest": contest, "form": form}
    return render(request, "contest/counter_authorise.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.COORDINATOR)
@never_cache
@sensitive_post_parameters("text")
def counter_desk(request: SignedInRequest, slug: str) -> HttpResponse:
    """The clerk's page: find a person of one's care, give them a code; the counters in use."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    form = PersonSearchForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        people = people_for_counter(contest, care_or_403(request), form.cleaned_data["text"])
        found = list(people[:MOST_FOUND])
    return _desk(request, contest, form=form, found=found)


@require_POST
@require_role(Role.ORGANISER, Role.COORDINATOR)
@never_cache
def counter_slip(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(visible_contests(request), slug=slug)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return redirect("contest:counter_desk", slug)
    try:
        person, code = issue_slip(
            contest=contest,
            care=care_or_403(request),
            participant_id=form.cleaned_data["participant"],
            actor=request.user,
            at=request.at,
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
        return redirect("contest:counter_desk", slug)
    minutes = LASTS.seconds // 60
    issued = {"person": person, "code": shown_code(code), "minutes": minutes}
    return _desk(request, contest, form=PersonSearchForm(), issued=issued)


@require_POST
@require_role(Role.ORGANISER, Role.COORDINATOR)
def counter_revoke(request: SignedInRequest, slug: str) -> HttpResponse:
    """Coordinators close the counters that they opened, organisers any."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return redirect("contest:counter_desk", slug)
    device = get_object_or_404(_devices(request, contest), code=form.cleaned_data["device"])
    revoke_device(device=device, actor=request.user, at=request.at)
    messages.success(request, _("Đã đóng quầy. Thiết bị ấy không vào thi bằng phiếu được nữa."))
    return redirect("contest:counter_desk", slug)


def _devices(request: SignedInRequest, contest: Contest) -> QuerySet[CounterDevice]:
    devices = CounterDevice.objects.in_use().filter(contest=contest)
    if care_or_403(request).unit_ids is not None:
        devices = devices.filter(authorised_by=request.user)
    return devices


def _desk(request: SignedInRequest, contest: Contest, **more: Any) -> HttpResponse:
    context = {
        "contest": contest,
        "devices": _devices(request, contest),
        "found": None,
        "issued": None,
        "most": MOST_FOUND,
        **more,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if more["form"].errors else HTTPStatus.OK
    return render(request, "contest/desks/counter_desk.html", context, status=status)
