"""Settings that leave people stranded, or less safe than they think."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import (
    CheckMessage,
    Error as CheckError,
    Tags,
    Warning as CheckWarning,
    register,
)
from django.db import connections
from django.utils.module_loading import import_string

from accounts.encryption import development_key
from accounts.messaging.gateway import HttpBackend
from accounts.messaging.mail import MailBackend
from accounts.models import NationalId

FEWEST_BYTES = 16  # different ones in a key; of 32 random bytes about 30 differ
NEW_KEY = "Make another: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'."
NATIONAL_IDS = "accounts_nationalid"
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


@register(Tags.security, deploy=True)
def personal_data_keys_are_strong(**_kwargs: Any) -> list[CheckMessage]:
    """Whoever guesses a key reads every number in a stolen backup."""
    data_keys, index_key = settings.PERSONAL_DATA_KEYS, settings.BLIND_INDEX_KEY
    found: list[CheckMessage] = []
    for name, keys in (("PERSONAL_DATA_KEYS", data_keys), ("BLIND_INDEX_KEY", [index_key])):
        if not keys or any(map(_is_weak, keys)):
            message = f"{name} is missing, not random, or the one for development."
            found.append(CheckError(message, hint=NEW_KEY, id="accounts.E001"))
    if len({*data_keys, index_key}) <= len(data_keys):
        message = "PERSONAL_DATA_KEYS and BLIND_INDEX_KEY hold the same key twice."
        found.append(CheckError(message, hint=NEW_KEY, id="accounts.E002"))
    return found


def _is_weak(key: bytes) -> bool:
    is_known = key in {development_key("data"), development_key("index")}
    return is_known or len(set(key)) < FEWEST_BYTES


@register(Tags.database)
def national_ids_are_usable(
    databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """After a change of BLIND_INDEX_KEY nobody is found, so one number would make two people;
    and a database brought back from a backup may be older than the keys."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        if NATIONAL_IDS not in connections[alias].introspection.table_names():
            continue  # before the first migration
        numbers = NationalId.objects.using(alias)
        if numbers.indexed_otherwise().exists():
            message = "Numbers are indexed with another BLIND_INDEX_KEY, so they are not found."
            hint = "Run: manage.py rotate_personal_data_keys --index"
            found.append(CheckWarning(message, hint=hint, id="accounts.W002"))
        if numbers.unreadable().exists():
            message = "Numbers are encrypted with a key that PERSONAL_DATA_KEYS does not hold."
            hint = "Add the older key after the newest one."
            found.append(CheckWarning(message, hint=hint, id="accounts.W003"))
    return found


@register(Tags.security)
def single_sign_on_is_whole_or_off(**_kwargs: Any) -> list[CheckMessage]:
    needed = {
        "OIDC_NAME": settings.OIDC["name"],
        "OIDC_SERVER_URL": settings.OIDC["server_url"],
        "OIDC_CLIENT_ID": settings.OIDC["client_id"],
    }
    missing = [name for name, value in needed.items() if not value]
    if not missing or len(missing) == len(needed):
        return []
    told = f"Single sign-on is set up in part; missing: {', '.join(missing)}."
    return [CheckError(told, id="accounts.E003")]


@register(Tags.security)
def messages_have_a_way(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    try:
        backend = import_string(settings.MESSAGE_BACKEND) if settings.MESSAGE_BACKEND else None
    except ImportError:
        told = f"MESSAGE_BACKEND names nothing: {settings.MESSAGE_BACKEND}."
        return [CheckError(told, id="accounts.E004")]
    if backend is HttpBackend and not settings.SMS_GATEWAY["url"]:
        found.append(CheckError("MESSAGE_BACKEND needs SMS_URL.", id="accounts.E005"))
    if backend is MailBackend and not settings.MESSAGE_MAIL_ADDRESS:
        found.append(CheckError("MESSAGE_BACKEND needs MESSAGE_MAIL_ADDRESS.", id="accounts.E006"))
    return found


@register(Tags.security, deploy=True)
def codes_are_not_left_lying(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.MESSAGE_BACKEND.startswith("accounts.messaging.development."):
        return []
    told = "MESSAGE_BACKEND leaves whole codes on this machine; it is for development."
    return [CheckWarning(told, id="accounts.W004")]


@register(Tags.security, deploy=True)
def staff_use_two_factors(**_kwargs: Any) -> list[CheckMessage]:
    if settings.STAFF_MFA_REQUIRED:
        return []
    return [CheckWarning("STAFF_MFA_REQUIRED is off.", id="accounts.W005")]
