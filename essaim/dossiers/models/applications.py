"""The one file of a holder: its answers by block, and its submitted versions, frozen."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.dossiers import targets
from essaim.dossiers.accounts import MOST_CENTS
from essaim.dossiers.blocks import GRANT
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation


class State(models.TextChoices):
    DRAFT = "draft", _("en cours de rédaction")
    SUBMITTED = "submitted", _("déposé")
    AMENDING = "amending", _("déposé, nouvelle version en cours")
    WITHDRAWN = "withdrawn", _("retiré")


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """For the members of the organisation whose file it is; once a version is submitted, for
        those whom its object gives it to read, or gave while they received it (see
        ``rules.read_until``), and managers. Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_manager or user.is_superuser:
            return self.filter(self._own(user) | Q(last_number__gt=0))
        readers = targets.read_by(user) | targets.once_read_by(user)
        return self.filter(self._own(user) | Q(last_number__gt=0) & readers)

    @staticmethod
    def _own(user: Any) -> Q:
        return Q(organisation__in=user.memberships.values("organisation"))

    def written_by(self, user: Any) -> ApplicationQuerySet:
        """Agrees with ``rules.can_write``."""
        return self.filter(self._own(user)) if user.is_authenticated else self.none()

    def for_list(self) -> ApplicationQuerySet:
        return self.select_related("organisation", "initiative")

    def for_detail(self) -> ApplicationQuerySet:
        return self.select_related("organisation__territory", "initiative").prefetch_related(
            "answers__by", "versions"
        )


@pghistory.track(
    model_name="ApplicationEvent",
    fields=["id", "organisation", "initiative", "applies_to", "form", "state", "last_number"],
)
class Application(FSMModelMixin, models.Model):
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="applications"
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name=_("fiche"), related_name="applications"
    )
    # « pool:12 »: what the file is made for, which stands on a higher floor (``targets.py``).
    applies_to = models.CharField(_("ce qu’il demande"), max_length=60)
    form = models.CharField(_("formulaire"), max_length=40, default=GRANT)
    state = FSMField(_("état"), choices=State.choices, default=State.DRAFT, protected=True)
    # Of the latest submitted version; 0 before the first one.
    last_number = models.PositiveIntegerField(_("dernière version"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="application_state_known"
            ),
            # No funder can require a second form: there is one file for each object and holder.
            models.UniqueConstraint(
                fields=["applies_to", "organisation"],
                condition=~Q(state="withdrawn"),
                name="application_one_for_each_object",
                violation_error_message=_("Cette organisation a déjà son dossier ici."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", last_number=0)
                | Q(state="withdrawn")
                | Q(state__in=["submitted", "amending"], last_number__gt=0),
                name="application_submitted_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="application_withdrawn_has_date",
            ),
        ]
        indexes = [models.Index(fields=["applies_to"], name="application_of_object")]

    def __str__(self) -> str:
        return f"{self.applies_to} – {self.organisation_id}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:application", args=[self.pk])

    @property
    def is_writable(self) -> bool:
        return self.state in {State.DRAFT, State.AMENDING}

    # Who may is in rules.py; actions call these.
    @transition("state", source=["draft", "amending"], target="submitted")
    def submit(self) -> None:
        self.last_number += 1

    @transition("state", source=["submitted"], target="amending")
    def amend(self) -> None: ...

    @transition("state", source=["amending"], target="submitted")
    def give_up_amending(self) -> None: ...

    @transition("state", source=["draft", "submitted", "amending"], target="withdrawn")
    def withdraw(self) -> None: ...


# Its content may hold names: the history keeps who saved which version of a block, and when.
@pghistory.track(model_name="AnswerEvent", fields=["id", "application", "block", "version", "by"])
class Answer(models.Model):
    """One block as it stands now. ``content`` is {name of a field: value}; see ``blocks.py``."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    block = models.CharField(_("bloc"), max_length=40)
    content = models.JSONField(_("contenu"), default=dict)
    # Grows with each save: who opened the form on an older one is told, and overwrites nothing.
    version = models.PositiveIntegerField(default=1)
    # False while what was filled in for the holder has been read again by nobody.
    is_checked = models.BooleanField(_("relu"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("réponse à un bloc")
        verbose_name_plural = _("réponses aux blocs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "block"], name="answer_once_for_a_block")
        ]

    def __str__(self) -> str:
        return self.block


class SubmittedVersion(models.Model):
    """What was submitted, as it was: never changed. Persons' names are in ``VersionPersons``."""

    append_only = True

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    # {"blocks": {slug: content}, "documents": […], "statements": […]}; see ``reading.py``.
    content = models.JSONField(_("contenu"))
    sha256 = models.CharField(_("empreinte"), max_length=64)  # of the content, keys sorted
    charges_cents = models.BigIntegerField(_("charges (centimes)"))
    products_cents = models.BigIntegerField(_("produits (centimes)"))
    requested_cents = models.BigIntegerField(_("subvention demandée (centimes)"))
    reason = models.CharField(_("ce qui change"), max_length=500, blank=True)
    # The row outlives an account: it keeps a number that leads to nobody.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    at = models.DateTimeField(_("déposée le"))

    class Meta:
        verbose_name = _("version déposée")
        verbose_name_plural = _("versions déposées")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=Q(charges_cents=F("products_cents"), charges_cents__gt=0)
                & Q(charges_cents__lte=MOST_CENTS),
                name="version_budget_balanced",
                violation_error_message=_("Les charges et les produits ne s’équilibrent pas."),
            ),
            models.CheckConstraint(
                condition=Q(requested_cents__gt=0, requested_cents__lte=F("products_cents")),
                name="version_requested_within_products",
                violation_error_message=_("La subvention demandée ne dépasse pas les produits."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:version", args=[self.application_id, self.number])


class VersionPersons(models.Model):
    """Who represents the organisation, as submitted: erased when its time is over."""

    version = models.OneToOneField(SubmittedVersion, models.CASCADE, related_name="persons")
    content = models.JSONField(_("contenu"), default=dict)

    class Meta:
        verbose_name = _("personnes d’une version")
        verbose_name_plural = _("personnes des versions")

    def __str__(self) -> str:
        return f"{self.version_id}"
