"""Bring units in from a file: a plan first, then all that can be taken in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.formats.units_table import BadRow
from accounts.formats.units_yaml import UnitRow
from accounts.models import Unit, UnitMove, User
from accounts.rules.folding import fold
from accounts.services.auditing import record_decision
from accounts.services.moving_units import lock_tree

_PLAIN = ("name", "kind", "aliases", "headcount", "valid_from", "valid_to")
_LONGEST_CODE = 60


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True)
class PlannedRow:
    """What becomes of a row; `note` warns, `reason` says why it is refused."""

    line: int
    name: str
    outcome: Outcome
    reason: str = ""
    note: str = ""
    code: str = ""
    parent: str | None = None  # the code it shall belong to; None says nothing about it
    fields: dict[str, Any] = field(default_factory=dict)  # to be set


@dataclass(frozen=True)
class UnitPlan:
    rows: list[PlannedRow]

    def of(self, outcome: Outcome) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome is outcome]

    @property
    def has_work(self) -> bool:
        return bool(self.of(Outcome.CREATED) or self.of(Outcome.CHANGED))

    def summary(self) -> dict[str, Any]:
        """Counts, and rows with a reason or a warning."""
        return {
            **{
                it.value: len(self.of(it))
                for it in (Outcome.CREATED, Outcome.CHANGED, Outcome.SKIPPED)
            },
            "refused": [
                {"row": row.line, "name": row.name, "reason": row.reason}
                for row in self.of(Outcome.REFUSED)
            ],
            "warnings": [
                {"row": row.line, "name": row.name, "note": row.note}
                for row in self.rows
                if row.note
            ],
        }


def plan_units(rows: Iterable[UnitRow | BadRow], *, updates: bool = True) -> UnitPlan:
    """What bringing the rows in would do. Without `updates` known units stay as they are.

    A row without a code is the unit of its name, if there is one, else a new one. An empty cell
    changes nothing.
    """
    return _Planner(updates).plan(list(rows))


@transaction.atomic
def import_units(
    rows: Iterable[UnitRow | BadRow],
    *,
    at: datetime,
    updates: bool = True,
    actor: User | None = None,
    source: str = "",
) -> UnitPlan:
    """Bring in what the plan takes. A changed parent is a move as of today."""
    lock_tree()
    plan = plan_units(rows, updates=updates)
    _store(plan, at=at, actor=actor, source=source)
    if actor and plan.has_work:
        record_decision(
            actor=actor,
            at=at,
            action="units.import",
            target=f"file:{source}"[:200],
            after={
                "created": [row.code for row in plan.of(Outcome.CREATED)],
                "changed": [row.code for row in plan.of(Outcome.CHANGED)],
            },
        )
    return plan


class _Planner:
    def __init__(self, updates: bool) -> None:
        self._updates = updates
        self._units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        today = timezone.localdate()
        self._by_name: dict[str, list[str]] = {}
        for unit in self._units.values():
            if unit.is_valid(day=today):
                self._by_name.setdefault(fold(unit.name), []).append(unit.code)
        self._known_names = {name: list(codes) for name, codes in self._by_name.items()}
        self._taken = set(self._units)
        self._lines: dict[str, int] = {}  # by code
        self._twins: dict[tuple[str, str], int] = {}  # lines, by name and parent as they stand

    def plan(self, rows: list[UnitRow | BadRow]) -> UnitPlan:
        coded = [self._with_code(row) if isinstance(row, UnitRow) else row for row in rows]
        for row in coded:  # all codes and names first: a parent may stand below its children
            if isinstance(row, UnitRow) and row.code not in self._units:
                self._by_name.setdefault(fold(row.name), []).append(row.code)
                self._taken.add(row.code)
        planned = [self._row(row) if isinstance(row, UnitRow) else _refused(row) for row in coded]
        return UnitPlan(self._without_bad_parents(planned))

    def _with_code(self, row: UnitRow) -> UnitRow:
        if row.code:
            return row
        same_name = self._known_names.get(fold(row.name), [])
        if len(same_name) == 1:
            return replace(row, code=same_name[0])
        return replace(row, code=self._new_code(row.name))

    def _new_code(self, name: str) -> str:
        stem = fold(name).replace(" ", "-")[:_LONGEST_CODE]
        code, number = stem, 1
        while code in self._taken:
            number += 1
            code = f"{stem[: _LONGEST_CODE - 6]}-{number}"
        self._taken.add(code)
        return code

    def _row(self, row: UnitRow) -> PlannedRow:
        first = min(
            self._lines.setdefault(row.code, row.line),
            self._twins.setdefault((row.name, row.parent), row.line),
        )
        if first != row.line:
            return _refused(row, _("trùng mã hoặc trùng tên với dòng %(line)d") % {"line": first})
        try:
            parent = self._parent(row)
            unit = self._units.get(row.code)
            if unit is None:
                return self._new(row, parent)
            return self._known(row, unit, parent)
        except ValueError as error:
            return _refused(row, str(error))

    def _new(self, row: UnitRow, parent: str | None) -> PlannedRow:
        if row.kind is None:
            raise ValueError(_("thiếu khối"))
        self._check_days(row.valid_from, row.valid_to)
        fields = {name: getattr(row, name) for name in _PLAIN}
        return PlannedRow(
            line=row.line,
            name=row.name,
            outcome=Outcome.CREATED,
            note=self._namesakes(row, parent or ""),
            code=row.code,
            parent=parent,
            fields=fields,
        )

    def _known(self, row: UnitRow, unit: Unit, parent: str | None) -> PlannedRow:
        told = {name: value for name in _PLAIN if (value := getattr(row, name)) not in ("", None)}
        fields = {name: value for name, value in told.items() if value != getattr(unit, name)}
        own_parent = unit.parent.code if unit.parent else ""
        moves = parent is not None and parent != own_parent
        has_work = self._updates and (bool(fields) or moves)
        self._check_days(
            fields.get("valid_from", unit.valid_from), fields.get("valid_to", unit.valid_to)
        )
        return PlannedRow(
            line=row.line,
            name=row.name,
            outcome=Outcome.CHANGED if has_work else Outcome.SKIPPED,
            note=self._namesakes(row, own_parent if parent is None else parent),
            code=row.code,
            parent=parent if moves and has_work else None,
            fields=fields if has_work else {},
        )

    def _check_days(self, valid_from: Any, valid_to: Any) -> None:
        if valid_from and valid_to and valid_from > valid_to:
            raise ValueError(_("ngày kết thúc đứng trước ngày bắt đầu"))

    def _parent(self, row: UnitRow) -> str | None:
        """The code; None where the row names no parent. Raises ValueError."""
        if not row.parent:
            return None
        if row.parent in self._taken:
            code = row.parent
        else:
            named = self._by_name.get(fold(row.parent), [])
            if len(named) != 1:
                text = (
                    _("có %(count)d đơn vị cùng tên cấp trên “%(name)s”; xin ghi mã")
                    if named
                    else _("không có đơn vị cấp trên “%(name)s”")
                )
                raise ValueError(text % {"count": len(named), "name": row.parent[:80]})
            code = named[0]
        if code == row.code:
            raise ValueError(_("đơn vị không thể là cấp trên của chính mình"))
        return code

    def _namesakes(self, row: UnitRow, parent: str) -> str:
        """A warning about others of the same name. Raises ValueError for a known unit's double."""
        others = [code for code in self._by_name.get(fold(row.name), []) if code != row.code]
        if not others:
            return ""
        for code in others:
            unit = self._units.get(code)
            own_parent = unit.parent.code if unit and unit.parent else ""
            is_double = unit and unit.name == row.name and own_parent == parent
            if is_double and row.code not in self._units:
                raise ValueError(_("đã có đơn vị này với mã %(code)s") % {"code": code})
        return _("trùng hoặc gần trùng tên với %(codes)s") % {"codes": ", ".join(others[:5])}

    def _without_bad_parents(self, rows: list[PlannedRow]) -> list[PlannedRow]:
        """Rows whose parents are not taken, or that would close a circle, are refused, too."""
        while True:
            parents = {
                code: unit.parent.code if unit.parent else "" for code, unit in self._units.items()
            }
            parents |= {
                row.code: row.parent or parents.get(row.code, "")
                for row in rows
                if row.outcome is not Outcome.REFUSED
            }
            bad = {
                number: reason
                for number, row in enumerate(rows)
                if row.parent and (reason := _fault(row.code, row.parent, parents))
            }
            if not bad:
                return rows
            rows = [
                _refused(row, bad[number]) if number in bad else row
                for number, row in enumerate(rows)
            ]


