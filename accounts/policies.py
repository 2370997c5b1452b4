"""Who may do what: asked by views, services and templates alike. Deny by default."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import RoleGrant, Unit, User
from accounts.second_factors import has_second_factor

SET_UP_FIRST = _(
    "Người được giao nhiệm vụ cần bật bảo mật hai lớp trước khi vào các trang làm việc."
)


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The duties a person holds, none without the second factor. Superusers hold them all."""
    if not user.is_authenticated or not user.is_active or user.lacks_second_factor:
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
    """View decorator: sign-in first, then the second factor, then 403 without a duty."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        @login_required
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if request.user.lacks_second_factor:
                return to_second_factor(request)
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """Where a person shows the second factor that this session lacks, or sets one up."""
    if not has_second_factor(cast(User, request.user)):
        messages.warning(request, SET_UP_FIRST)
        return redirect("mfa_index")
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect_to_login(back, reverse("mfa_reauthenticate"))


def coordinated_units(user: User) -> QuerySet[Unit]:
    """A coordinator's own units, those below them and those merged into one of these."""
    grants = RoleGrant.objects.filter(user_id=user.pk, role=Role.COORDINATOR)
    return Unit.objects.in_care_of(Unit.objects.filter(pk__in=grants.values("unit_id")))


def may_see_national_ids(user: User, *, owner_ids: Collection[int]) -> bool:
    """Whether the person may see these numbers whole: one's own, or by an explicit duty."""
    are_own = user.is_active and set(owner_ids) <= {user.pk}
    return are_own or has_role(user, Role.IDENTITY_VIEWER)
