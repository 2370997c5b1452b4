"""Contests in Django's admin, for superusers. What people did is there to be read, not changed."""

from django.contrib import admin

from contest.models import (
    Answer,
    AnswerEvent,
    Attempt,
    BlueprintRow,
    Contest,
    Division,
    DivisionKind,
    Participant,
    Round,
    UnitHeadcount,
)
from questionbank.admin import ReadOnly


class DivisionInline(admin.TabularInline):
    model = Division
    extra = 0


class DivisionKindInline(admin.TabularInline):
    model = DivisionKind
    extra = 0


class UnitHeadcountInline(admin.TabularInline):
    model = UnitHeadcount
    extra = 0
    autocomplete_fields = ["unit"]


class BlueprintRowInline(admin.TabularInline):
    model = BlueprintRow
    extra = 0


class AnswerInline(ReadOnly, admin.TabularInline):
    model = Answer
    fields = ["position", "revision", "choice_order", "response", "saved_at"]


class AnswerEventInline(ReadOnly, admin.TabularInline):
    model = AnswerEvent
    fields = ["position", "response", "client_number", "saved_at"]


@admin.register(Contest)
class ContestAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "host", "is_published"]
    search_fields = ["name", "slug"]
    readonly_fields = [  # recorded decisions of the organisers' desk
        "is_published",
        "complaint_hours",
        "seal_waits_for_complaints",
    ]
    inlines = [DivisionInline, UnitHeadcountInline]


@admin.register(Division)
class DivisionAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "contest", "position"]
    list_filter = ["contest"]
    inlines = [DivisionKindInline]


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):
    list_display = ["name", "contest", "kind", "opens_at", "closes_at", "max_attempts"]
    list_filter = ["contest", "kind"]
    list_select_related = ["contest"]
    date_hierarchy = "opens_at"
    readonly_fields = ["board_released_at"]  # a recorded decision of the desks
    inlines = [BlueprintRowInline]


@admin.register(Participant)
class ParticipantAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["full_name", "unit", "kind", "contest", "joined_at"]
    list_filter = ["contest", "kind"]
    list_select_related = ["unit", "contest"]
    search_fields = ["full_name", "unit__name"]


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["receipt_code", "participant", "round", "started_at", "submitted_at", "score"]
    list_filter = ["round", "closed_by"]
    list_select_related = ["participant", "round"]
    search_fields = ["receipt_code", "participant__full_name"]
    inlines = [AnswerInline, AnswerEventInline]
