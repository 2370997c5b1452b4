"""Pictures on the desk: shown to the drafting team, and chosen while a question is written."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from questionbank.forms import PictureForm
from questionbank.models import Image
from questionbank.picture_answers import picture_answer
from questionbank.services.keeping_pictures import keep_sent_picture


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def picture(request: SignedInRequest, digest: str) -> HttpResponseBase:
    if not Image.objects.filter(digest=digest).exists():
        raise Http404
    return picture_answer(request, digest)


@require_POST
@require_role(Role.AUTHOR)
def picture_choose(request: SignedInRequest) -> HttpResponse:
    """A part of the editor: the picture just chosen, kept, or why it is refused."""
    form = PictureForm(request.POST, request.FILES)
    form.is_valid()
    if form.sent_picture is not None:
        keep_sent_picture(form.sent_picture, at=request.at)
        form.show_kept()
    response = render(request, "questionbank/_picture_field.html", {"form": form})
    response["HX-Trigger-After-Settle"] = "picture-changed"
    return response
