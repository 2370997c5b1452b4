"""Killed in a storm of saves: nothing acknowledged is lost, and nobody is graded twice."""

import asyncio
import time

import pytest

from tests.faults.proof import check_boards, check_saves, check_submissions
from tests.faults.storm import more_saves, storm

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

PEOPLE = 30


async def proven(arena, servers, savers) -> None:
    people = [saver.person for saver in savers]
    with arena.database() as database:
        check_saves(database, savers)
        await check_submissions(database, people, servers.ports)
        check_saves(database, savers)
        await check_boards(database, servers.ports)
    assert all(len(saver.acknowledged) > 20 for saver in savers)
    assert not any(saver.refused for saver in savers)


async def test_a_killed_asgi_server_loses_nothing(arena):
    with arena.serve() as servers:
        async with storm(arena.take(PEOPLE), servers.ports) as savers:
            await more_saves(savers, 10)
            servers.kill(0)
            await more_saves(savers, 10)
            await asyncio.to_thread(servers.start, 0)
            servers.kill(1)
            await more_saves(savers, 10)
            await asyncio.to_thread(servers.start, 1)
        await proven(arena, servers, savers)


async def test_a_killed_and_emptied_redis_loses_nothing(arena):
    with arena.serve() as servers:
        async with storm(arena.take(PEOPLE), servers.ports) as savers:
            await more_saves(savers, 10)
            await asyncio.to_thread(arena.services.kill, "redis")
            await more_saves(savers, 10)  # the sockets that are open need no Redis
            await asyncio.to_thread(arena.services.start, "redis")
            await more_saves(savers, 10)
        await proven(arena, servers, savers)


async def test_a_killed_postgresql_loses_nothing_that_was_acknowledged(arena):
    with arena.serve() as servers:
        async with storm(arena.take(PEOPLE), servers.ports) as savers:
            await more_saves(savers, 10)
            await asyncio.to_thread(arena.services.kill, "postgresql")
            told = sum(len(saver.acknowledged) for saver in savers)
            await asyncio.to_thread(arena.services.start, "postgresql")
            assert told <= sum(saver.sent for saver in savers)
            await more_saves(savers, 10)
        await proven(arena, servers, savers)


async def test_after_all_servers_were_down_past_the_deadline_everything_is_closed_and_graded(arena):
    people = arena.take(PEOPLE)
    codes = [person.code for person in people]
    soon = "UPDATE contest_attempt SET deadline_at = now() + interval '1 s' WHERE code = ANY(%s)"
    still_open = (
        "SELECT count(*), count(*) FILTER (WHERE deadline_at + interval '1 s' < now()) "
        "FROM contest_attempt WHERE code = ANY(%s) AND submitted_at IS NULL"
    )
    with arena.serve() as servers, arena.database() as database:
        async with storm(people, servers.ports) as savers:
            await more_saves(savers, 5)
            for saver in savers:
                saver.is_done = True
        database.execute(soon, [codes])
        servers.kill(0)
        servers.kill(1)
        while database.execute(still_open, [codes]).fetchone() != (PEOPLE, PEOPLE):
            await asyncio.sleep(0.1)

        await asyncio.gather(*(asyncio.to_thread(servers.start, number) for number in (0, 1)))
        until = time.monotonic() + 5
        while database.execute(still_open, [codes]).fetchone() != (0, 0):
            assert time.monotonic() < until, "attempts are still open five seconds after the start"
            await asyncio.sleep(0.1)

        check_saves(database, savers)
        await check_submissions(database, people, servers.ports)
        await check_boards(database, servers.ports)
