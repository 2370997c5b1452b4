import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEntry
from accounts.services.auditing import record_decision
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return record_decision(actor=UserFactory(), at=NOON, action="standings.export", target="x")


def test_the_decision_log_cannot_be_changed(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(reason="khác")

    entry.refresh_from_db()
    assert entry.reason == ""


def test_a_line_of_the_decision_log_cannot_be_saved_again(entry):
    entry.reason = "khác"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


@pytest.mark.postgres
def test_the_decision_log_cannot_be_shortened(entry):
    assert connection.vendor == "postgresql"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
