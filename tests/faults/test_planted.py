"""The checks of the fault tests find the faults that they are for."""

import asyncio

import pytest

from tests.faults.arena import PLANTED
from tests.faults.proof import check_saves, check_submissions
from tests.faults.storm import more_saves, storm

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

PEOPLE = 10


async def test_an_acknowledgement_before_the_commit_is_found(arena):
    with arena.serve(PLANTED, PLANTED="early_acknowledgement") as servers:
        async with storm(arena.take(PEOPLE), servers.ports) as savers:
            await more_saves(savers, 10)
            servers.kill(0)
            servers.kill(1)
            await asyncio.gather(*(asyncio.to_thread(servers.start, it) for it in (0, 1)))

        with arena.database() as database, pytest.raises(AssertionError, match="are lost"):
            check_saves(database, savers)


async def submitted_in_a_storm(arena, planted):
    """Hand in while the person's other device still saves; everybody at both servers."""
    people = arena.take(PEOPLE)
    with arena.serve(PLANTED, PLANTED=planted) as servers, arena.database() as database:
        async with storm(people, servers.ports) as savers:
            await more_saves(savers, 5)
            await check_submissions(database, people, servers.ports)
        check_saves(database, savers)


async def test_a_save_that_slips_in_while_the_paper_is_graded_is_found(arena):
    with pytest.raises(AssertionError):
        await submitted_in_a_storm(arena, "no_lock")


async def test_slow_grading_alone_does_no_harm(arena):
    await submitted_in_a_storm(arena, "slow_grading")


async def test_a_paper_graded_twice_is_found(arena):
    with pytest.raises(AssertionError, match="graded more than once"):
        await submitted_in_a_storm(arena, "graded_twice")
