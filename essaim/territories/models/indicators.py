"""Series of figures about territories, and the files managers load them from."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .places import Territory


class Profile(models.TextChoices):
    """What an indicator helps to compare; population goes with each."""

    GENERAL = "general", _("général")
    SOCIAL = "social", _("social")
    RURAL = "rural", _("rural")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def by_code(self, codes: list[str]) -> IndicatorQuerySet:
        """Those of these codes, however they are capitalised."""
        return self.annotate(folded=Lower("code")).filter(folded__in=[c.lower() for c in codes])

    def for_list(self) -> IndicatorQuerySet:
        """Each with how many values it has, counted for those shown alone."""
        of_one = (
            IndicatorValue.objects.filter(indicator=OuterRef("pk"))
            .order_by()
            .values("indicator")
            .annotate(n=Count("year"))
        )
        return self.annotate(values_count=Coalesce(Subquery(of_one.values("n")), 0))


@pghistory.track(exclude=["version"])
class Indicator(models.Model):
    """One series. Its code is that of the files it was loaded from, as they wrote it."""

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("nom"), max_length=200)
    unit = models.CharField(_("unité"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    description = models.TextField(_("ce qu’il mesure"), blank=True, max_length=2000)
    profile = models.CharField(
        _("profil de comparaison"), max_length=10, choices=Profile, default=Profile.GENERAL
    )
    weight = models.FloatField(_("poids par défaut"), default=1.0)
    # Changes with the values: what a process keeps of them is compared with it.
    version = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="indicator_code_once",
                violation_error_message=_("Un indicateur porte déjà ce code."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100),
                name="indicator_weight_in_bounds",
                violation_error_message=_("Un poids va de 0 à 100."),
            ),
            models.CheckConstraint(
                condition=Q(profile__in=Profile.values), name="indicator_profile_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("territories:indicator", args=[self.pk])


class IndicatorValue(models.Model):
    """One figure: of one territory, for one year.

    Read by whole columns and never alone: no identifier of its own, and no index but the key's.
    Territories are never deleted, so that the database need not look for them at each line.
    """

    pk = models.CompositePrimaryKey("indicator_id", "territory_id", "year")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values", db_index=False)
    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="figures", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField(_("année"))
    value = models.FloatField(_("valeur"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("valeur d’indicateur")
        verbose_name_plural = _("valeurs d’indicateurs")
        constraints = [
            # Neither infinite nor « not a number »: no mean would stand it.
            models.CheckConstraint(
                condition=Q(value__gte=-1e15, value__lte=1e15), name="indicator_value_finite"
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1800, year__lte=2100), name="indicator_value_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}, {self.territory_id}, {self.year}: {self.value}"


def upload_name(instance: IndicatorImport, filename: str) -> str:
    return f"indicators/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class ImportState(models.TextChoices):
    MAPPING = "mapping", _("colonnes à indiquer")
    CHECKING = "checking", _("vérification en cours")
    READY = "ready", _("vérifié, à confirmer")
    IMPORTING = "importing", _("chargement en cours")
    DONE = "done", _("terminé")
    FAILED = "failed", _("interrompu")
    CANCELLED = "cancelled", _("abandonné")


WORKING = [ImportState.CHECKING, ImportState.IMPORTING]


class IndicatorImport(FSMModelMixin, models.Model):
    """A file: which column is what, how far its check is, and what it did."""

    file = models.FileField(_("fichier"), upload_to=upload_name)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    # See `indicator_file.Mapping`; empty until the columns are told.
    mapping = models.JSONField(default=dict, blank=True)
    state = FSMField(
        _("état"), choices=ImportState.choices, default=ImportState.MAPPING, protected=True
    )
    # Of the staged values; also what links them to this import.
    batch = models.UUIDField(default=uuid.uuid4, editable=False)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    new_indicators = models.JSONField(default=list, blank=True)
    message = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("demandé par"), null=True
    )
    started_at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import d’indicateurs")
        verbose_name_plural = _("imports d’indicateurs")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="indicator_import_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        return reverse("territories:indicator_import", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def percent(self) -> int:
        """Of the file; 99 until the whole work is done."""
        if not self.bytes_total:
            return 0
        return min(99 if self.is_working else 100, 100 * self.bytes_done // self.bytes_total)

    @property
    def found(self) -> int:
        return self.created + self.updated + self.unchanged

    @property
    def reason(self) -> str:
        """What interrupted the import, in the reader's language."""
        from ..indicator_messages import FILE_MESSAGES

        return str(FILE_MESSAGES.get(self.message, ""))

    @transition(
        "state",
        source=[ImportState.MAPPING, ImportState.READY, ImportState.FAILED],
        target=ImportState.CHECKING,
    )
    def check_with(self, mapping: dict[str, Any]) -> None:
        """Also after the result of a first mapping was seen."""
        self.mapping = mapping
        self.batch = uuid.uuid4()
        self.bytes_done = self.lines = self.empty = 0
        self.created = self.updated = self.unchanged = 0
        self.error_count = self.warning_count = 0
        self.new_indicators = []
        self.message = ""
        self.touched_at = self.finished_at = None

    @transition("state", source=ImportState.CHECKING, target=ImportState.READY)
    def finish_check(self) -> None:
        self.touched_at = timezone.now()

    @transition("state", source=ImportState.READY, target=ImportState.IMPORTING)
    def confirm(self) -> None:
        self.touched_at = None

    @transition("state", source=ImportState.IMPORTING, target=ImportState.DONE)
    def finish(self) -> None:
        self.touched_at = self.finished_at = timezone.now()

    @transition("state", source=WORKING, target=ImportState.FAILED)
    def fail(self, message: str) -> None:
        self.message = message
        self.touched_at = self.finished_at = timezone.now()

    @transition(
        "state",
        source=[*WORKING, ImportState.MAPPING, ImportState.READY, ImportState.FAILED],
        target=ImportState.CANCELLED,
    )
    def cancel(self) -> None:
        self.finished_at = timezone.now()


class StagedValue(models.Model):
    """A value read from a file and not yet loaded: what makes memory constant and doubles seen."""

    batch = models.UUIDField()
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField()
    value = models.FloatField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("valeur à charger")
        verbose_name_plural = _("valeurs à charger")
        indexes = [models.Index(fields=["batch"], name="staged_value_batch")]

    def __str__(self) -> str:
        return f"{self.line}: {self.code} {self.year} {self.value}"


class IndicatorIssue(models.Model):
    """What one line of a file met: refused (an error), or loaded with a remark."""

    batch = models.UUIDField()
    line = models.PositiveIntegerField(_("ligne"))
    is_error = models.BooleanField(_("erreur"))
    field = models.CharField(_("colonne"), max_length=100, blank=True)
    code = models.CharField(max_length=40)
    # What the line said, where the sentence repeats it.
    given = models.CharField(max_length=100, blank=True)
    other_line = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("remarque sur une ligne d’indicateurs")
        verbose_name_plural = _("remarques sur les lignes d’indicateurs")
        ordering = ["line", "pk"]
        indexes = [
            models.Index(fields=["batch", "is_error", "line"], name="indicator_issue_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.field} {self.code}"

    @property
    def reason(self) -> str:
        """The sentence, in the reader's language."""
        from ..indicator_messages import sentence

        return sentence(self.code, self.given, self.other_line)
