import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from config import lifespan
from contest import tasks
from contest.enums import ClosedBy
from contest.signals import attempt_graded
from tests.contest.papers import playable_round, started_attempt

HOUR = timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_the_server_closes_expired_attempts_by_itself(monkeypatch):
    monkeypatch.setattr(tasks, "INTERVAL_SECONDS", 0.01)
    now = timezone.now()
    contest_round = playable_round(opens_at=now - 3 * HOUR, closes_at=now + HOUR)
    attempt = started_attempt(contest_round=contest_round, at=now - 2 * HOUR)

    asyncio.run(_serve_until_graded())

    attempt.refresh_from_db()
    assert attempt.submitted_at == attempt.deadline_at
    assert attempt.closed_by == ClosedBy.EXPIRY


async def _serve_until_graded():
    """Run the server's lifespan until an attempt is graded, then stop it as a server does."""
    loop, graded = asyncio.get_running_loop(), asyncio.Event()

    def listen(**_kwargs):
        loop.call_soon_threadsafe(graded.set)

    attempt_graded.connect(listen)
    inbox: asyncio.Queue = asyncio.Queue()
    outbox: asyncio.Queue = asyncio.Queue()
    await inbox.put({"type": "lifespan.startup"})
    serving = asyncio.create_task(lifespan.Lifespan()({}, inbox.get, outbox.put))
    try:
        assert (await outbox.get())["type"] == "lifespan.startup.complete"
        async with asyncio.timeout(10):
            await graded.wait()
        await inbox.put({"type": "lifespan.shutdown"})
        assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
    finally:
        attempt_graded.disconnect(listen)
        await serving


async def test_the_server_leaves_it_to_the_worker_if_told_so(settings):
    settings.EXPIRY_IN_ASGI = False
    inbox: asyncio.Queue = asyncio.Queue()
    outbox: asyncio.Queue = asyncio.Queue()
    await inbox.put({"type": "lifespan.startup"})
    serving = asyncio.create_task(lifespan.Lifespan()({}, inbox.get, outbox.put))

    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    deeds = asyncio.all_tasks() - {asyncio.current_task(), serving}
    assert {deed.get_coro().__name__ for deed in deeds} == {
        "collect_by_the_clock",
        "watch_sessions",
    }

    await inbox.put({"type": "lifespan.shutdown"})
    assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
    await serving
