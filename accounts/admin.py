from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.adapter import PhoneField
from accounts.models import AuditEntry, NationalId, RoleGrant, Unit, User
from accounts.policies import to_second_factor
from accounts.services.contacts import change_contacts
from accounts.services.moving_units import lock_tree

_may_enter = admin.site.has_permission
_sign_in = secure_admin_login(admin.site.login)


def _has_permission(request: HttpRequest) -> bool:
    return _may_enter(request) and not cast(User, request.user).lacks_second_factor


def _login(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """One sign-in for all: the admin's own knows no limit on wrong passwords, no second factor."""
    if _may_enter(request) and not _has_permission(request):
        return to_second_factor(request)
    answer: HttpResponse = _sign_in(request, *args, **kwargs)
    return answer


admin.site.has_permission = _has_permission  # type: ignore[method-assign]
admin.site.login = _login  # type: ignore[method-assign]

# Single sign-on is described by the environment; second factors are taken away by
# `reset_two_factors`, which is recorded.
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken])


class _ContactFields(forms.ModelForm):
    """Phone and e-mail as people type them, one of them at least."""

    phone = PhoneField(label=_("Số điện thoại"), required=False)

    def clean_email(self) -> str | None:
        return (self.cleaned_data["email"] or "").lower() or None

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        has_tried = self.has_error("phone") or self.has_error("email")
        if not (self.cleaned_data.get("phone") or self.cleaned_data.get("email") or has_tried):
            self.add_error("phone", _("Cần có số điện thoại hoặc thư điện tử."))
        return self.cleaned_data


class PersonChangeForm(_ContactFields, UserChangeForm):
    pass


class PersonCreationForm(_ContactFields, AdminUserCreationForm):
    pass


class RoleGrantInline(admin.TabularInline):
    model = RoleGrant
    extra = 0
    autocomplete_fields = ["unit"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    ordering = ["full_name"]
    list_display = ["full_name", "email", "phone", "kind", "unit", "is_active"]
    list_filter = ["kind", "is_active", "is_staff"]
    list_select_related = ["unit"]
    search_fields = ["full_name", "email", "phone"]
    autocomplete_fields = ["unit"]
    readonly_fields = ["joined_at", "last_login"]
    inlines = [RoleGrantInline]
    fieldsets = (
        (None, {"fields": ("email", "phone", "password")}),
        (_("Người dùng"), {"fields": ("full_name", "born_on", "kind", "unit")}),
        (_("Quyền"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Thời gian"), {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "phone", "full_name", "born_on", "kind", "unit")}),
        (_("Mật khẩu"), {"fields": ("usable_password", "password1", "password2")}),
    )

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if "phone" in form.changed_data:
            obj.phone_verified = False
        super().save_model(request, obj, form, change)
        change_contacts(user=obj, phone=obj.phone, email=obj.email)


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin):
    list_display = ["user", "role", "unit"]
    list_filter = ["role"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__full_name", "user__email", "user__phone"]
    autocomplete_fields = ["user", "unit"]


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "kind", "parent", "headcount"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "code", "search_key"]
    autocomplete_fields = ["parent"]

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        # a unit is moved at the organisers' desk, which keeps where it stood before
        return ["code", "parent"] if obj else []

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        lock_tree()
        obj.search_key = Unit.search_key_for(obj.name, obj.aliases)
        super().save_model(request, obj, form, change)


@admin.register(NationalId)
class NationalIdAdmin(admin.ModelAdmin):
    """Masked even here: to see one whole is a duty, and recorded."""

    list_display = ["user", "masked_number", "odd", "checked_at"]
    list_select_related = ["user"]
    search_fields = ["user__full_name", "user__email", "user__phone"]
    fields = ["user", "masked_number", "odd", "checked_at"]
    readonly_fields = ["user", "masked_number", "odd", "checked_at"]

    @admin.display(description=_("số định danh"))
    def masked_number(self, national_id: NationalId) -> str:
        return national_id.masked()

    @admin.display(description=_("điểm cần xem"))
    def odd(self, national_id: NationalId) -> str:
        return " ".join(str(finding.label) for finding in national_id.found())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ["at", "actor", "action", "target", "reason"]
    list_filter = ["action"]
    list_select_related = ["actor"]
    search_fields = ["target", "reason"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
