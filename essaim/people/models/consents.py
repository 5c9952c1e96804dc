"""Texts that people accept, each version kept, and who accepted which."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def in_force(self) -> ConsentTextQuerySet:
        """The latest published version of each kind."""
        return (
            self.filter(published_at__lte=timezone.now())
            .order_by("kind", "-published_at", "-pk")
            .distinct("kind")
        )


class ConsentText(models.Model):
    """A version, once published, is what people accepted: it is not changed, another follows."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("conditions d’utilisation")
        MAIL = "mail", _("courriels d’information")

    kind = models.CharField(_("objet"), max_length=10, choices=Kind)
    version = models.CharField(_("version"), max_length=20)
    text = models.TextField(_("texte en français"))
    text_en = models.TextField(_("texte en anglais"), blank=True)
    published_at = models.DateTimeField(
        _("en vigueur depuis"),
        null=True,
        blank=True,
        help_text=_("Vide : brouillon. Une version publiée ne change plus."),
    )

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("texte à accepter")
        verbose_name_plural = _("textes à accepter")
        ordering = ["kind", "-published_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "version"],
                name="consent_text_version_once",
                violation_error_message=_("Cette version existe déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["terms", "mail"]), name="consent_text_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.version}"

    @property
    def shown(self) -> str:
        return self.text_en if self.text_en and get_language() == "en" else self.text


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> ConsentQuerySet:
        return self.filter(withdrawn_at__isnull=True)

    def of(self, user: Any) -> ConsentQuerySet:
        return self.filter(user=user).select_related("text").order_by("-given_at", "-pk")


class Consent(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consentement")
        verbose_name_plural = _("consentements")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "text"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_given_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.text_id}"
