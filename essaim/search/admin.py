from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from essaim.search import actions
from essaim.search.models import Synonym


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """Rows are switched off, not deleted: an update would bring ours back."""

    list_display = ["term", "expansion", "active"]
    list_filter = ["active"]
    search_fields = ["term", "expansion"]

    def save_model(self, request: HttpRequest, obj: Synonym, form: object, change: bool) -> None:
        actions.save_synonym(obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
