"""What the database breaks off is tried again."""

import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from contest.services.storing import Save, store
from tests.contest.papers import MINUTE, started_attempt
from tests.factories import NOON

LOCK_SECOND = "UPDATE contest_answer SET saved_at = saved_at WHERE attempt_id = %s AND position = 2"
LOCK_FIRST = "UPDATE contest_answer SET saved_at = saved_at WHERE attempt_id = %s AND position = 1"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_deadlock_costs_no_answer():
    attempt = started_attempt()
    place = connection.settings_dict
    saves = [Save(attempt.pk, position, "A", 1, NOON + MINUTE) for position in (1, 2)]
    kept = []

    def save():
        try:
            kept.append(store(saves, grace=timedelta(0)))
        finally:
            connection.close()

    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], dbname=place["NAME"]
    ) as other:
        other.execute("SET deadlock_timeout = '1min'")  # so that ours is the one broken off
        other.execute(LOCK_SECOND, [attempt.pk])
        thread = threading.Thread(target=save)
        thread.start()
        with psycopg.connect(other.info.dsn, autocommit=True) as watcher:
            while watcher.execute(WAITING, [place["NAME"]]).fetchone() == (0,):
                pass
        other.execute(LOCK_FIRST, [attempt.pk])  # returns when the deadlock is resolved
        other.commit()
        thread.join(20)

    assert kept == [{0, 1}]
    assert list(attempt.answers.values_list("response", flat=True))[:2] == ["A", "A"]
