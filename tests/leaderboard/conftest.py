import pytest
from django.conf import settings
from redis import Redis

from leaderboard import consumers
from leaderboard.services.snapshots import forget_snapshots
from leaderboard.services.standings import forget_checks
from leaderboard.stores import forget_stores, main_store
from leaderboard.stores.memory import MemoryStore
from leaderboard.stores.redis import RedisStore

collect_ignore = [] if settings.REDIS_URL else ["stores/test_redis.py"]


def _empty_redis():
    client = Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter(match="{board:*"):
        client.delete(key)


@pytest.fixture(autouse=True)
def fresh_boards():
    """Every test begins like a restarted server, with nothing left in Redis."""
    forget_stores()
    forget_checks()
    forget_snapshots()
    consumers.forget_answers()
    if settings.REDIS_URL:
        _empty_redis()
    yield
    if settings.REDIS_URL:
        _empty_redis()
    forget_stores()


@pytest.fixture
def drop_store(fresh_boards):
    """What a restart of the process, or FLUSHALL, does to the standings."""

    def drop():
        forget_stores()
        forget_snapshots()
        if settings.REDIS_URL:
            _empty_redis()

    return drop


def _stores():
    return ["memory", "redis"] if settings.REDIS_URL else ["memory"]


@pytest.fixture(params=_stores())
def store(request, fresh_boards):
    if request.param == "memory":
        return MemoryStore()
    return RedisStore(Redis.from_url(settings.REDIS_URL, decode_responses=True), "board:test")


@pytest.fixture
def board_store(fresh_boards):
    return main_store()
