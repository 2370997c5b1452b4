"""From a printed slip to an account of one's own."""

from http import HTTPStatus

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.adapter import TAKEN
from accounts.http import TimedRequest
from contest.errors import ContestError
from contest.models import ActivationSlip
from contest.registration.codes import code_digest
from contest.registration.list_forms import CodeForm, FirstContactForm, NewPasswordForm
from contest.registration.slips import activate, open_slip

SLIP = "activation_slip"  # in the session: the slip whose code was typed
BACKEND = "accounts.backends.PersonBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
def activation(request: TimedRequest) -> HttpResponse:
    """The code; the QR brings it behind the #, which a script moves into the box."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        too_often: HttpResponse | None = consume_or_429(
            request, action="activation", key=code_digest("limit", code)
        )
        if too_often is not None:
            return too_often
        slip = open_slip(code, at=request.at)
        if slip is not None:
            request.session[SLIP] = slip.pk
            return redirect("contest:activation_password")
        form.add_error("code", _("Mã không đúng, đã dùng rồi hoặc đã hết hạn."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/activation.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password")
def activation_password(request: TimedRequest) -> HttpResponse:
    """Whose slip it is, their password, and how to reach them where the list did not tell; then
    the registration, to confirm."""
    slips = ActivationSlip.objects.open(at=request.at).select_related(
        "participant__user", "participant__contest", "participant__unit"
    )
    slip = slips.filter(pk=request.session.get(SLIP, 0)).first()
    if slip is None:
        return redirect("contest:activation")
    participant = slip.participant
    asks = FirstContactForm if participant.user.awaits_contact else NewPasswordForm
    form = asks(request.POST if request.method == "POST" else None, user=participant.user)
    if form.is_valid():
        try:
            user = activate(slip_id=slip.pk, at=request.at, **form.cleaned_data)
        except ContestError as refusal:
            messages.error(request, refusal.message)
            return redirect("contest:activation")
        except IntegrityError:
            form.add_error(None, TAKEN)
        else:
            request.session.flush()  # whoever was signed in here is not
            login(request, user, backend=BACKEND)
            return redirect("contest:registration", participant.contest.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "participant": participant, "contest": participant.contest}
    return render(request, "contest/activation_password.html", context, status=status)
