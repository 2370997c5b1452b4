"""Whoever sends nonsense is shut out with a code and counted; the neighbour notices nothing."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bench.client import HttpClient, cookies
from tests.faults.storm import more_saves, storm

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

GOOD = json.dumps({"id": 1, "answers": [{"position": 1, "response": "A", "number": 1}]})
# Not on the paper: answered without a commit, so a slow disk does not hold the flood back.
IDLE = json.dumps({"id": 1, "answers": [{"position": 30_000, "response": "A", "number": 1}]})


@pytest.fixture(scope="module")
def servers(arena):
    with arena.serve() as running:
        yield running


@asynccontextmanager
async def a_neighbour(arena, servers):
    """Somebody saves in the same process all the while."""
    async with storm(arena.take(1), servers.ports[:1]) as savers:
        await more_saves(savers, 5)
        yield
        await more_saves(savers, 5)
    assert not savers[0].refused
    assert savers[0].failures == 0


@asynccontextmanager
async def a_paper(servers, person, code=None, origin=None):
    port = servers.ports[0]
    async with connect(
        f"ws://127.0.0.1:{port}/ws/thi/{code or person.code}/",
        additional_headers={"Cookie": cookies(person)} if person else {},
        origin=origin or f"http://127.0.0.1:{port}",
        close_timeout=0.5,
    ) as socket:
        yield socket


async def code_after(socket, frames):
    """With which code the server closes after these frames."""
    try:
        for frame in frames:
            await socket.send(frame)
        async with asyncio.timeout(10):
            while True:
                await socket.recv()
    except ConnectionClosed as closing:
        return closing.rcvd.code


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["not JSON at all"], 4400),
        ([b"\x00\xff\xfe"], 4400),
        (["[" * 5000], 4400),
        ([json.dumps({"answers": [{"position": "1"}]})], 4400),
        (["x" * 40_000], 4400),  # larger than a message may be
        (["x" * 70_000], 1009),  # larger than a frame may be: the server does not even read it
        ([IDLE] * 400, 4429),
    ],
    ids=["text", "binary", "deep", "wrong types", "long", "huge", "too many"],
)
async def test_a_frame_that_cannot_be_borne_closes_its_own_socket_only(
    arena, servers, frames, code
):
    [person] = arena.take(1)
    async with a_neighbour(arena, servers):
        async with a_paper(servers, person) as socket:
            assert await code_after(socket, frames) == code
        async with a_paper(servers, person) as socket:  # and may come again
            assert json.loads(await socket.recv())["type"] == "hello"


async def test_the_paper_of_another_is_not_there(arena, servers):
    one, other = arena.take(2)
    async with a_neighbour(arena, servers), a_paper(servers, one, code=other.code) as socket:
        assert await code_after(socket, [GOOD]) == 4404


async def test_nobody_comes_in_without_a_session(arena, servers):
    [person] = arena.take(1)
    async with a_neighbour(arena, servers), a_paper(servers, None, code=person.code) as socket:
        assert await code_after(socket, [GOOD]) == 4401


async def test_a_foreign_page_opens_no_socket(arena, servers):
    [person] = arena.take(1)
    with pytest.raises(InvalidStatus) as refusal:
        async with a_paper(servers, person, origin="https://evil.example"):
            pass
    assert refusal.value.response.status_code == 403


async def test_signing_out_closes_the_paper(arena, servers):
    [person] = arena.take(1)
    async with a_neighbour(arena, servers), a_paper(servers, person) as socket:
        await socket.recv()
        browser = HttpClient(person, port=servers.ports[0])
        await browser.open()
        await browser.post("/tai-khoan/dang-xuat/")
        browser.close()

        assert await code_after(socket, []) == 4401
        async with a_paper(servers, person) as again:
            assert await code_after(again, []) == 4401