def _fault(code: str, parent: str, parents: dict[str, str]) -> str:
    if parent not in parents:
        return _("đơn vị cấp trên không được nhận")
    above = parent
    seen: set[str] = set()
    while above and above not in seen:
        if above == code:
            return _("đơn vị cấp trên lại ở dưới chính đơn vị này")
        seen.add(above)
        above = parents.get(above, "")
    return ""


def _refused(row: UnitRow | BadRow | PlannedRow, reason: str = "") -> PlannedRow:
    return PlannedRow(row.line, row.name, Outcome.REFUSED, reason or getattr(row, "reason", ""))


def _store(plan: UnitPlan, *, at: datetime, actor: User | None, source: str) -> None:
    working = [*plan.of(Outcome.CREATED), *plan.of(Outcome.CHANGED)]
    Unit.objects.bulk_create(
        Unit(code=row.code, **row.fields, search_key=_search_key(row.fields))
        for row in plan.of(Outcome.CREATED)
    )
    codes = {row.code for row in working} | {row.parent for row in working if row.parent}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    changed = [units[row.code] for row in plan.of(Outcome.CHANGED)]
    for row in plan.of(Outcome.CHANGED):
        unit = units[row.code]
        for name, value in row.fields.items():
            setattr(unit, name, value)
        unit.search_key = _search_key({"name": unit.name, "aliases": unit.aliases})
    Unit.objects.bulk_update(changed, [*_PLAIN, "search_key"], batch_size=500)
    _put_below(working, units, at=at, actor=actor, source=source)


def _put_below(
    rows: list[PlannedRow],
    units: dict[str, Unit],
    *,
    at: datetime,
    actor: User | None,
    source: str,
) -> None:
    """The parents of the rows; those of known units are moves."""
    moving = [row for row in rows if row.parent is not None]
    placed = [units[row.code] for row in moving]
    UnitMove.objects.bulk_create(
        UnitMove(
            unit=units[row.code],
            old_parent_id=units[row.code].parent_id,
            new_parent=units[row.parent or ""],
            on=timezone.localdate(at),
            reason=source,
            by=actor,
            at=at,
        )
        for row in moving
        if row.outcome is Outcome.CHANGED
    )
    # first out of the tree: on the way from one sound tree to another there may be a circle
    Unit.objects.filter(pk__in=[unit.pk for unit in placed], parent__isnull=False).update(
        parent=None
    )
    for row in moving:
        units[row.code].parent = units[row.parent or ""]
    Unit.objects.bulk_update(placed, ["parent"], batch_size=500)


def _search_key(fields: dict[str, Any]) -> str:
    return Unit.search_key_for(fields["name"], fields["aliases"])
