import logging
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from accounts.enums import Role
from contest.enums import ScanState
from contest.errors import ContestError
from contest.integrity import running
from contest.integrity.running import SILENT, begin_scan, run_scan
from contest.integrity.scanning import STEP_COUNT
from contest.models import IntegrityScan
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def contest_with_a_pair():
    contest = ContestFactory()
    for _ in range(2):
        user = UserFactory(full_name="Trần Văn Hoà", born_on="1990-05-19")
        ParticipantFactory(contest=contest, user=user)
    return contest


def test_a_scan_notes_every_step_and_what_it_found():
    contest = contest_with_a_pair()

    run_scan(begin_scan(contest, started_by=None, at=NOON))

    scan = IntegrityScan.objects.get()
    assert (scan.state, scan.step) == (ScanState.DONE, STEP_COUNT)
    assert (scan.summary["participants"], scan.summary["new_clusters"]) == (2, 1)
    assert scan.finished_at is not None


def test_a_second_scan_of_the_contest_is_refused_and_another_contest_is_free():
    contest = ContestFactory()
    begin_scan(contest, started_by=None, at=NOON)

    with pytest.raises(ContestError) as refused:
        begin_scan(contest, started_by=None, at=NOON + SILENT)
    begin_scan(ContestFactory(), started_by=None, at=NOON)

    assert refused.value.code == "scan_running"


def test_a_scan_whose_process_died_is_begun_again():
    contest = ContestFactory()
    dead = begin_scan(contest, started_by=None, at=NOON)

    begin_scan(contest, started_by=None, at=NOON + SILENT + timedelta(seconds=1))

    dead.refresh_from_db()
    assert dead.state == ScanState.FAILED


def test_a_scan_that_fails_leaves_the_queue_as_it_was(monkeypatch, caplog):
    contest = contest_with_a_pair()
    run_scan(begin_scan(contest, started_by=None, at=NOON))

    def fail(*_args, **_kwargs):
        raise RuntimeError("no memory")

    monkeypatch.setattr(running, "scan_integrity", fail)
    scan = begin_scan(contest, started_by=None, at=NOON)
    with pytest.raises(RuntimeError):
        run_scan(scan)

    scan.refresh_from_db()
    assert (scan.state, contest.integrity_clusters.count()) == (ScanState.FAILED, 1)


def test_the_command_is_refused_while_a_scan_goes_on():
    contest = ContestFactory(slug="cchc")
    scan = begin_scan(contest, started_by=None, at=NOON)
    IntegrityScan.objects.update(told_at=NOON + timedelta(days=36500))

    with pytest.raises(CommandError, match="is being scanned already"):
        call_command("scan_integrity", "cchc")

    scan.refresh_from_db()
    assert scan.state == ScanState.RUNNING


@pytest.mark.django_db(transaction=True)
def test_the_button_scans_in_the_background(client, caplog):
    caplog.set_level(logging.INFO)
    contest = contest_with_a_pair()
    client.force_login(RoleGrantFactory(role=Role.JURY).user)

    client.post(reverse("contest:integrity_scan", args=[contest.slug]))
    for thread in threading.enumerate():
        if thread.name == "integrity-scan":
            thread.join(timeout=30)

    page = client.get(reverse("contest:integrity_queue", args=[contest.slug]))
    assert page.context["scan"].state == ScanState.DONE
    assert [row.names for row in page.context["rows"]] == [["Trần Văn Hoà", "Trần Văn Hoà"]]
    assert "Hoà" not in caplog.text
