"""Looking at a participant's whole identity number, to compare it with their papers."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.errors import AccountError
from accounts.http import SignedInRequest
from accounts.policies import require_role
from accounts.queries import masked_national_ids
from accounts.services.identity import reveal_national_id
from contest.forms import ReasonField
from contest.models import Contest, Participant
from contest.results.decision_forms import PersonSearchForm
from contest.results.decision_log import people_found
from contest.results.progress import contests_progress


class LookForm(forms.Form):
    """Whose number, and why."""

    participant = forms.ModelChoiceField(
        queryset=Participant.objects.none(), widget=forms.HiddenInput
    )
    reason = ReasonField()

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = contest.participants.select_related("user", "unit")
        self.fields["participant"].queryset = people  # type: ignore[attr-defined]
        self.fields["reason"].label = gettext_lazy("Lý do xem số căn cước")


@require_safe
@require_role(Role.IDENTITY_VIEWER)
def national_id_desk(request: SignedInRequest) -> HttpResponse:
    context = {"contests": contests_progress(at=request.at)}
    return render(request, "contest/desks/national_id_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.IDENTITY_VIEWER)
@never_cache
def national_id(request: SignedInRequest, slug: str) -> HttpResponse:
    """Search, choose, give a reason: then the number stands on the page, once, and in the log who
    looked. Nothing of it is in an address."""
    contest = get_object_or_404(Contest, slug=slug)
    is_look = request.method == "POST" and "participant" in request.POST
    is_search = request.method == "POST" and not is_look
    search = PersonSearchForm(request.POST if is_search else None)
    look = LookForm(contest, request.POST if is_look else None)
    context: dict[str, Any] = {"contest": contest, "search_form": search, "look_form": look}
    if search.is_valid():
        context["found"] = _with_masked(people_found(contest, search.cleaned_data["who"]))
    if look.is_valid():
        person = look.cleaned_data["participant"]
        try:
            context["number"] = reveal_national_id(
                user_id=person.user_id,
                actor=request.user,
                reason=look.cleaned_data["reason"],
                at=request.at,
            )
            context["person"] = person
        except AccountError as refusal:
            look.add_error(None, refusal.message)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if search.errors or look.errors else HTTPStatus.OK
    return render(request, "contest/desks/national_id.html", context, status=status)


def _with_masked(people: list[Participant]) -> list[tuple[Participant, str]]:
    """Those who gave a number, each with what may be shown of it."""
    masked = masked_national_ids([person.user_id for person in people])
    return [(it, masked[it.user_id]) for it in people if it.user_id in masked]
