from threading import Event, Thread

import pytest

from contest.singleflight import SingleFlightCache


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_kept_value_is_not_computed_again_until_it_is_old():
    clock, computed = Clock(), []
    cache = SingleFlightCache(size=10, seconds=5, clock=clock)

    def compute():
        computed.append(clock.now)
        return clock.now

    values = []
    for clock.now in (0.0, 4.9, 5.0, 6.0):
        values.append(cache.get("key", compute))

    assert values == [0.0, 0.0, 5.0, 5.0]
    assert computed == [0.0, 5.0]


def test_the_longest_unused_goes_first():
    computed = []
    cache = SingleFlightCache(size=2, seconds=5, clock=Clock())
    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get(key, lambda key=key: computed.append(key))

    assert computed == ["a", "b", "c", "b"]


def test_an_error_reaches_all_who_wait_and_is_not_kept():
    cache, entered, go = SingleFlightCache(size=2, seconds=5), Event(), Event()
    errors = []

    def fail():
        entered.set()
        go.wait(5)
        raise LookupError("once")

    def ask():
        try:
            cache.get("key", fail)
        except LookupError as error:
            errors.append(str(error))

    first = Thread(target=ask)
    first.start()
    entered.wait(5)
    second = Thread(target=ask)
    second.start()
    go.set()
    first.join()
    second.join()

    assert errors == ["once", "once"]
    assert cache.get("key", lambda: 7) == 7


def test_nothing_is_kept_after_clear():
    cache = SingleFlightCache(size=2, seconds=5)
    cache.get("key", lambda: 1)
    cache.clear()

    assert cache.get("key", lambda: 2) == 2


def test_an_error_leaves_the_key_free():
    cache = SingleFlightCache(size=2, seconds=5)
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 / 0)

    assert cache.get("key", lambda: 2) == 2


def test_what_is_stale_makes_room_for_what_comes():
    now = 0.0
    cache = SingleFlightCache(size=100, seconds=10, clock=lambda: now)
    for number in range(5):
        cache.get(number, lambda: "old")

    now = 10.0
    cache.get("new", lambda: "new")

    assert list(cache._kept) == ["new"]
