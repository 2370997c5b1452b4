"""A thousand simultaneous loads of a board that nobody has computed yet."""

import re
from threading import Barrier, Lock, Thread

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from leaderboard.services import snapshots
from tests.factories import NOON, RoundFactory, SubmittedAttemptFactory

THREADS, LOADS_EACH = 50, 20
# what a request asks for itself: the contest, its rounds, its divisions; and once a second the
# count by which a board is checked
NOT_SHARED = re.compile(r'^SELECT COUNT\(\*\)|FROM "contest_(contest|round|division)"')


@pytest.mark.django_db(transaction=True)
def test_a_thousand_simultaneous_loads_compute_one_snapshot(monkeypatch):
    contest_round = RoundFactory()
    SubmittedAttemptFactory.create_batch(5, round=contest_round)
    url = reverse("leaderboard:round_board", args=[contest_round.contest.slug, contest_round.slug])
    rendered = _spy(monkeypatch, "render_to_string")
    computed = _spy(monkeypatch, "_compute")
    asked, bodies, lock, barrier = [], [], Lock(), Barrier(THREADS)

    def note(execute, sql, params, many, context):
        with lock:
            asked.append(sql)
        return execute(sql, params, many, context)

    def load():
        client = Client()
        try:
            with connection.execute_wrapper(note):
                barrier.wait()
                pages = [client.get(f"{url}?phan=bang").content for _ in range(LOADS_EACH)]
            with lock:
                bodies.extend(pages)
        finally:
            connections.close_all()

    with time_machine.travel(NOON, tick=False):
        threads = [Thread(target=load) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert (len(computed), len(rendered)) == (1, 1)
    assert len(bodies) == THREADS * LOADS_EACH
    assert set(bodies) == {bodies[0]}
    # results, counts and people of the rebuild; the rows
    shared = [sql for sql in asked if sql.startswith("SELECT") and not NOT_SHARED.search(sql)]
    assert len(shared) == 4


def _spy(monkeypatch, name):
    """Note the calls of what a snapshot is made with, and let them through."""
    calls, real = [], getattr(snapshots, name)

    def noted(*args, **kwargs):
        calls.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(snapshots, name, noted)
    return calls
