from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from essaim.groups.models import Group


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):
    """To find; everything else goes through the group's own page."""

    list_display = ["name", "code", "state", "visibility", "created_at"]
    list_filter = ["state", "visibility"]
    search_fields = ["name", "code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
