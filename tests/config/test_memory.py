import asyncio
import gc
from contextlib import suppress
from weakref import ref

import pytest

from config import memory


class Ring:
    def __init__(self):
        self.itself = self


@pytest.fixture
def _own_thresholds():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_own_thresholds")
async def test_what_grew_old_is_collected_by_the_clock(monkeypatch):
    monkeypatch.setattr(memory, "FULL_COLLECTION_SECONDS", 0.01)
    ring = Ring()
    gc.collect()  # it survives, and is old from here on
    seen = ref(ring)
    del ring
    collecting = asyncio.create_task(memory.collect_by_the_clock())
    try:
        async with asyncio.timeout(10):
            while seen() is not None:
                await asyncio.sleep(0)
        assert gc.get_threshold()[2] == memory.NEVER
    finally:
        collecting.cancel()
        with suppress(asyncio.CancelledError):
            await collecting
