from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.models import Unit, User
from accounts.services.auditing import record_decision
from accounts.services.moving_units import lock_tree
from accounts.units.errors import UnitError


@dataclass(frozen=True)
class UnitFacts:
    """What is said about a unit. Its place in the tree is changed by a move, its end told by a
    succession where there is an heir."""

    code: str
    name: str
    kind: UnitKind
    aliases: str = ""
    headcount: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@transaction.atomic
def create_unit(*, facts: UnitFacts, parent_id: int | None, actor: User, at: datetime) -> Unit:
    """Raises UnitError "code_taken"."""
    lock_tree()
    if Unit.objects.filter(code=facts.code).exists():
        raise UnitError("code_taken", _("Mã này đã được dùng cho đơn vị khác."))
    unit = Unit.objects.create(parent_id=parent_id, **_columns(facts))
    record_decision(
        actor=actor,
        at=at,
        action="unit.create",
        target=f"unit:{unit.code}",
        after=_told(unit),
    )
    return unit


@transaction.atomic
def edit_unit(*, unit_id: int, facts: UnitFacts, actor: User, at: datetime) -> Unit:
    """The code stays: files and addresses name the unit by it."""
    lock_tree()
    unit = Unit.objects.get(pk=unit_id)
    before = _told(unit)
    for name, value in _columns(facts).items():
        if name != "code":
            setattr(unit, name, value)
    unit.save()
    after = _told(unit)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        record_decision(
            actor=actor,
            at=at,
            action="unit.edit",
            target=f"unit:{unit.code}",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return unit


def _columns(facts: UnitFacts) -> dict[str, Any]:
    return {**vars(facts), "search_key": Unit.search_key_for(facts.name, facts.aliases)}


def _told(unit: Unit) -> dict[str, Any]:
    days = {
        name: day.isoformat() if (day := getattr(unit, name)) else None
        for name in ("valid_from", "valid_to")
    }
    named = {name: getattr(unit, name) for name in ("name", "kind", "aliases", "headcount")}
    return {**named, **days}
