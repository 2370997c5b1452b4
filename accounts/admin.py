from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, RoleGrant, Unit, User


class RoleGrantInline(admin.TabularInline):
    model = RoleGrant
    extra = 0
    autocomplete_fields = ["unit"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    ordering = ["full_name"]
    list_display = ["full_name", "email", "phone", "kind", "unit", "is_active"]
    list_filter = ["kind", "is_active", "is_staff"]
    list_select_related = ["unit"]
    search_fields = ["full_name", "email", "phone"]
    autocomplete_fields = ["unit"]
    inlines = [RoleGrantInline]
    fieldsets = (
        (None, {"fields": ("email", "phone", "password")}),
        (_("Người dùng"), {"fields": ("full_name", "born_on", "kind", "unit")}),
        (_("Quyền"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "kind", "unit", "password1", "password2")}),
    )


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "kind", "parent", "headcount"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "code", "search_key"]
    autocomplete_fields = ["parent"]

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        obj.search_key = Unit.search_key_for(obj.name, obj.aliases)
        super().save_model(request, obj, form, change)


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
