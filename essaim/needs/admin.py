from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from essaim.needs.models import Need


@admin.register(Need)
class NeedAdmin(admin.ModelAdmin):
    """To find and to remove; only its author changes what a need says."""

    list_display = ["__str__", "visibility", "territory", "theme", "found", "created_at"]
    list_filter = ["visibility", "theme"]
    list_select_related = ["territory", "theme"]
    search_fields = ["text"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
