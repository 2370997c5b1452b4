from hashlib import sha256

import pytest

from accounts.checks import (
    mail_goes_somewhere,
    national_ids_are_usable,
    personal_data_keys_are_strong,
)
from accounts.encryption import development_key

# the same in every process of a test run, where they are part of the tests' names
ONE, OTHER, THIRD = (sha256(name).digest() for name in (b"one", b"other", b"third"))


def test_production_without_mail_is_warned(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert [found.id for found in mail_goes_somewhere()] == ["accounts.W001"]


def test_a_mail_server_is_enough(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert mail_goes_somewhere() == []


@pytest.mark.parametrize(
    ("data_keys", "index_key", "found"),
    [
        ([ONE], OTHER, []),
        ([ONE, THIRD], OTHER, []),
        ([], OTHER, ["accounts.E001"]),
        ([bytes(32)], OTHER, ["accounts.E001"]),
        ([b"0123456789abcdef" * 2], OTHER, []),
        ([b"0123456789abcdee" * 2], OTHER, ["accounts.E001"]),
        ([ONE, development_key("data")], OTHER, ["accounts.E001"]),
        ([ONE], development_key("index"), ["accounts.E001"]),
        ([development_key("data")], development_key("index"), ["accounts.E001"] * 2),
        ([ONE], ONE, ["accounts.E002"]),
        ([ONE, ONE], OTHER, ["accounts.E002"]),
    ],
)
def test_weak_missing_or_repeated_keys_are_refused(settings, data_keys, index_key, found):
    settings.PERSONAL_DATA_KEYS, settings.BLIND_INDEX_KEY = data_keys, index_key

    assert [message.id for message in personal_data_keys_are_strong()] == found


def test_without_a_database_to_look_at_nothing_is_said_of_numbers():
    assert national_ids_are_usable(databases=None) == []
