"""Units as they stood on a day. Results keep the unit of then; these lead to the one of now."""

from datetime import date

from accounts.models import Unit, UnitMove, UnitSuccession
from accounts.rules import successions


def current_units(unit: Unit, *, on: date) -> list[Unit]:
    """Those that stand in the unit's place on that day: itself, its heirs, or none."""
    keys = successions.heirs(unit.pk, _steps(on))
    found = Unit.objects.in_bulk(keys)
    return [found[key] for key in keys]


def current_unit(unit: Unit, *, on: date) -> Unit | None:
    """The one that stands in the unit's place; None when it was split or dissolved."""
    heirs = current_units(unit, on=on)
    return heirs[0] if len(heirs) == 1 else None


def single_heirs(*, on: date) -> dict[int, int]:
    """Primary keys: each unit that has gone by that day and its one heir. One query."""
    return successions.single_heirs(_steps(on))


def parents_on(day: date) -> dict[int, int | None]:
    """The tree of that day, by primary keys; a unit of another time is there, too. Two queries."""
    parents: dict[int, int | None] = dict(Unit.objects.order_by().values_list("pk", "parent_id"))
    later = UnitMove.objects.filter(on__gt=day).order_by("-on", "-pk")
    parents.update(later.values_list("unit_id", "old_parent_id"))
    return parents


def units_above(unit: Unit) -> list[Unit]:
    """The highest first. One query for each level."""
    above: list[Unit] = []
    while unit.parent_id:
        unit = Unit.objects.get(pk=unit.parent_id)
        above.insert(0, unit)
    return above


def _steps(on: date) -> dict[int, list[int]]:
    steps: dict[int, list[int]] = {}
    rows = UnitSuccession.objects.filter(on__lte=on).order_by("pk")
    for unit_id, successor_id in rows.values_list("unit_id", "successor_id"):
        steps.setdefault(unit_id, []).extend([successor_id] if successor_id else [])
    return steps
