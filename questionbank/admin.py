"""The bank in Django's admin, for superusers: to look things up and to name sets.

Wordings are never edited here: an edit is a new revision, and an approval is a recorded decision.
Topics are arranged at the desk, which keeps their tree a tree.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from questionbank.models import (
    Choice,
    LegalDocument,
    Question,
    QuestionSet,
    Revision,
    Source,
    Topic,
)


class ReadOnly:
    """For admin classes: nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ChoiceInline(ReadOnly, admin.TabularInline):
    model = Choice


class SourceInline(ReadOnly, admin.TabularInline):
    model = Source


class RevisionInline(ReadOnly, admin.TabularInline):
    model = Revision
    fields = ["number", "kind", "difficulty", "points", "stem", "created_at"]
    show_change_link = True


@admin.register(Revision)
class RevisionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["question", "number", "kind", "difficulty", "created_at"]
    list_filter = ["kind", "difficulty"]
    list_select_related = ["question"]
    search_fields = ["question__code", "stem"]
    inlines = [ChoiceInline, SourceInline]


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    list_display = ["code", "topic", "question_set", "status", "author"]
    list_filter = ["status", "topic", "question_set"]
    list_select_related = ["topic", "question_set", "author"]
    search_fields = ["code", "current_revision__stem"]
    fields = ["code", "topic", "question_set", "status", "author"]
    readonly_fields = ["code", "status", "author"]
    inlines = [RevisionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # questions come in with their first revision, by import

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        return False  # papers refer to it: it is retired instead


@admin.register(Topic)
class TopicAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "code", "parent", "position"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]


@admin.register(QuestionSet)
class QuestionSetAdmin(admin.ModelAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]


@admin.register(LegalDocument)
class LegalDocumentAdmin(admin.ModelAdmin):
    list_display = ["number", "title", "issued_on", "effective_on", "expires_on"]
    list_filter = ["issued_on"]
    search_fields = ["code", "number", "title"]
    autocomplete_fields = ["replaced_by"]
