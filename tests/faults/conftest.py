from collections.abc import Iterator

import pytest

from tests.faults.arena import Arena, arena as an_arena


@pytest.fixture(scope="session")
def arena() -> Iterator[Arena]:
    with an_arena() as prepared:
        yield prepared
