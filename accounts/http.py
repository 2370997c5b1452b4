"""What every request of ours carries beyond Django's."""

from datetime import datetime

from django.http import HttpRequest

from accounts.models import User


class TimedRequest(HttpRequest):
    """A request with the server's one clock reading for it."""

    at: datetime


class SignedInRequest(TimedRequest):
    """A timed request of a signed-in person."""

    user: User
