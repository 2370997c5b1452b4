"""The garbage collector of a server process."""

import asyncio
import gc

# Allocations that outlive their moment, between collections of the youngest objects; how many
# of those make one of the middle; and how many of these make one of everything.
YOUNG, MIDDLE, FULL = 10_000, 10, 10
NEVER = 2**31 - 1
FULL_COLLECTION_SECONDS = 600.0


def settle() -> None:
    """Call when everything is loaded: what is there now stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, FULL)


async def collect_by_the_clock() -> None:
    """Full collections for a process that holds thousands of sockets, until it is cancelled.

    One walks over all sockets and holds up all of them, half a second with eight thousand. Left
    to itself it comes whenever their number has grown by a quarter: in the minute that everybody
    arrives in, several times.
    """
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    while True:
        await asyncio.sleep(FULL_COLLECTION_SECONDS)
        gc.collect()
