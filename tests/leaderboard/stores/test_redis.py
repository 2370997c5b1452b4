"""What only a store outside the process can suffer."""

import pytest
from django.conf import settings
from redis import Redis

from leaderboard.stores.redis import RedisStore
from tests.leaderboard.stores.test_contract import BOARD, build, entry, put

KEYS = ["meta", "rows", "order:0", "order:5", "units:0", "units:5"]


@pytest.fixture
def redis_store(fresh_boards):
    store = RedisStore(Redis.from_url(settings.REDIS_URL, decode_responses=True), "board:test")
    build(store, entry(1, 12, division_id=5, unit_id=3), entry(2, 11, division_id=5, unit_id=3))
    put(store, entry(3, 10, division_id=5, unit_id=4))
    return store


@pytest.mark.parametrize("lost", KEYS)
def test_a_board_that_lost_one_key_counts_as_not_built(redis_store, lost):
    redis_store._redis.delete(f"{{board:test:{BOARD}}}:{lost}")

    pages = [
        redis_store.page(BOARD, division_id=division_id, offset=0, limit=50)
        for division_id in (None, 5)
    ]

    assert None in pages


@pytest.mark.parametrize("lost", [*KEYS, "tickets"])
def test_a_rebuild_repairs_whatever_was_lost(redis_store, lost):
    redis_store._redis.delete(f"{{board:test:{BOARD}}}:{lost}")

    build(redis_store, entry(1, 12, division_id=5), entry(2, 11, division_id=5))

    found = redis_store.page(BOARD, division_id=5, offset=0, limit=50)
    assert (found.places, found.participant_count) == ([1, 2], 2)


def test_every_key_of_a_board_goes_away_by_itself(redis_store):
    keys = redis_store._redis.keys(f"{{board:test:{BOARD}}}*")

    assert keys
    assert all(redis_store._redis.ttl(key) > 0 for key in keys)


def test_a_void_swap_leaves_nothing_behind(redis_store):
    old = redis_store.ticket(BOARD)
    redis_store.clear(BOARD)

    redis_store.swap(BOARD, [entry(1, unit_id=3)], old)

    assert redis_store._redis.keys(f"{{board:test:{BOARD}}}*") == []
