"""The technical back room: cards are read here, and written on the site.

Saving from these pages would go round the actions (version, derived columns, history's reason,
search), so they only show; deleting, reserved to administrators, calls the action.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.actions.publication import delete_card
from essaim.initiatives.forms.fields import WebAddressField
from essaim.initiatives.models import (
    Component,
    EconomicLine,
    Evidence,
    Fact,
    Initiative,
    Material,
    Partner,
    PhaseChange,
)


class ReadOnly:
    """No form: rows are changed by the site's actions."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# Built even where nothing is typed.
ADDRESSES: Any = {models.URLField: {"form_class": WebAddressField}}


class PartInline(ReadOnly, admin.TabularInline):
    extra = 0
    formfield_overrides = ADDRESSES


class ComponentInline(PartInline):
    model = Component


class PartnerInline(PartInline):
    model = Partner


class EconomicLineInline(PartInline):
    model = EconomicLine


class MaterialInline(PartInline):
    model = Material


class EvidenceInline(PartInline):
    model = Evidence


class FactInline(PartInline):
    model = Fact


class PhaseChangeInline(PartInline):
    model = PhaseChange


@admin.register(Initiative)
class InitiativeAdmin(ReadOnly, admin.ModelAdmin):
    formfield_overrides = ADDRESSES
    list_display = ["title", "publication", "phase", "proof_level", "holder", "updated_at"]
    list_filter = ["publication", "phase", "track", "status", "proof_level"]
    list_select_related = ["holder"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title", "external_id", "slug", "holder__name", "author__email"]
    search_help_text = _("Titre, identifiant externe, adresse, porteur, courriel de l’auteur")
    ordering = ["-updated_at"]
    fields = [
        *("page", "external_id", "slug", "title", "summary", "publication", "author", "holder"),
        *("track", "status", "themes", "audiences", "territories", "tags", "beneficiaries"),
        *("need", "objectives", "description", "steps", "prerequisites", "what_failed"),
        *("target_coverage", "started_on", "checked_on", "consent_to_scale", "contact", "url"),
        *("source_name", "source_url", "source_licence", "unmatched", "return_reason"),
        *("submitted_at", "published_at", "created_at", "updated_at", "version"),
        *("phase", "phase_reason", "proof_level", "first_year_cost", "has_materials"),
    ]
    readonly_fields = fields  # type: ignore[assignment]
    inlines = [
        *(ComponentInline, PartnerInline, EconomicLineInline, MaterialInline, EvidenceInline),
        *(FactInline, PhaseChangeInline),
    ]

    @admin.display(description=_("page"))
    def page(self, card: Initiative) -> str:
        return format_html('<a href="{}">{}</a>', card.get_absolute_url(), card.title)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # What hangs on a card goes with it; its read-only rows must not forbid that.
        deleted, counts, _perms, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Initiative) -> None:
        delete_card(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Initiative]) -> None:
        for card in queryset:
            delete_card(card, by=request.user)
