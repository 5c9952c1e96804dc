"""What matching keeps: standing needs, good answers found, answers shown, answers set aside."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from essaim.initiatives.models import Initiative
from essaim.needs.models import SHARED, Need
from essaim.search.models import DIMENSIONS

TEXT_LENGTH = 500


class StandingQuerySet(models.QuerySet["Standing"]):
    def shared(self) -> StandingQuerySet:
        """Those whose need is open and every member may read: private ones, and those of an
        organisation, are counted nowhere."""
        return self.filter(need__visibility__in=SHARED, need__state=Need.State.OPEN)

    def unmet(self) -> StandingQuerySet:
        """Without a good answer, those set aside not counting (docs/matching.md): the rule of
        every list and count of unmet needs, also on the floors below (``receivers``)."""
        return self.filter(~Exists(Match.objects.kept().filter(need=OuterRef("need"))))

    def for_list(self) -> StandingQuerySet:
        return self.select_related("need__territory", "need__theme", "need__organisation")


class Standing(models.Model):
    """A need that new cards are compared with: its meaning, and which version of it was read."""

    need = models.OneToOneField(Need, models.CASCADE, primary_key=True, related_name="standing")
    version = models.PositiveIntegerField()
    embedding = HalfVectorField(dimensions=DIMENSIONS, null=True)
    # Of the closest card that may answer at all; what the board shows as « the nearest ».
    closest = models.FloatField(null=True)
    weighed_at = models.DateTimeField(default=timezone.now)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("besoin suivi")
        verbose_name_plural = _("besoins suivis")
        indexes = [models.Index(fields=["weighed_at"], name="standing_oldest")]

    def __str__(self) -> str:
        return f"{self.need_id}"


class MatchQuerySet(models.QuerySet["Match"]):
    def kept(self) -> MatchQuerySet:
        """But those that who have the need set aside."""
        aside = Dismissal.objects.filter(
            need=OuterRef("need"), kind="initiative", object_id=OuterRef("initiative_id")
        )
        return self.filter(~Exists(aside))


class Match(models.Model):
    """A good answer of a need among initiatives, as the jobs found it."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="matches", db_index=False)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    closeness = models.FloatField()
    found_at = models.DateTimeField(default=timezone.now)
    # The author was told of it: it came after the need, not beyond the first that were kept.
    is_news = models.BooleanField(default=False)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("bonne réponse trouvée")
        verbose_name_plural = _("bonnes réponses trouvées")
        constraints = [
            models.UniqueConstraint(fields=["need", "initiative"], name="match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} – {self.initiative_id}"


class Pending(models.Model):
    """A card that changed since standing needs were last compared with it. No foreign key: what
    was deleted meanwhile is simply found no more."""

    initiative = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("fiche à comparer")
        verbose_name_plural = _("fiches à comparer")

    def __str__(self) -> str:
        return f"{self.initiative}"


class Arrival(models.Model):
    """A scheme, a pool, a call or a sponsor that is new since standing needs were last told of
    such. No foreign key: what is gone meanwhile is simply found no more."""

    class Kind(models.TextChoices):
        SCHEME = "scheme", _("dispositif")
        POOL = "pool", _("groupement de financeurs")
        CALL = "call", _("appel")
        SPONSOR = "sponsor", _("parrain")

    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("arrivée à annoncer")
        verbose_name_plural = _("arrivées à annoncer")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="arrival_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Announced(models.Model):
    """This scheme, pool, call or sponsor was told to the author of this need: never twice."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    # Unknown of what was told before this was kept.
    at = models.DateTimeField(default=timezone.now, null=True)

    class Meta:
        verbose_name = _("arrivée annoncée à un besoin")
        verbose_name_plural = _("arrivées annoncées aux besoins")
        constraints = [
            models.UniqueConstraint(fields=["need", "kind", "object_id"], name="announced_once"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.kind} {self.object_id}"


class Category(models.TextChoices):
    """Why an answer is not for us; each is about one feature (``ABOUT``)."""

    OFF_TOPIC = "off_topic", _("elle ne répond pas à notre besoin")
    UNPROVEN = "unproven", _("elle n’est pas assez éprouvée")
    COST = "cost", _("elle coûte trop cher pour nous")
    COMPETENCE = "competence", _("ce n’est pas de notre compétence")
    CONTEXT = "context", _("notre territoire est trop différent")
    MODE = "mode", _("la façon de la reprendre ne nous convient pas")
    HOLDER = "holder", _("le porteur ne répond pas, ou ne peut pas nous aider")
    TRIED = "tried", _("nous l’avons déjà essayée")
    OTHER = "other", _("autre raison")


#: The feature that counts more for the need once a reason of the category was given.
ABOUT = {
    Category.OFF_TOPIC: "meaning",
    Category.UNPROVEN: "proof",
    Category.COST: "cost",
    Category.COMPETENCE: "competence",
    Category.CONTEXT: "alive",
    Category.MODE: "mode",
    Category.HOLDER: "capacity",
}


class DismissalQuerySet(models.QuerySet["Dismissal"]):
    def shared(self) -> DismissalQuerySet:
        return self.filter(need__visibility__in=SHARED)


class Dismissal(models.Model):
    """« Not for us, because… »: of one answer, for one need. Withdrawn with the need."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="dismissals", db_index=False)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    category = models.CharField(_("raison"), max_length=12, choices=Category)
    text = models.TextField(_("en quelques mots"), max_length=TEXT_LENGTH, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse écartée")
        verbose_name_plural = _("réponses écartées")
        constraints = [
            models.UniqueConstraint(
                fields=["need", "kind", "object_id"],
                name="dismissal_once",
                violation_error_message=_("Cette réponse est déjà écartée."),
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="dismissal_category_known"
            ),
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="dismissal_of_object")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.kind} {self.object_id}"


class ShownAnswers(models.Model):
    """Answers that were shown for a need, with all that they were ranked by.

    ``question`` (without its words, which stay in the need), ``weights`` and ``answers``
    ([{kind, id, score, dismissed, values: {feature: [value, facts]}}], in their order) are enough
    to compute every score again. The same answers shown again are the same row. Never changed:
    a trigger refuses; erased with the need, or after ``RETENTION["shown_answers"]`` days.
    """

    need = models.ForeignKey(Need, models.CASCADE, related_name="shown_answers", db_index=False)
    need_version = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    weights_version = models.CharField(max_length=40)
    weights = models.JSONField()
    question = models.JSONField()
    answers = models.JSONField()
    first_shown_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("réponses montrées")
        verbose_name_plural = _("réponses montrées")
        constraints = [
            models.UniqueConstraint(fields=["need", "fingerprint"], name="shown_answers_once"),
        ]
        indexes = [models.Index(fields=["first_shown_at"], name="shown_answers_oldest")]
        triggers = [
            pgtrigger.Protect(name="shown_answers_never_change", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.fingerprint[:8]}"

    def answer(self, kind: str, object_id: int) -> dict[str, Any] | None:
        for each in self.answers:
            if each["kind"] == kind and each["id"] == object_id:
                found: dict[str, Any] = each
                return found
        return None
