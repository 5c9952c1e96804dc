"""What a call asks and judges: its form, version by version, its criteria and its rules."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .call import Call


class FormVersion(models.Model):
    """The blocks asked, as data (``dossiers.blocks``): never changed, the next one follows it.
    A draft written on an older one keeps every answer; what is new is asked beside."""

    append_only = True

    call = models.ForeignKey(Call, models.CASCADE, related_name="forms")
    number = models.PositiveIntegerField(_("version"))
    # [{"slug", "title", "why", "fields": [{"name", "label", "kind", …}], "when": …}]
    blocks = models.JSONField(_("blocs"))
    reason = models.CharField(_("ce qui change, et pourquoi"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version d’un formulaire")
        verbose_name_plural = _("versions des formulaires")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="form_number_once")]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.number}"


class CollegeKind(models.TextChoices):
    """Who reads by this criterion (§ 6): the same words as the rounds of peers, and the jury."""

    INNOVATORS = "innovators", _("innovateurs")
    USERS = "users", _("utilisateurs potentiels")
    JURY = "jury", _("jury")


class Criterion(models.Model):
    """One line of the rubric, public before anyone applies."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    college = models.CharField(_("lu par"), max_length=10, choices=CollegeKind)
    title = models.CharField(_("critère"), max_length=100)
    question = models.CharField(_("question posée"), max_length=300)
    weight = models.PositiveSmallIntegerField(_("poids"), default=1)
    levels = ArrayField(models.CharField(max_length=200), verbose_name=_("niveaux"))
    is_transfer = models.BooleanField(_("juge si cela peut être repris ailleurs"), default=False)

    class Meta:
        verbose_name = _("critère d’un appel")
        verbose_name_plural = _("critères des appels")
        ordering = ["call", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10),
                name="callcriterion_weight_range",
                violation_error_message=_("Un poids va de 1 à 10."),
            ),
            models.CheckConstraint(
                condition=Q(levels__len__gte=2, levels__len__lte=6),
                name="callcriterion_levels_number",
                violation_error_message=_("Un critère a de 2 à 6 niveaux, chacun décrit."),
            ),
            models.CheckConstraint(
                condition=Q(college__in=CollegeKind.values), name="callcriterion_college_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EligibilityRule(models.Model):
    """A condition that the platform can check, with the words that explain it. ``field`` and
    ``value`` mean what ``test`` says of them (``calls/eligibility.py``)."""

    class Test(models.TextChoices):
        APPLICANT_KIND = "applicant_kind", _("nature de l’organisation candidate")
        TERRITORY = "territory", _("territoire")
        HAS_CARD = "has_card", _("une fiche publiée")
        READY = "ready", _("une initiative « fin prête »")
        ANSWER = "answer", _("une réponse du formulaire")
        AT_LEAST = "at_least", _("une réponse au moins égale à")
        AT_MOST = "at_most", _("une réponse au plus égale à")
        PARTNERS = "partners", _("nombre de partenaires signataires")

    call = models.ForeignKey(Call, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    test = models.CharField(_("ce qui est vérifié"), max_length=16, choices=Test)
    # « block.field » of the form, where an answer is tested.
    field = models.CharField(_("question"), max_length=90, blank=True)
    # Kinds of organisations, territories (« kind:code ») or keys of answers: a list, one of them
    # is enough. A number where something is counted or compared, in euros for an amount.
    value = models.JSONField(_("valeur attendue"), default=None, null=True, blank=True)
    says = models.CharField(_("ce que lit le candidat"), max_length=300)
    # False: it warns, and people decide.
    is_blocking = models.BooleanField(_("rend irrecevable"), default=True)

    class Meta:
        verbose_name = _("règle de recevabilité")
        verbose_name_plural = _("règles de recevabilité")
        ordering = ["call", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(says=""),
                name="eligibilityrule_says",
                violation_error_message=_("Dites au candidat ce qui est attendu."),
            ),
        ]

    def __str__(self) -> str:
        return self.says
