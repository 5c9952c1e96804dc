from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from essaim.themes.models import Audience, Theme, UnmappedTag


@admin.register(Theme, Audience)
class TermAdmin(admin.ModelAdmin):
    """To read and to remove; names and synonyms change on the managers' page, which also
    gives the term to the cards concerned."""

    list_display = ["name", "name_en", "slug"]
    search_fields = ["name", "name_en", "slug", "synonyms"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(UnmappedTag)
class UnmappedTagAdmin(admin.ModelAdmin):
    list_display = ["text", "vocabulary", "ignored", "first_seen"]
    list_filter = ["vocabulary", "ignored"]
    search_fields = ["folded", "text"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
