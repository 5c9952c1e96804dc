from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from essaim.events.models import Event, ThirdPlace


class _ToFind(admin.ModelAdmin):
    """Everything else goes through the object's own page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(_ToFind):
    list_display = ["title", "kind", "state", "starts_at", "registered_count", "capacity"]
    list_filter = ["state", "kind"]
    search_fields = ["title", "slug"]


@admin.register(ThirdPlace)
class ThirdPlaceAdmin(_ToFind):
    list_display = ["name", "territory", "state"]
    list_filter = ["state"]
    search_fields = ["name", "slug"]
