import pytest

from accounts.checks import (
    codes_are_not_left_lying,
    messages_have_a_way,
    staff_use_two_factors,
)

GATEWAY = "accounts.messaging.gateway.HttpBackend"
MAIL = "accounts.messaging.mail.MailBackend"


@pytest.mark.parametrize(
    ("backend", "url", "address", "found"),
    [
        ("", "", "", []),
        (GATEWAY, "https://sms.vidu.vn/", "", []),
        (GATEWAY, "", "", ["accounts.E005"]),
        (MAIL, "", "{phone}@vidu.vn", []),
        (MAIL, "", "", ["accounts.E006"]),
        ("accounts.messaging.Nowhere", "", "", ["accounts.E004"]),
        ("nowhere", "", "", ["accounts.E004"]),
    ],
)
def test_a_message_backend_has_what_it_needs(settings, backend, url, address, found):
    settings.MESSAGE_BACKEND, settings.MESSAGE_MAIL_ADDRESS = backend, address
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "url": url}

    assert [it.id for it in messages_have_a_way()] == found


@pytest.mark.parametrize(
    ("backend", "found"),
    [("accounts.messaging.development.FileBackend", ["accounts.W004"]), (GATEWAY, []), ("", [])],
)
def test_backends_of_development_are_warned_of(settings, backend, found):
    settings.MESSAGE_BACKEND = backend

    assert [it.id for it in codes_are_not_left_lying()] == found


@pytest.mark.parametrize(("required", "found"), [(True, []), (False, ["accounts.W005"])])
def test_staff_without_two_factors_is_warned_of(settings, required, found):
    settings.STAFF_MFA_REQUIRED = required

    assert [it.id for it in staff_use_two_factors()] == found
