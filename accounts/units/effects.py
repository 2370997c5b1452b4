"""What a change of the tree would touch, counted beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import QuerySet

from accounts.enums import Role, SuccessionKind
from accounts.models import RoleGrant, Unit, User
from accounts.rules.successions import hands_over


@dataclass(frozen=True)
class Kept:
    """Rows of other rooms that name the units and stay as they are, such as participants."""

    label: str
    count: int


@dataclass(frozen=True)
class SuccessionEffect:
    """`people` have an account; `moves` says whether they and the `children` go to the heir."""

    units: Sequence[Unit]
    successors: Sequence[Unit]
    people: int
    children: int
    coordinators: int
    kept: list[Kept]
    moves: bool


@dataclass(frozen=True)
class MoveEffect:
    """The unit with all below it: that many units, people with an account, coordinators."""

    unit: Unit
    parent: Unit | None
    units: int
    people: int
    coordinators: int


def succession_effect(
    units: Sequence[Unit], successors: Sequence[Unit], *, kind: SuccessionKind
) -> SuccessionEffect:
    keys = [unit.pk for unit in units]
    return SuccessionEffect(
        units=units,
        successors=successors,
        people=User.objects.filter(unit__in=keys).count(),
        children=Unit.objects.filter(parent__in=keys).count(),
        coordinators=_coordinators().filter(unit__in=keys).values("user").distinct().count(),
        kept=_kept(keys),
        moves=hands_over(kind),
    )


def move_effect(unit: Unit, parent: Unit | None) -> MoveEffect:
    branch = Unit.objects.within(unit)
    return MoveEffect(
        unit=unit,
        parent=parent,
        units=branch.count(),
        people=User.objects.filter(unit__in=branch).count(),
        coordinators=_coordinators().filter(unit__in=branch).values("user").distinct().count(),
    )


def _coordinators() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(role=Role.COORDINATOR)


def _kept(keys: list[int]) -> list[Kept]:
    """Counted through the relations: this room does not know who else names a unit."""
    found = []
    for model in apps.get_models():
        about = model._meta  # noqa: SLF001 (Django's documented way to ask)
        if about.app_label == "accounts":
            continue
        for relation in about.get_fields():
            if relation.related_model is Unit and relation.many_to_one:
                rows = model.objects.filter(**{f"{relation.name}__in": keys})  # type: ignore[attr-defined]
                found.append(Kept(str(about.verbose_name_plural), rows.count()))
    return [kept for kept in found if kept.count]
