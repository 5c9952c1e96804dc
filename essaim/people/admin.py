from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.utils.translation import gettext_lazy as _

from essaim.common.errors import DomainError
from essaim.common.typography import labelled
from essaim.people.actions.deletion import delete_account
from essaim.people.models import Consent, ConsentText, Membership, Organisation, User

admin.site.site_header = _("Administration technique")
admin.site.site_title = _("Administration technique")
admin.site.index_title = _("L’arrière-salle : à ouvrir quand une page de gestion ne suffit pas")
# One way in: the site's own sign-in page, with its limits on attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class UserChangeForm(DjangoUserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organisation"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    inlines = [MembershipInline]
    ordering = ["email"]
    list_display = ["email", "name", "is_manager", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_manager", "is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "name_is_public"]}),
        (_("Rôles"), {"fields": ["is_active", "is_manager", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]

    actions = ["empty_accounts"]

    def get_inlines(self, request: Any, obj: User | None) -> Any:
        return self.inlines if obj else []

    def has_delete_permission(self, request: Any, obj: User | None = None) -> bool:
        """A row that others point to is emptied, never removed."""
        return False

    @admin.action(description=_("Supprimer ces comptes (leurs contributions restent, sans nom)"))
    def empty_accounts(self, request: Any, queryset: Any) -> None:
        for user in queryset:
            try:
                delete_account(user, keep_name=False, leave_unrepresented=True)
            except DomainError as error:
                self.message_user(request, labelled(user, error.message), messages.ERROR)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    inlines = [MembershipInline]
    list_display = ["name", "kind", "siren", "territory"]
    list_filter = ["kind"]
    list_select_related = ["territory"]
    search_fields = ["name", "siren"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["territory"]
    list_per_page = 50


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin):
    list_display = ["kind", "version", "published_at"]
    list_filter = ["kind"]

    def has_change_permission(self, request: Any, obj: ConsentText | None = None) -> bool:
        """A published version is what people accepted: another one follows, it does not change."""
        published = obj is not None and obj.published_at is not None
        return not published and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: Any, obj: ConsentText | None = None) -> bool:
        published = obj is not None and obj.published_at is not None
        return not published and super().has_delete_permission(request, obj)


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):
    """To be read: consents are given and withdrawn by the persons themselves."""

    list_display = ["user", "text", "given_at", "withdrawn_at"]
    list_filter = ["text__kind"]
    list_select_related = ["user", "text"]
    search_fields = ["user__email"]
    list_per_page = 50

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Consent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Consent | None = None) -> bool:
        return False
