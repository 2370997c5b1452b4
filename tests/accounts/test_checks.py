from accounts.checks import mail_goes_somewhere


def test_production_without_mail_is_warned(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert [found.id for found in mail_goes_somewhere()] == ["accounts.W001"]


def test_a_mail_server_is_enough(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert mail_goes_somewhere() == []
