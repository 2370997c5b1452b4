import asyncio
import threading

import pytest

from contest.services.group_commit import GroupCommit


class Store:
    """A store that can be held up, and remembers its batches."""

    def __init__(self):
        self.batches = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def write(self, items):
        self.may_go_on.wait(5)
        self.batches.append(list(items))
        if "bad" in items:
            raise OSError("disk full")
        return [item.upper() for item in items]


async def test_an_idle_store_is_written_at_once():
    store = Store()

    assert await GroupCommit(store.write).save(["a", "b"]) == ["A", "B"]
    assert store.batches == [["a", "b"]]


async def test_what_comes_during_a_commit_goes_into_the_next_one():
    store = Store()
    commit = GroupCommit(store.write)
    store.may_go_on.clear()

    first = asyncio.create_task(commit.save(["a"]))
    await asyncio.sleep(0)
    others = [asyncio.create_task(commit.save([letter])) for letter in "bcd"]
    await asyncio.sleep(0)
    store.may_go_on.set()

    assert await asyncio.gather(first, *others) == [["A"], ["B"], ["C"], ["D"]]
    assert store.batches == [["a"], ["b", "c", "d"]]


async def test_what_comes_soon_after_a_commit_shares_the_next_one():
    store = Store()
    commit = GroupCommit(store.write, interval=0.05)
    await commit.save(["a"])

    first = asyncio.create_task(commit.save(["b"]))
    for _turn in range(5):
        await asyncio.sleep(0)
    second = asyncio.create_task(commit.save(["c"]))

    assert await asyncio.gather(first, second) == [["B"], ["C"]]
    assert store.batches == [["a"], ["b", "c"]]


async def test_a_full_batch_does_not_wait():
    store = Store()
    commit = GroupCommit(store.write, largest_batch=2, interval=3600)
    await commit.save(["a"])

    assert await asyncio.gather(commit.save(["b"]), commit.save(["c"])) == [["B"], ["C"]]


async def test_a_batch_is_bounded():
    store = Store()
    commit = GroupCommit(store.write, largest_batch=2)
    store.may_go_on.clear()

    tasks = [asyncio.create_task(commit.save([letter])) for letter in "abcde"]
    await asyncio.sleep(0)
    store.may_go_on.set()
    await asyncio.gather(*tasks)

    assert max(map(len, store.batches)) <= 2


async def test_a_failed_commit_is_told_to_all_in_it_and_to_nobody_else():
    store = Store()
    commit = GroupCommit(store.write)
    store.may_go_on.clear()
    first = asyncio.create_task(commit.save(["a"]))
    await asyncio.sleep(0)
    others = [asyncio.create_task(commit.save([item])) for item in ("bad", "b")]
    await asyncio.sleep(0)
    store.may_go_on.set()

    assert await first == ["A"]
    for task in others:
        with pytest.raises(OSError, match="disk full"):
            await task
    assert await commit.save(["c"]) == ["C"]


async def test_a_connection_that_went_away_does_not_hold_up_the_rest():
    store = Store()
    commit = GroupCommit(store.write)
    store.may_go_on.clear()
    first = asyncio.create_task(commit.save(["a"]))
    await asyncio.sleep(0)
    gone, other = (asyncio.create_task(commit.save([item])) for item in "bc")
    await asyncio.sleep(0)
    gone.cancel()
    store.may_go_on.set()

    assert await asyncio.gather(first, other) == [["A"], ["C"]]


async def test_a_failing_store_is_logged_once_and_once_more_when_it_works_again(caplog):
    commit = GroupCommit(Store().write)

    for _number in range(3):
        with pytest.raises(OSError, match="disk full"):
            await commit.save(["bad"])
    for _number in range(2):
        await commit.save(["a"])

    assert [record.getMessage() for record in caplog.records] == [
        "batches are not stored, their senders are told so",
        "batches are stored again",
    ]
