"""Who may do what: asked by views, services and templates alike. Deny by default."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import RoleGrant, Unit, User


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The duties a person holds. Superusers hold them all."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(Role)
    if not getattr(user, "holds_duty", True):  # known since the person was loaded
        return frozenset()
    granted = RoleGrant.objects.filter(user_id=user.pk).values_list("role", flat=True)
    return frozenset(Role(role) for role in granted)


def has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    """Whether the person holds at least one of the duties."""
    return not roles_of(user).isdisjoint(roles)


def require_role(*roles: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """View decorator: sign-in first, then 403 without one of the duties."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        @login_required
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def coordinated_units(user: User) -> QuerySet[Unit]:
    """A coordinator's own units, those below them and those merged into one of these."""
    grants = RoleGrant.objects.filter(user_id=user.pk, role=Role.COORDINATOR)
    return Unit.objects.in_care_of(Unit.objects.filter(pk__in=grants.values("unit_id")))


def may_see_national_ids(user: User, *, owner_ids: Collection[int]) -> bool:
    """Whether the person may see these numbers whole: one's own, or by an explicit duty."""
    are_own = user.is_active and set(owner_ids) <= {user.pk}
    return are_own or has_role(user, Role.IDENTITY_VIEWER)
