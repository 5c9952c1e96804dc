"""The card: the public page of an initiative."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from essaim.common.fields import PartialDateField, parse_partial_date
from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Audience, Theme

from .coeditors import CoEditor


class Track(models.TextChoices):
    SOCIAL = "social", _("innovation sociale")
    PUBLIC = "public", _("innovation publique")


class Status(models.TextChoices):
    IDEA = "idea", _("idée")
    EXPERIMENTING = "experimenting", _("en expérimentation")
    PROVEN = "proven", _("éprouvée")
    STOPPED = "stopped", _("arrêtée")


class Phase(models.TextChoices):
    """§ 2 of the domain; derived from facts by ``initiatives.phase``, never typed in."""

    NONE = "none", _("pas encore publiée")
    IDENTIFY = "identify", _("identifier")
    VALIDATE = "validate", _("valider")
    ORGANISE = "organise", _("organiser")
    REPLICATE = "replicate", _("essaimer")


class Publication(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("soumise")
    RETURNED = "returned", _("renvoyée pour complément")
    REFUSED = "refused", _("refusée")
    APPEALED = "appealed", _("refus contesté")
    PUBLISHED = "published", _("publiée")
    ARCHIVED = "archived", _("archivée")


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def published(self) -> InitiativeQuerySet:
        return self.filter(publication=Publication.PUBLISHED)

    def visible_to(self, user: Any) -> InitiativeQuerySet:
        """Published cards for all; unpublished ones for their author, the holder's members,
        co-editors and managers. Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.published()
        if user.is_manager or user.is_superuser:
            return self
        return self.filter(
            Q(publication=Publication.PUBLISHED) | Q(author=user) | self._shared_with(user)
        )

    def written_by(self, user: Any) -> InitiativeQuerySet:
        """The cards one may write: as their author, a member of their holder, a co-editor.
        Agrees with ``rules.is_of_the_team``."""
        representing = Membership.objects.representing()
        carried = Q(publication=Publication.PUBLISHED) & Exists(
            representing.filter(organisation=OuterRef("holder"))
        )
        return self.filter(Q(author=user) & ~carried | self._shared_with(user))

    @staticmethod
    def _shared_with(user: Any) -> Q:
        mine = Membership.objects.filter(user=user).values("organisation")
        helped = CoEditor.objects.filter(user=user).values("card")
        return Q(holder__in=mine) | Q(pk__in=helped)

    def awaiting_managers(self) -> InitiativeQuerySet:
        """Submitted, or refused and contested."""
        return self.filter(publication__in=[Publication.SUBMITTED, Publication.APPEALED])

    def decidable_by(self, manager: Any) -> InitiativeQuerySet:
        """Contested refusals that this manager may decide. Agrees with
        ``rules.can_decide_appeal``."""
        from .moderation import Refusal

        latest = Refusal.objects.filter(initiative=OuterRef("pk")).order_by("-at", "-pk")
        contested = self.filter(publication=Publication.APPEALED)
        return (
            contested.annotate(refused_by=Subquery(latest.values("by")[:1]))
            .filter(Q(refused_by__isnull=True) | ~Q(refused_by=manager.pk))
            .filter(Q(author__isnull=True) | ~Q(author=manager))
        )

    def unchecked_since(self, day: dt.date) -> InitiativeQuerySet:
        """Last checked before that day, or never. A year alone counts to its end: the text
        2015 comes before 2015-01-01, and 2015-06 before 2015-06-01."""
        iso = day.isoformat()
        return self.filter(
            Q(checked_on="") | Q(checked_on__lt=iso) & ~Q(checked_on__in=[iso[:4], iso[:7]])
        )

    def by_what_waits(self) -> InitiativeQuerySet:
        """What waits for its author first, then what waits for others, then the rest."""
        order = ["returned", "draft", "refused", "submitted", "appealed", "published", "archived"]
        rank = Case(
            *(When(publication=state, then=Value(n)) for n, state in enumerate(order)),
            default=Value(len(order)),
        )
        return self.order_by(rank, "-updated_at", "-pk")

    def for_list(self) -> InitiativeQuerySet:
        """What a result line shows, in a constant number of queries."""
        return self.select_related("holder").prefetch_related("themes", "territories")

    def for_results(self) -> InitiativeQuerySet:
        """What a line of search results shows and no more: twenty of them on every page."""
        places = Territory.objects.only("kind", "code", "label", "sort_name")
        return (
            self.select_related("holder")
            .prefetch_related(Prefetch("territories", places))
            .only(
                *("slug", "title", "summary", "status", "phase", "proof_level", "checked_on"),
                *("first_year_cost", "holder", "holder__name"),
            )
        )

    def for_detail(self) -> InitiativeQuerySet:
        return self.select_related("holder__territory", "author").prefetch_related(
            "themes",
            "audiences",
            "territories",
            "components",
            "partners",
            "economics",
            "materials",
            "evidence",
            "facts",
            "phase_changes",
        )


