"""Where a unit stands in the tree, and what the tree was before."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, UnitMove, UnitSuccession, User
from accounts.services.auditing import record_decision
from accounts.units.errors import UnitError


def lock_tree() -> None:
    """Until the transaction ends nobody else changes units; reading goes on.

    SQLite has one writer anyway. The trigger of the tree takes the same lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts_unit'))")


@transaction.atomic
def move_unit(
    *, unit_id: int, parent_id: int | None, on: date, reason: str, actor: User, at: datetime
) -> UnitMove:
    """Put a unit below another one, or at the top, as of a day. The opposite deed is another move.

    Raises UnitError "same_parent", "goes_round", "not_valid", "in_future" or "moved_later".
    """
    lock_tree()
    unit = Unit.objects.select_related("parent").get(pk=unit_id)
    parent = Unit.objects.get(pk=parent_id) if parent_id else None
    refuse_future(on, at=at)
    refuse_move(unit, parent, on=on)
    move = keep_move(unit, parent, on=on, reason=reason, by=actor, at=at)
    record_decision(
        actor=actor,
        at=at,
        action="unit.move",
        target=f"unit:{unit.code}",
        reason=reason,
        before={"parent": move.old_parent.code if move.old_parent else ""},
        after={"parent": parent.code if parent else "", "on": on.isoformat()},
    )
    return move


def refuse_future(on: date, *, at: datetime) -> None:
    """Raises UnitError "in_future": the tree is that of today, so it cannot change ahead."""
    if on > timezone.localdate(at):
        raise UnitError(
            "in_future", _("Ngày có hiệu lực chưa đến. Xin ghi nhận khi đã có hiệu lực.")
        )


def refuse_move(unit: Unit, parent: Unit | None, *, on: date) -> None:
    if parent == unit.parent:
        raise UnitError("same_parent", _("Đơn vị đang ở đúng cấp trên này."))
    if parent and not parent.is_valid(day=on):
        raise UnitError(
            "not_valid",
            _("%(name)s không tồn tại vào ngày này.") % {"name": parent.name},
        )
    if parent and Unit.objects.within(unit).filter(pk=parent.pk).exists():
        raise UnitError(
            "goes_round",
            _("%(parent)s đang ở dưới %(unit)s nên không thể làm cấp trên.")
            % {"parent": parent.name, "unit": unit.name},
        )
    if unit.moves.filter(on__gt=on).exists():
        raise UnitError("moved_later", _("Đơn vị đã được chuyển vào một ngày sau ngày này."))


def keep_move(
    unit: Unit,
    parent: Unit | None,
    *,
    on: date,
    reason: str,
    by: User | None,
    at: datetime,
    succession: UnitSuccession | None = None,
) -> UnitMove:
    """Change the tree and keep what it was; under `lock_tree`."""
    move = UnitMove.objects.create(
        unit=unit,
        old_parent=unit.parent,
        new_parent=parent,
        on=on,
        reason=reason,
        by=by,
        at=at,
        succession=succession,
    )
    unit.parent = parent
    unit.save(update_fields=["parent", "changed_at"])
    return move
