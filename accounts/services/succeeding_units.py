"""Units that end: merged, renamed, split, handed over, dissolved. Nothing of the past changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import SuccessionKind
from accounts.models import Unit, UnitSuccession, User
from accounts.rules.successions import fits, hands_over
from accounts.services.auditing import record_decision
from accounts.services.moving_units import keep_move, lock_tree, refuse_future
from accounts.units.errors import UnitError
from accounts.units.history import current_units

_BATCH = 5000  # primary keys in one query


@dataclass(frozen=True)
class _Plan:
    units: list[Unit]
    successors: list[Unit]
    kind: SuccessionKind
    on: date

    @property
    def last_day(self) -> date:
        return self.on - timedelta(days=1)


@transaction.atomic
def succeed_units(
    *,
    unit_ids: Sequence[int],
    successor_ids: Sequence[int],
    kind: SuccessionKind,
    on: date,
    reason: str,
    actor: User,
    at: datetime,
) -> list[UnitSuccession]:
    """End units on the day before `on`, from which others stand in their place.

    With one heir the people's accounts and the units below go over to it. Participants of a
    contest keep the unit they joined with, and coordinators get no wider view by it.

    Raises UnitError "heirs_do_not_fit", "in_future", "ended", "too_early", "not_valid", "below"
    or "goes_round".
    """
    lock_tree()
    plan = _Plan(_in_order(unit_ids), _in_order(successor_ids), kind, on)
    refuse_future(on, at=at)
    check_succession(plan.units, plan.successors, kind=kind, on=on)
    rows = []
    heirs: list[Unit | None] = [*plan.successors] or [None]
    for unit in plan.units:
        for successor in heirs:
            row = UnitSuccession.objects.create(
                unit=unit,
                successor=successor,
                kind=kind,
                on=on,
                reason=reason,
                by=actor,
                at=at,
                old_valid_to=unit.valid_to,
            )
            rows.append(row)
            if successor is not None and hands_over(kind):
                _hand_over(row, unit, successor)
        _end(unit, plan, reason=reason, actor=actor, at=at)
    return rows


def check_succession(
    units: Sequence[Unit], successors: Sequence[Unit], *, kind: SuccessionKind, on: date
) -> None:
    """Raises the UnitErrors of `succeed_units` that do not depend on today."""
    if not fits(kind, units=len(units), successors=len(successors)):
        raise UnitError("heirs_do_not_fit", _wanted(kind))
    for successor in successors:
        if not successor.is_valid(day=on):
            raise UnitError(
                "not_valid", _("%(name)s không tồn tại vào ngày này.") % {"name": successor.name}
            )
    for unit in units:
        _refuse_end(unit, successors, on=on)


def _refuse_end(unit: Unit, successors: Sequence[Unit], *, on: date) -> None:
    words = {"unit": unit.name}
    if unit.successions.exists():
        raise UnitError("ended", _("%(unit)s đã có ghi nhận kết thúc.") % words)
    if unit.valid_to and unit.valid_to < on - timedelta(days=1):
        raise UnitError("ended", _("%(unit)s đã kết thúc trước ngày này.") % words)
    if unit.valid_from and unit.valid_from >= on:
        raise UnitError("too_early", _("%(unit)s chưa thành lập trước ngày này.") % words)
    below = Unit.objects.within(unit)
    for successor in successors:
        words["successor"] = successor.name
        if below.filter(pk=successor.pk).exists():
            raise UnitError(
                "below",
                _("%(successor)s đang ở dưới %(unit)s. Xin chuyển ra trước.") % words,
            )
        if unit in current_units(successor, on=date.max):
            raise UnitError("goes_round", _("%(unit)s đã kế thừa %(successor)s.") % words)


@transaction.atomic
def undo_succession(*, unit_id: int, reason: str, actor: User, at: datetime) -> None:
    """Take back that a unit ended: its days, its people and the units below are as before.

    Who has changed unit since then stays there. Raises UnitError "not_ended".
    """
    lock_tree()
    unit = Unit.objects.get(pk=unit_id)
    rows = list(unit.successions.select_related("successor").prefetch_related("moves__unit"))
    if not rows:
        raise UnitError("not_ended", _("Đơn vị không có ghi nhận kết thúc nào để hủy."))
    for row in rows:
        _take_back(row, unit, reason=reason, actor=actor, at=at)
    unit.valid_to = rows[0].old_valid_to
    unit.save(update_fields=["valid_to", "changed_at"])
    record_decision(
        actor=actor,
        at=at,
        action="unit.succession_undo",
        target=f"unit:{unit.code}",
        reason=reason,
        before=_facts(rows),
    )
    UnitSuccession.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _in_order(ids: Sequence[int]) -> list[Unit]:
    found = Unit.objects.select_related("parent").in_bulk(ids)
    return [found[key] for key in dict.fromkeys(ids)]


def _hand_over(row: UnitSuccession, unit: Unit, successor: Unit) -> None:
    people = User.objects.filter(unit=unit)
    row.moved_user_ids = list(people.order_by("pk").values_list("pk", flat=True))
    row.save(update_fields=["moved_user_ids"])
    people.update(unit=successor)
    for child in unit.children.select_related("parent"):
        keep_move(
            child, successor, on=row.on, reason=row.reason, by=row.by, at=row.at, succession=row
        )


def _end(unit: Unit, plan: _Plan, *, reason: str, actor: User, at: datetime) -> None:
    before = unit.valid_to.isoformat() if unit.valid_to else ""
    unit.valid_to = plan.last_day
    unit.save(update_fields=["valid_to", "changed_at"])
    record_decision(
        actor=actor,
        at=at,
        action="unit.succession",
        target=f"unit:{unit.code}",
        reason=reason,
        before={"valid_to": before},
        after=_facts(list(unit.successions.select_related("successor"))),
    )


def _take_back(row: UnitSuccession, unit: Unit, *, reason: str, actor: User, at: datetime) -> None:
    if row.successor is None:
        return
    for start in range(0, len(row.moved_user_ids), _BATCH):
        ids = row.moved_user_ids[start : start + _BATCH]
        User.objects.filter(pk__in=ids, unit=row.successor).update(unit=unit)
    for move in row.moves.all():
        if move.unit.parent_id == row.successor_id:
            keep_move(move.unit, unit, on=row.on, reason=reason, by=actor, at=at)


def _facts(rows: Sequence[UnitSuccession]) -> dict[str, object]:
    return {
        "kind": rows[0].kind,
        "on": rows[0].on.isoformat(),
        "successors": [row.successor.code for row in rows if row.successor],
        "people": sum(len(row.moved_user_ids) for row in rows),
        "children": sum(row.moves.count() for row in rows),
    }


def _wanted(kind: SuccessionKind) -> str:
    if kind is SuccessionKind.DISSOLVED:
        return _("Giải thể thì không có đơn vị kế thừa.")
    if kind is SuccessionKind.SPLIT:
        return _("Chia tách cần ít nhất hai đơn vị kế thừa.")
    return _("%(kind)s cần đúng một đơn vị kế thừa.") % {"kind": kind.label}
