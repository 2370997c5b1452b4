"""The organisers' list of those who may not win."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Q, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import PeopleFileKind
from contest.errors import ContestError
from contest.models import Contest, ListedPerson
from contest.registration.asking_forms import ListedPersonForm, UnlistForm
from contest.registration.list_forms import PeopleFileForm
from contest.registration.listing import list_person, unlist_person
from contest.registration.people_files import upload

PEOPLE_ON_A_PAGE = 50


@require_safe
@require_role(Role.ORGANISER, Role.OBSERVER)
@never_cache
def listed_people(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    return _page(request, contest, ListedPersonForm(), PeopleFileForm())


@require_POST
@require_role(Role.ORGANISER)
@sensitive_post_parameters("cccd", "phone", "born_on")
def listed_person_add(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = ListedPersonForm(request.POST)
    if form.is_valid():
        try:
            list_person(contest=contest, entry=form.entry(), actor=request.user, at=request.at)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã thêm vào danh sách."))
            return redirect("contest:listed_people", slug)
    return _page(request, contest, form, PeopleFileForm())


@require_POST
@require_role(Role.ORGANISER)
def listed_person_remove(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = UnlistForm(request.POST)
    if not form.is_valid():
        raise Http404
    sent = form.cleaned_data
    try:
        unlist_person(
            contest=contest,
            person_id=sent["person"],
            reason=sent["reason"],
            actor=request.user,
            at=request.at,
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã đưa ra khỏi danh sách."))
    return redirect("contest:listed_people", slug)


@require_POST
@require_role(Role.ORGANISER)
def listed_people_upload(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = PeopleFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, contest, ListedPersonForm(), form)
    file = form.cleaned_data["file"]
    stored = upload(
        contest=contest,
        owner=request.user,
        kind=PeopleFileKind.LISTED,
        name=file.name,
        data=file.read(),
        restores_zeros=form.cleaned_data["restores_zeros"],
        at=request.at,
    )
    return redirect("contest:people_file", stored.code)


def _page(
    request: SignedInRequest, contest: Contest, form: ListedPersonForm, file_form: PeopleFileForm
) -> HttpResponse:
    people = ListedPerson.objects.filter(contest=contest).annotate(
        has_cccd=_is_known("cccd_digest"), has_phone=_is_known("phone_digest")
    )
    context = {
        "contest": contest,
        "form": form,
        "file_form": file_form,
        "page": Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": "",
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    is_refused = form.errors or file_form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "contest/desks/listed_people.html", context, status=status)


def _is_known(column: str) -> Case:
    """Whether there is a number: the page learns nothing else of it."""
    return Case(
        When(Q(**{column: ""}), then=Value(False)),
        default=Value(True),
        output_field=BooleanField(),
    )
