"""A file of the centre's own figures: how far it is, what it did, line by line."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .campaign import CampaignIndicator


class FigureFileState(models.TextChoices):
    WAITING = "waiting", _("lecture en cours")
    LOADED = "loaded", _("chargé")
    REFUSED = "refused", _("refusé")
    FAILED = "failed", _("interrompu")


class FigureFileQuerySet(models.QuerySet["FigureFile"]):
    def for_list(self) -> FigureFileQuerySet:
        return self.select_related("indicator").defer("content")


class FigureFile(FSMModelMixin, models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    indicator = models.ForeignKey(CampaignIndicator, models.CASCADE, related_name="files")
    name = models.CharField(_("nom du fichier"), max_length=255)
    # Some megabytes at most, until they are read: kept, queued and forgotten in one transaction.
    content = models.BinaryField()
    kind = models.CharField(max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = FSMField(
        _("état"), choices=FigureFileState.choices, default=FigureFileState.WAITING, protected=True
    )
    bytes_total = models.PositiveIntegerField(default=0)
    bytes_done = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)  # lines of other indicators
    attempts = models.PositiveSmallIntegerField(default=0)  # times that its reading was begun
    # Why the whole was refused: a key of ``own_figures.WHY``, and what it is about.
    why = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("déposé par"), null=True,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = FigureFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier de chiffres d’une campagne")
        verbose_name_plural = _("fichiers de chiffres des campagnes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FigureFileState.values), name="figure_file_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(
            "dialogues:figure_file", args=[self.indicator.campaign_id, self.indicator_id, self.pk]
        )

    @property
    def is_working(self) -> bool:
        return self.state == FigureFileState.WAITING

    @property
    def percent(self) -> int:
        """Of the file; 99 until the whole is written."""
        if not self.bytes_total:
            return 0
        return min(99 if self.is_working else 100, 100 * self.bytes_done // self.bytes_total)

    @property
    def reason(self) -> str:
        """Why it was refused, in the reader's language."""
        from essaim.dialogues.own_figures import why_in_words

        return why_in_words(self.why, self.about)

    @transition("state", source="waiting", target="loaded")
    def load(self) -> None:
        self.content = b""

    @transition("state", source="waiting", target="refused")
    def refuse(self) -> None:
        """Its lines say why; the file is its owner's to mend."""
        self.content = b""

    @transition("state", source="waiting", target="failed")
    def fail(self) -> None:
        """The file stays, to be tried again."""

    @transition("state", source="failed", target="waiting")
    def try_again(self) -> None:
        self.bytes_done = self.lines = 0


class FigureLine(models.Model):
    """What is said of one line of a file: wrong, or left aside."""

    file = models.ForeignKey(FigureFile, models.CASCADE, related_name="said")
    line = models.PositiveIntegerField(_("ligne"))
    is_error = models.BooleanField(default=True)
    code = models.CharField(max_length=40)
    given = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("ligne d’un fichier de chiffres")
        verbose_name_plural = _("lignes de fichiers de chiffres")
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"

    @property
    def reason(self) -> str:
        from essaim.dialogues.own_figures import line_in_words

        return line_in_words(self.code, self.given)
