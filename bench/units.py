"""How long the unit picker takes among 5,000 units; part of `make bench-integrity`."""

import random
import time
from datetime import UTC, datetime

from accounts.models import Unit
from accounts.queries import units_matching
from accounts.rules.folding import fold
from accounts.services.importing_units import import_units
from accounts.units.index import forget_units
from bench.figures import figure, percentile
from tests.factories.units import unit_rows

UNITS, SEARCHES = 5000, 1000
SEED = 2025


def unit_search_lines() -> list[str]:
    """Fills the database's units; needs one that is migrated and may be thrown away.

    A search is what the server does for one request of the picker, its two queries included.
    `unit_index_ms` is what the first search after a change takes in addition.
    """
    import_units(unit_rows(UNITS), at=datetime.now(UTC))
    names = list(Unit.objects.order_by("code").values_list("name", flat=True))
    forget_units()
    began = time.perf_counter()
    units_matching("sở nội vụ")
    index_ms = 1000 * (time.perf_counter() - began)
    chance = random.Random(SEED)  # noqa: S311 (made-up searches)
    times: list[float] = []
    cpu_times: list[float] = []
    found = 0
    for _number in range(SEARCHES):
        name = chance.choice(names)
        text = typed(name, chance)
        began, cpu_began = time.perf_counter(), time.process_time()
        units = units_matching(text)
        times.append(1000 * (time.perf_counter() - began))
        cpu_times.append(1000 * (time.process_time() - cpu_began))
        found += any(unit.name == name for unit in units)
    return [
        figure("unit_search_ms", percentile(times, 99), "ms (p99)"),
        figure("unit_search_cpu_ms", percentile(cpu_times, 99), "ms (p99, of this process)"),
        figure("unit_search_p50_ms", percentile(times, 50), "ms"),
        figure("unit_index_ms", index_ms, "ms"),
        figure("unit_search_found", found / SEARCHES, ""),
    ]


def typed(name: str, chance: random.Random) -> str:
    """As people type it: whole or in part, without accents, run together, with a slip."""
    way = chance.randrange(5)
    if way == 0:
        return name
    if way == 1:
        return fold(name)
    if way == 2:
        return fold(name).replace(" ", "")
    if way == 3:
        words = fold(name).split()
        return " ".join(chance.sample(words, max(2, len(words) * 2 // 3)))
    letters = list(fold(name))
    place = chance.randrange(len(letters))
    letters[place] = chance.choice("abcdeghiklmnopqrstuvxy")
    return "".join(letters)
