"""The gathering of announcements, on a loop whose clock the test turns."""

import asyncio
from threading import Thread
from time import sleep

import pytest
from channels.layers import get_channel_layer

from leaderboard.boards import Board
from leaderboard.services import announcing
from leaderboard.services.announcing import Announcer, announce, attach_loop, settle

BOARD = Board(contest_id=1, round_ids=(2,), is_total=False)


class TurnedLoop:
    """As much of an event loop as the announcer uses; time passes when the test says so."""

    def __init__(self):
        self.now = 100.0
        self.later = []

    def time(self):
        return self.now

    def call_later(self, delay, call, *args):
        self.later.append((self.now + delay, call, args))

    def create_task(self, coroutine):
        with pytest.raises(StopIteration):
            coroutine.send(None)
        return DoneTask()

    def turn_to(self, at):
        self.now = at
        due = [it for it in self.later if it[0] <= at]
        self.later = [it for it in self.later if it[0] > at]
        for _, call, args in due:
            call(*args)


class DoneTask:
    def add_done_callback(self, call):
        call(self)


@pytest.fixture
def loop():
    return TurnedLoop()


@pytest.fixture
def sent():
    return []


@pytest.fixture
def announcer(loop, sent):
    async def send(group, version):
        sent.append((loop.now, group, version))

    return Announcer(loop, send)


def test_the_first_change_is_told_at_once(announcer, sent):
    announcer.note("board.round.1", 7)

    assert sent == [(100.0, "board.round.1", 7)]


def test_what_follows_is_told_together_when_the_interval_is_over(announcer, loop, sent):
    announcer.note("board.round.1", 7)
    loop.turn_to(100.1)
    announcer.note("board.round.1", 9)
    announcer.note("board.round.1", 8)
    loop.turn_to(100.49)
    assert len(sent) == 1

    loop.turn_to(100.5)

    assert sent[1:] == [(100.5, "board.round.1", 9)]
    assert loop.later == []


def test_a_board_that_has_been_silent_speaks_at_once_again(announcer, loop, sent):
    announcer.note("board.round.1", 7)
    loop.turn_to(100.5)
    announcer.note("board.round.1", 8)

    assert [at for at, _, _ in sent] == [100.0, 100.5]


def test_a_storm_is_told_twice_a_second_and_its_end_is_told(announcer, loop, sent):
    for step in range(1000):
        loop.turn_to(100.0 + step / 100)
        announcer.note("board.round.1", step)
    loop.turn_to(200.0)

    assert len(sent) == 21
    assert sent[-1][2] == 999


def test_boards_are_gathered_apart(announcer, sent):
    announcer.note("board.round.1", 7)
    announcer.note("board.round.2", 7)

    assert len(sent) == 2


def test_a_failing_layer_is_logged_and_tried_again_with_the_next_change(loop, caplog):
    async def broken(group, version):
        raise ConnectionError

    announcer = Announcer(loop, broken)
    announcer.note("board.round.1", 7)
    loop.turn_to(101.0)
    announcer.note("board.round.1", 8)

    assert caplog.text.count("announcing board.round.1 failed") == 2


def test_announce_without_anybody_in_reach_does_nothing(monkeypatch, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    monkeypatch.setattr(announcing, "_home", announcing._Home())

    announce(BOARD, version=7)

    assert announcing._home._announcer is None


def test_announce_never_raises(monkeypatch, caplog):
    class Broken:
        def announcer(self):
            raise RuntimeError("the loop is closed")

    monkeypatch.setattr(announcing, "_home", Broken())

    announce(BOARD, version=7)

    assert "announcing board.round.2 failed" in caplog.text


@pytest.mark.asyncio
async def test_announce_from_a_plain_thread_reaches_the_sockets_of_this_process(monkeypatch):
    monkeypatch.setattr(announcing, "_home", announcing._Home())
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(BOARD.group, channel)
    attach_loop(asyncio.get_running_loop())

    thread = Thread(target=announce, args=(BOARD,), kwargs={"version": 7})
    thread.start()

    async with asyncio.timeout(5):
        message = await layer.receive(channel)
    thread.join()
    await layer.group_discard(BOARD.group, channel)
    assert message == {"type": "board.changed", "group": BOARD.group, "version": 7}


def test_a_process_without_sockets_announces_on_a_loop_of_its_own(monkeypatch):
    sent = []

    class Layer:
        async def group_send(self, group, message):
            sent.append((group, message["version"]))

    monkeypatch.setattr(announcing, "_home", announcing._Home())
    monkeypatch.setattr(announcing, "get_channel_layer", Layer)

    announce(BOARD, version=7)
    announce(BOARD, version=8)
    settle()

    assert sent == [(BOARD.group, 7), (BOARD.group, 8)]
    stop(announcing._home._announcer.loop)


def stop(loop):
    loop.call_soon_threadsafe(loop.stop)
    while loop.is_running():
        sleep(0.001)
    loop.close()
