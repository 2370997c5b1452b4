"""A database that takes nothing: nothing is acknowledged, everybody is told, nothing is lost."""

import asyncio

import pytest

from tests.faults.proof import check_saves, check_submissions
from tests.faults.storm import more_saves, storm

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

SWITCH = "ALTER DATABASE postgres SET default_transaction_read_only = {}"
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
EVENTS = "SELECT count(*) FROM contest_answerevent"


async def test_a_read_only_database_acknowledges_nothing_and_goes_on_afterwards(arena):
    people = arena.take(20)
    with arena.serve() as servers, arena.database() as database:
        async with storm(people, servers.ports) as savers:
            await more_saves(savers, 5)
            switch(database, "on")
            try:
                failures = [saver.failures for saver in savers]
                await asyncio.gather(*(told_to_wait(saver) for saver in savers))
                stored = database.execute(EVENTS).fetchone()
                acknowledged = [len(saver.acknowledged) for saver in savers]
                await asyncio.gather(*(told_to_wait(saver) for saver in savers))
                assert database.execute(EVENTS).fetchone() == stored
                assert [len(saver.acknowledged) for saver in savers] == acknowledged
                assert all(
                    saver.failures > before for saver, before in zip(savers, failures, strict=True)
                )
            finally:
                switch(database, "off")
            await more_saves(savers, 5)
        check_saves(database, savers)
        await check_submissions(database, people, servers.ports)


def switch(database, to):
    database.execute("SET default_transaction_read_only = off")
    database.execute(SWITCH.format(to))
    database.execute(OTHERS)


async def told_to_wait(saver):
    """Twice: the answer to the first may have been under way when the switch was thrown."""
    enough = saver.failures + 2
    async with asyncio.timeout(30):
        while saver.failures < enough:
            await asyncio.sleep(0.05)
