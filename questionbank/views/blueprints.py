"""Whether the bank can fill a blueprint, and how much alike its papers will be."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from questionbank.blueprint_check import check_blueprint
from questionbank.blueprint_forms import BlueprintForm

READERS = (Role.AUTHOR, Role.REVIEWER)


@require_safe
@require_role(*READERS, Role.ORGANISER)
def blueprint_check(request: SignedInRequest) -> HttpResponse:
    """The whole blueprint stands in the address, so it can be kept and handed on."""
    form = BlueprintForm(request.GET)
    check = None
    if form.is_bound and form.is_valid():
        check = check_blueprint(
            form.asked(), **form.cleaned_data, on=timezone.localdate(request.at)
        )
    context = {
        "form": form,
        "check": check,
        "may_read_bank": has_role(request.user, *READERS),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "questionbank/blueprint_check.html", context, status=status)
