from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.formats.units_yaml import UnitRow
from accounts.models import Unit


@dataclass(frozen=True)
class UnitCounts:
    created: int
    unchanged: int


@transaction.atomic
def import_units(rows: Iterable[UnitRow]) -> UnitCounts:
    """Add the units whose codes are not known; those that are known stay as they are."""
    rows = list(rows)
    known = {unit.code: unit for unit in Unit.objects.filter(code__in=[row.code for row in rows])}
    new = [row for row in rows if row.code not in known]
    created = Unit.objects.bulk_create(
        Unit(
            code=row.code,
            name=row.name,
            kind=row.kind,
            aliases=row.aliases,
            headcount=row.headcount,
            search_key=Unit.search_key_for(row.name, row.aliases),
        )
        for row in new
    )
    known |= {unit.code: unit for unit in created}
    children = [row for row in new if row.parent]
    for row in children:
        known[row.code].parent = known[row.parent]
    Unit.objects.bulk_update([known[row.code] for row in children], ["parent"])
    return UnitCounts(len(new), len(rows) - len(new))
