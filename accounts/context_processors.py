from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_lazy as _

from accounts.enums import Role
from accounts.policies import roles_of


@dataclass(frozen=True)
class Desk:
    """A working place in the header's menu."""

    url: str
    label: str


_DESKS = [
    ("contest:organiser_desk", _("Ban tổ chức"), {Role.ORGANISER, Role.OBSERVER}),
    ("contest:jury_desk", _("Ban giám khảo"), {Role.JURY, Role.OBSERVER}),
    (
        "questionbank:question_list",
        _("Ngân hàng câu hỏi"),
        {Role.AUTHOR, Role.REVIEWER},
    ),
    ("contest:coordinator_desk", _("Đơn vị"), {Role.COORDINATOR}),
    ("contest:national_id_desk", _("Số căn cước"), {Role.IDENTITY_VIEWER}),
]


def desks(request: HttpRequest) -> dict[str, Any]:
    """`desks`: the menu of the person's working places, read only if a template shows it."""
    return {"desks": SimpleLazyObject(lambda: _desks_of(request))}


def _desks_of(request: HttpRequest) -> list[Desk]:
    user = getattr(request, "user", None)  # error pages are rendered without one
    if user is None:
        return []
    if user.is_authenticated and user.lacks_second_factor:
        return [Desk(reverse("mfa_index"), gettext("Bật bảo mật hai lớp"))]
    held = roles_of(user)
    return [Desk(reverse(name), str(label)) for name, label, roles in _DESKS if roles & held]
