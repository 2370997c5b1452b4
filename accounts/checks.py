"""Settings that leave people stranded."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning as CheckWarning, register

DUMMY = "django.core.mail.backends.dummy.EmailBackend"


@register(Tags.security, deploy=True)
def mail_goes_somewhere(**_kwargs: Any) -> list[CheckMessage]:
    """A forgotten password is reset by mail, which the default of production throws away."""
    if settings.EMAIL_BACKEND != DUMMY:
        return []
    hint = "Set EMAIL_URL, e.g. smtp+tls://user:password@host:587."
    return [
        CheckWarning("Mail for resetting passwords is thrown away.", hint=hint, id="accounts.W001")
    ]
