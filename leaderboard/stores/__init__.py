"""The store that this process uses: Redis where REDIS_URL is set, else the process's memory."""

from functools import lru_cache
from hashlib import blake2b

from django.conf import settings
from django.db import connection
from redis import Redis

from leaderboard.stores.base import (
    BoardPage,
    BoardState,
    Entry,
    Rank,
    StandingsStore,
    Ticket,
)
from leaderboard.stores.memory import MemoryStore
from leaderboard.stores.redis import RedisStore

__all__ = [
    "BoardPage",
    "BoardState",
    "Entry",
    "Rank",
    "StandingsStore",
    "Ticket",
    "forget_stores",
    "local_store",
    "main_store",
]


@lru_cache(maxsize=1)
def main_store() -> StandingsStore:
    if not settings.REDIS_URL:
        return local_store()
    client = Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=1,
        health_check_interval=30,
    )
    return RedisStore(client, namespace=f"board:{_database_mark()}")


@lru_cache(maxsize=1)
def local_store() -> StandingsStore:
    """In this process's memory: without Redis the store, with Redis what helps when it is away."""
    return MemoryStore()


def forget_stores() -> None:
    """Start anew, as after a restart of the process."""
    main_store.cache_clear()
    local_store.cache_clear()


def _database_mark() -> str:
    # two databases that share one Redis must not share boards: their row numbers overlap
    place = [str(connection.settings_dict[part]) for part in ("HOST", "PORT", "NAME")]
    return blake2b("|".join(place).encode(), digest_size=6).hexdigest()
