"""However many cache objects Django makes, Redis sees the connections of one pool."""

from threading import Thread

import pytest
from django.conf import settings
from django.core.cache import caches
from redis import Redis

from config.redis_pool import SharedConnectionPool

PEOPLE = 40


def test_an_address_has_one_pool():
    pool = SharedConnectionPool.from_url("redis://127.0.0.1:1/0")

    assert SharedConnectionPool.from_url("redis://127.0.0.1:1/0") is pool
    assert SharedConnectionPool.from_url("redis://127.0.0.1:2/0") is not pool


@pytest.mark.postgres
def test_cache_objects_of_many_people_share_a_connection():
    if not settings.REDIS_URL:
        pytest.fail("this test needs REDIS_URL beside PostgreSQL")
    redis = Redis.from_url(settings.REDIS_URL)
    before = len(redis.client_list())
    kept = []

    def read() -> None:
        kept.append(caches["default"])  # one object a thread, as one a socket
        kept[-1].get("nothing")

    for _person in range(PEOPLE):
        thread = Thread(target=read)
        thread.start()
        thread.join()

    assert len(set(map(id, kept))) == PEOPLE
    assert len(redis.client_list()) <= before + 1
    redis.close()
