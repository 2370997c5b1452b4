import asyncio
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config import expiry
from contest.models import Attempt
from tests.contest.papers import playable_round, started_attempt


@pytest.mark.django_db(transaction=True)
def test_the_server_closes_expired_attempts_by_itself(monkeypatch):
    monkeypatch.setattr(expiry, "INTERVAL_SECONDS", 0.01)
    now = timezone.now()
    hour = timedelta(hours=1)
    contest_round = playable_round(opens_at=now - 3 * hour, closes_at=now + hour)
    attempt = started_attempt(contest_round=contest_round, at=now - 2 * hour)

    asyncio.run(_serve_until(lambda: Attempt.objects.filter(closed_by="expiry").exists()))

    attempt.refresh_from_db()
    assert attempt.submitted_at == attempt.deadline_at


async def _serve_until(condition):
    """Run the server's lifespan until the condition holds, then stop it as a server does."""
    inbox: asyncio.Queue = asyncio.Queue()
    outbox: asyncio.Queue = asyncio.Queue()
    await inbox.put({"type": "lifespan.startup"})
    serving = asyncio.create_task(expiry.LifespanWithExpiry()({}, inbox.get, outbox.put))
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(_in_thread, condition):
            await asyncio.sleep(0.01)
    await inbox.put({"type": "lifespan.shutdown"})
    assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
    await serving


def _in_thread(condition):
    try:
        return condition()
    finally:
        connection.close()
