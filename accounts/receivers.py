"""What follows from news of allauth."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User


@receiver(authenticator_added)
def setting_up_is_showing(
    request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any
) -> None:
    """Who has just set up a second factor has shown it: this session may go on to its desk."""
    record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
