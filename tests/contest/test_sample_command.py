import pytest
from django.core.management import call_command

from accounts.models import User


@pytest.mark.django_db
def test_sample_accounts_have_no_password_in_production(settings, capsys):
    settings.DEBUG = False

    call_command("sample")

    assert not User.objects.get(email="tochuc@vidu.vn").has_usable_password()
    assert "contest created, 72 units" in capsys.readouterr().out
