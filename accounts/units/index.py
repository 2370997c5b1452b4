"""The index of units' names that each process keeps, which catches up with what has changed.

A search asks the database only whether its copy is still true: every write of a unit sets
`changed_at`, and whoever writes several holds `lock_tree`, so that no change hides behind a later
one that was committed before it.
"""

from datetime import date
from threading import Lock

from django.db.models import Count, Max

from accounts.models import Unit
from accounts.rules.unit_search import UnitIndex, UnitNames


class _Kept:
    def __init__(self) -> None:
        self.lock = Lock()
        self.state: object = None  # of the table, when the index was made
        self.index = UnitIndex([])


_kept = _Kept()


def unit_keys(text: str, *, day: date | None, limit: int) -> list[int]:
    """Primary keys of the units that `text` may mean on a day, or ever. One query, mostly."""
    with _kept.lock:
        _catch_up()
        index = _kept.index
    return index.search(text, day=day, limit=limit)


def forget_units() -> None:
    """Start anew, as after a restart of the process."""
    _kept.state, _kept.index = None, UnitIndex([])


def _catch_up() -> None:
    state = Unit.objects.aggregate(count=Count("pk"), newest=Max("pk"), last=Max("changed_at"))
    if state == _kept.state:
        return
    rows = Unit.objects.order_by().values_list("pk", "name", "aliases", "valid_from", "valid_to")
    _kept.index = UnitIndex(
        UnitNames(key, name, tuple(aliases.split(",")), valid_from, valid_to)
        for key, name, aliases, valid_from, valid_to in rows.iterator()
    )
    _kept.state = state