@pghistory.track(
    exclude=[
        # May hold personal data; must stay erasable.
        *("contact", "return_reason", "unmatched"),
        # Recomputed from rows that have their own history: they would double every revision.
        *("phase", "phase_reason", "proof_level", "first_year_cost", "has_materials"),
        "updated_at",
    ],
)
class Initiative(FSMModelMixin, models.Model):
    external_id = models.CharField(
        _("identifiant externe"),
        max_length=200,
        unique=True,
        help_text=_("Sans espace ; sert à réimporter la même fiche sans doublon."),
    )
    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    title = models.CharField(_("titre"), max_length=250)
    summary = models.CharField(_("en une phrase"), max_length=500)
    track = models.CharField(_("voie"), max_length=10, choices=Track, blank=True)
    status = models.CharField(_("maturité"), max_length=15, choices=Status, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), blank=True)
    tags = ArrayField(
        models.CharField(max_length=100), verbose_name=_("mots-clés"), default=list, blank=True
    )
    need = models.TextField(_("besoin auquel elle répond"), blank=True)
    objectives = models.TextField(_("objectifs et effets"), blank=True)
    description = models.TextField(_("description"), blank=True)  # Markdown
    steps = ArrayField(models.TextField(), verbose_name=_("étapes"), default=list, blank=True)
    prerequisites = ArrayField(
        models.TextField(), verbose_name=_("prérequis"), default=list, blank=True
    )
    # As written by the author; `audiences` is what the controlled list made of it.
    beneficiaries = ArrayField(
        models.CharField(max_length=200), verbose_name=_("bénéficiaires"), default=list, blank=True
    )
    audiences = models.ManyToManyField(Audience, verbose_name=_("publics"), blank=True)
    target_coverage = models.DecimalField(
        _("part du besoin visée (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    holder = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("porteur de projet"),
        related_name="initiatives",
        null=True,
        blank=True,
    )
    territories = models.ManyToManyField(
        Territory, verbose_name=_("territoires"), related_name="initiatives", blank=True
    )
    started_on = PartialDateField(_("début"))
    what_failed = models.TextField(_("ce qui n’a pas marché"), blank=True)
    consent_to_scale = models.BooleanField(
        _("le porteur accepte le changement d’échelle"), null=True, blank=True
    )
    contact = models.TextField(_("contact"), blank=True)
    url = models.URLField(_("site web"), max_length=500, blank=True)
    checked_on = PartialDateField(_("dernière vérification"))
    source_name = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=500, blank=True)
    source_licence = models.CharField(_("licence de la source"), max_length=100, blank=True)
    # What an import could not match, kept word for word: {"territories": ["commune:99999"]}.
    unmatched = models.JSONField(default=dict, blank=True)

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("auteur"), null=True, blank=True
    )
    publication = FSMField(
        _("publication"), choices=Publication.choices, default=Publication.DRAFT, protected=True
    )
    # Words of the manager to the author, when a card is sent back.
    return_reason = models.TextField(_("complément demandé"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(default=timezone.now)
    # Grows with each save: a form opened on an older one is told, and overwrites nothing.
    version = models.PositiveIntegerField(default=1)

    # Derived by actions from facts and sheet (see phase.py and derived.py), for lists and filters.
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.NONE)
    phase_reason = models.JSONField(default=dict, blank=True)  # {"fact": kind, "on": date, …}
    proof_level = models.PositiveSmallIntegerField(_("niveau de preuve"), default=0)
    first_year_cost = models.DecimalField(
        _("coût pour commencer (€)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    has_materials = models.BooleanField(_("matériel réutilisable"), default=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche")
        verbose_name_plural = _("fiches")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(publication__in=Publication.values), name="initiative_publication_known"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=Phase.values), name="initiative_phase_known"
            ),
            models.CheckConstraint(
                condition=~Q(external_id__regex=r"\s") & ~Q(external_id=""),
                name="initiative_external_id_without_space",
                violation_error_message=_("L’identifiant externe ne contient pas d’espace."),
            ),
            models.CheckConstraint(
                condition=Q(proof_level__lte=5), name="initiative_proof_level_range"
            ),
            models.CheckConstraint(
                condition=Q(target_coverage__isnull=True)
                | Q(target_coverage__gt=0, target_coverage__lte=100),
                name="initiative_target_coverage_percent",
                violation_error_message=_("La part du besoin visée va de 0 à 100 %."),
            ),
            models.CheckConstraint(
                condition=~Q(publication=Publication.PUBLISHED) | Q(published_at__isnull=False),
                name="initiative_published_has_date",
            ),
        ]
        indexes = [
            # One for each order of the bank; the key ends them, so that reading a deep page
            # or a count never opens the cards themselves, which are large.
            models.Index(fields=["publication", "-published_at", "-id"], name="initiative_recent"),
            models.Index(
                fields=["publication", "-proof_level", "-published_at", "-id"],
                name="initiative_proven",
            ),
            models.Index(fields=["publication", "-checked_on", "-id"], name="initiative_checked"),
            models.Index(
                fields=["publication", "id"],
                include=[
                    "proof_level",
                    "phase",
                    "track",
                    "first_year_cost",
                    "has_materials",
                    "holder",
                ],
                name="initiative_filters",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("initiatives:detail", args=[self.slug])

    @property
    def is_stale(self) -> bool:
        """Unchecked for longer than CARD_STALE_AFTER_DAYS, or never checked (§ 5)."""
        if not self.checked_on:
            return True
        last = parse_partial_date(self.checked_on)[1]
        return last + dt.timedelta(days=settings.CARD_STALE_AFTER_DAYS) < timezone.localdate()

    # Transitions of the publication. Who may is in rules.py; actions.py calls them.
    @transition("publication", source=["draft", "returned"], target="submitted")
    def submit(self) -> None:
        self.submitted_at = timezone.now()

    @transition(
        "publication",
        source=["draft", "submitted", "returned", "archived"],
        target="published",
    )
    def publish(self) -> None:
        self.published_at = self.published_at or timezone.now()
        self.return_reason = ""

    @transition("publication", source=["submitted"], target="returned")
    def send_back(self, reason: str) -> None:
        self.return_reason = reason

    @transition("publication", source=["submitted"], target="refused")
    def refuse(self) -> None:
        self.return_reason = ""

    @transition("publication", source=["refused"], target="appealed")
    def appeal(self) -> None:
        pass

    @transition("publication", source=["appealed"], target="refused")
    def uphold_refusal(self) -> None:
        pass

    @transition("publication", source=["appealed"], target="published")
    def overturn_refusal(self) -> None:
        self.published_at = self.published_at or timezone.now()

    @transition("publication", source=["appealed"], target="returned")
    def return_after_appeal(self, reason: str) -> None:
        self.return_reason = reason

    @transition(
        "publication",
        source=["draft", "submitted", "returned", "refused", "published"],
        target="archived",
    )
    def archive(self) -> None:
        pass

    @transition("publication", source=["archived"], target=RETURN_VALUE("draft", "published"))
    def restore(self) -> str:
        return Publication.PUBLISHED if self.published_at else Publication.DRAFT
