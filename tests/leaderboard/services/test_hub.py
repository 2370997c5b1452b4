"""The hub on a channel layer of its own: in memory, and on Redis where there is one."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from leaderboard.boards import round_board
from leaderboard.services import hub as hub_module
from leaderboard.services.hub import Hub, Spectator, spread_ms
from leaderboard.services.standings import board_state, record_result
from tests.factories import NOON, RoundFactory, SubmittedAttemptFactory

pytestmark = pytest.mark.asyncio

GROUP = "board.round.1"


class Reader:
    """A socket's sending side; `stalls` until `wakes` is set."""

    def __init__(self, *, stalls=False):
        self.got = []
        self.came = asyncio.Event()
        self.wakes = asyncio.Event()
        self.dropped = asyncio.Event()
        if not stalls:
            self.wakes.set()
        self.spectator = Spectator(self.send, self.dropped.set)

    async def send(self, message):
        await self.wakes.wait()
        self.got.append(message)
        self.came.set()

    @property
    def versions(self):
        return [json.loads(message["text"])["version"] for message in self.got]


async def nothing_new():
    return 0


async def soon(event):
    async with asyncio.timeout(5):
        await event.wait()


@pytest.fixture
async def watched():
    hub, joined = Hub(get_channel_layer()), []

    async def join(reader, group=GROUP, look=nothing_new):
        await hub.join(group, reader.spectator, look)
        joined.append((group, reader))
        return reader

    hub.bring = join
    yield hub
    for group, reader in joined:
        await hub.leave(group, reader.spectator)


async def announce(hub, version, group=GROUP):
    message = {"type": "board.changed", "group": group, "version": version}
    await hub.layer.group_send(group, message)


async def test_two_sockets_get_one_encoded_frame(watched):
    first, second = await watched.bring(Reader()), await watched.bring(Reader())

    await announce(watched, 7)
    await soon(second.came)

    assert first.versions == second.versions == [7]
    assert first.got[0] is second.got[0]


async def test_the_process_subscribes_once_a_board(watched, monkeypatch):
    channels = []
    new_channel = watched.layer.new_channel

    async def counted(*args):
        channels.append(await new_channel(*args))
        return channels[-1]

    monkeypatch.setattr(watched.layer, "new_channel", counted, raising=False)

    for _ in range(20):
        await watched.bring(Reader())
    await watched.bring(Reader(), group="board.round.2")

    assert len(channels) == 1
    assert watched.watched == {GROUP: 20, "board.round.2": 1}


async def test_boards_are_heard_apart(watched):
    first = await watched.bring(Reader())
    second = await watched.bring(Reader(), group="board.round.2")

    await announce(watched, 7, "board.round.2")
    await soon(second.came)

    assert (first.versions, second.versions) == ([], [7])


async def test_an_older_version_and_a_repeat_are_not_told(watched):
    reader = await watched.bring(Reader())

    for version in (7, 7, 6, 8):
        watched.hear(GROUP, version)
        await watched._boards[GROUP].telling

    assert reader.versions == [7, 8]


async def test_a_stalled_reader_holds_nobody_up_and_is_dropped(watched, monkeypatch):
    monkeypatch.setattr(hub_module, "DRAIN_SECONDS", 0.05)
    stalled, other = await watched.bring(Reader(stalls=True)), await watched.bring(Reader())

    watched.hear(GROUP, 7)
    await soon(other.came)
    assert not stalled.dropped.is_set()
    await soon(stalled.dropped)

    assert (stalled.versions, other.versions) == ([], [7])


async def test_a_slow_reader_gets_the_newest_only(watched):
    slow = await watched.bring(Reader(stalls=True))
    for version in (7, 8, 9):
        watched.hear(GROUP, version)
        await watched._boards[GROUP].telling

    slow.wakes.set()
    while len(slow.got) < 2:
        slow.came.clear()
        await soon(slow.came)

    assert slow.versions == [7, 9]
    assert not slow.dropped.is_set()


async def test_a_broken_socket_harms_nobody(watched):
    class Broken(Reader):
        async def send(self, message):
            raise ConnectionError

    await watched.bring(Broken())
    other = await watched.bring(Reader())

    watched.hear(GROUP, 7)

    await soon(other.came)


async def test_the_last_to_leave_unsubscribes(watched):
    layer = watched.layer
    first, second = await watched.bring(Reader()), await watched.bring(Reader())

    await watched.leave(GROUP, first.spectator)
    assert watched.watched == {GROUP: 1}
    tasks = list(watched._tasks)
    await watched.leave(GROUP, second.spectator)

    assert watched.watched == {}
    assert all(task.done() for task in tasks)
    inner = layer._get_layer() if hasattr(layer, "_get_layer") else layer
    assert (inner.groups, inner.channels) == ({}, {})


async def test_who_comes_back_hears_again(watched):
    first = await watched.bring(Reader())
    await watched.leave(GROUP, first.spectator)
    second = await watched.bring(Reader())

    await announce(watched, 7)
    await soon(second.came)

    assert (first.versions, second.versions) == ([], [7])


async def test_a_lost_announcement_is_found_by_looking(watched):
    async def look():
        return 9

    reader = await watched.bring(Reader(), look=look)

    await watched.check()
    await soon(reader.came)
    await watched.check()

    assert reader.versions == [9]


async def test_a_look_that_fails_is_logged_and_harms_no_other_board(watched, caplog):
    async def broken():
        raise ConnectionError

    async def look():
        return 9

    await watched.bring(Reader(), look=broken)
    other = await watched.bring(Reader(), group="board.round.2", look=look)

    await watched.check()

    await soon(other.came)
    assert f"the version of {GROUP} is not known" in caplog.text


@pytest.mark.django_db(transaction=True)
async def test_a_process_that_missed_a_version_tells_its_sockets(open_socket):
    attempt = await sync_to_async(SubmittedAttemptFactory)()
    contest_round = attempt.round
    socket = await open_socket(
        f"/ws/bang-xep-hang/{contest_round.contest.slug}/{contest_round.slug}/"
    )
    greeting = await socket.receive_json(5)

    def missed():
        other = SubmittedAttemptFactory(round=contest_round, score=12)
        board = round_board(contest_round, at=NOON)
        return record_result([board], participant_id=other.participant_id)[0]

    version = await sync_to_async(missed)()
    await hub_module.hub().check()

    assert version > greeting["version"]
    assert await socket.receive_json(5) == {
        "type": "board.changed",
        "version": version,
        "spread_ms": 150,
    }


@pytest.mark.django_db(transaction=True)
async def test_a_dropped_spectator_is_disconnected(open_socket, monkeypatch):
    contest_round = await sync_to_async(RoundFactory)()
    board = await sync_to_async(round_board)(contest_round, at=NOON)
    await sync_to_async(board_state)(board)
    socket = await open_socket(
        f"/ws/bang-xep-hang/{contest_round.contest.slug}/{contest_round.slug}/"
    )
    await socket.receive_json(5)
    (spectator,) = hub_module.hub()._boards[board.group].spectators

    spectator._drop()

    async with asyncio.timeout(5):
        await socket.future
    assert hub_module.hub().watched == {}


@pytest.mark.parametrize(
    ("spectators", "milliseconds"), [(0, 150), (150, 150), (5000, 5000), (20_000, 20_000)]
)
async def test_a_large_audience_spreads_its_questions(spectators, milliseconds):
    assert spread_ms(spectators) == milliseconds
