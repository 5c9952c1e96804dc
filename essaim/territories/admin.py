from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from essaim.common.text import fold

from .models import Territory, Zoning


class ReadOnlyAdmin(admin.ModelAdmin):
    """For looking things up: territories change by ``load_territories`` and zoning imports."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Territory)
class TerritoryAdmin(ReadOnlyAdmin):
    list_display = ["label", "kind", "code", "population", "gone_on"]
    list_filter = [("gone_on", admin.EmptyFieldListFilter), "kind"]
    search_fields = ["search_text"]  # read by get_search_results, folded as it is stored
    exclude = ["search_text", "sort_name"]
    list_select_related = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        condition = Q()
        for word in fold(search_term).split():
            condition &= Q(search_text__contains=f" {word}")
        return queryset.filter(condition), False


@admin.register(Zoning)
class ZoningAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "source", "year", "inside_communes"]
    search_fields = ["name", "slug"]
