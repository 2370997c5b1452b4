"""A database that stores nothing: nothing is acknowledged, everybody is told, nothing is lost."""

import asyncio

import pytest

from tests.faults.proof import check_saves, check_submissions
from tests.faults.refusing import full_disk, may_mount, read_only
from tests.faults.storm import more_saves, storm

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

EVENTS = "SELECT count(*) FROM contest_answerevent"


# where no disk can be mounted, a database that may not write stands for one that cannot
@pytest.mark.parametrize("refusing", [read_only, full_disk] if may_mount() else [read_only])
async def test_nothing_is_acknowledged_while_nothing_is_stored(arena, refusing):
    people = arena.take(20)
    with arena.serve() as servers, arena.database() as database:
        async with storm(people, servers.ports) as savers:
            await more_saves(savers, 5)
            with refusing(database):
                await asyncio.gather(*(told_to_wait(saver) for saver in savers))
                stored = database.execute(EVENTS).fetchone()
                acknowledged = [len(saver.acknowledged) for saver in savers]
                await asyncio.gather(*(told_to_wait(saver) for saver in savers))
                assert database.execute(EVENTS).fetchone() == stored
                assert [len(saver.acknowledged) for saver in savers] == acknowledged
            await more_saves(savers, 5)
        check_saves(database, savers)
        await check_submissions(database, people, servers.ports)


async def told_to_wait(saver):
    """Twice: the answer to the first may have been under way when the storing ended."""
    enough = saver.failures + 2
    async with asyncio.timeout(30):
        while saver.failures < enough:
            await asyncio.sleep(0.05)
