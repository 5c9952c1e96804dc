"""A support scheme: who helps, with what, for whom, where and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.common.fields import PartialDateField, parse_partial_date
from essaim.people.models import Organisation
from essaim.schemes.kinds import Applicant, Help, Point, Recurrence, Stage, Track
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

REPORT = "rapport-2015:"  # how external identifiers of the report's maps begin
# Words that a list may be filtered by.
MOST_WORDS = 10


class Publication(models.TextChoices):
    PROPOSED = "proposed", _("proposé")
    RETURNED = "returned", _("à compléter")
    PUBLISHED = "published", _("dans l’annuaire")
    REMOVED = "removed", _("retiré")


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, user: Any) -> SchemeQuerySet:
        """The directory; who proposed an entry reads it before and after; managers read all.
        Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.published()
        if user.is_manager or user.is_superuser:
            return self
        return self.filter(Q(publication=Publication.PUBLISHED) | Q(author=user))

    def published(self) -> SchemeQuerySet:
        """What the directory shows, to everyone alike."""
        return self.filter(publication=Publication.PUBLISHED)

    def proposed(self) -> SchemeQuerySet:
        """Those that a manager must read."""
        return self.filter(publication=Publication.PROPOSED)

    def returned(self) -> SchemeQuerySet:
        """Those that their author must complete."""
        return self.filter(publication=Publication.RETURNED)

    def current(self) -> SchemeQuerySet:
        """Of the directory, those not known to have ended."""
        today = timezone.localdate()
        return self.published().filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today))

    def of_report(self) -> SchemeQuerySet:
        return self.filter(external_id__startswith=REPORT)

    def open_on(self, day: dt.date) -> SchemeQuerySet:
        """One may apply on that day: always open, or within one of its windows."""
        within = Window.objects.filter(scheme=OuterRef("pk")).open_on(day)
        return self.filter(Q(recurrence=Recurrence.PERMANENT) | Exists(within))

    def applying_to(self, place: Territory, *, unknown_too: bool = False) -> SchemeQuerySet:
        """Those of the place, of what contains it, and of what it contains."""
        up = Containment.objects.filter(descendant=place).values("ancestor")
        down = Containment.objects.filter(ancestor=place).values("descendant")
        through = Scheme.territories.through.objects.filter(scheme=OuterRef("pk"))
        here = Exists(through.filter(Q(territory__in=up) | Q(territory__in=down)))
        return self.filter(here | ~Exists(through) if unknown_too else here)

    def containing(self, text: str) -> SchemeQuerySet:
        """Those whose title, description or funders hold every word, accents and case apart."""
        found = self
        for word in text.split()[:MOST_WORDS]:
            found = found.filter(
                Q(title__unaccent__icontains=word)
                | Q(description__unaccent__icontains=word)
                | Q(funders__icontains=word)
            )
        return found

    def unchecked_since(self, day: dt.date) -> SchemeQuerySet:
        """Last checked before that day, or never; a year alone counts to its end."""
        iso = day.isoformat()
        return self.filter(
            Q(checked_on="") | Q(checked_on__lt=iso) & ~Q(checked_on__in=[iso[:4], iso[:7]])
        )

    def stale(self) -> SchemeQuerySet:
        limit = timezone.localdate() - dt.timedelta(days=settings.SCHEME_STALE_AFTER_DAYS)
        return self.current().unchecked_since(limit)

    def owned_by_members_like(self, user: Any) -> SchemeQuerySet:
        """Those of the organisations this person is a member of."""
        return self.filter(owner__in=user.memberships.values("organisation"))

    def for_list(self) -> SchemeQuerySet:
        """What a line of the list shows, in a constant number of queries."""
        places = models.Prefetch("territories", Territory.objects.for_list())
        return self.select_related("owner").prefetch_related("themes", places, "windows")

    def for_detail(self) -> SchemeQuerySet:
        return self.for_list()


# History keeps no contact and no words on a decision: they may name a person, and must stay
# erasable.
@pghistory.track(exclude=["contact", "decision", "updated_at", "sort_title"])
class Scheme(FSMModelMixin, models.Model):
    external_id = models.CharField(_("identifiant externe"), max_length=200, unique=True)
    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    title = models.CharField(_("intitulé"), max_length=300)
    sort_title = models.CharField(max_length=300, editable=False, db_index=True)
    funders = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("organismes qui aident ou financent"),
        default=list,
        blank=True,
    )
    track = models.CharField(_("voie"), max_length=10, choices=Track, blank=True)
    stages = ArrayField(
        models.CharField(max_length=20, choices=Stage),
        verbose_name=_("étapes"),
        default=list,
        blank=True,
    )
    # What it does at a stage, as the report's public map says: {"validate": "Évaluation par…"}.
    stage_notes = models.JSONField(_("aide à chaque étape"), default=dict, blank=True)
    helps = ArrayField(
        models.CharField(max_length=20, choices=Help),
        verbose_name=_("natures de l’aide"),
        default=list,
        blank=True,
    )
    applicants = ArrayField(
        models.CharField(max_length=20, choices=Applicant),
        verbose_name=_("qui peut la demander"),
        default=list,
        blank=True,
    )
    points = ArrayField(
        models.CharField(max_length=20, choices=Point),
        verbose_name=_("aide à répondre sur"),
        default=list,
        blank=True,
    )
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), blank=True)
    territories = models.ManyToManyField(
        Territory, verbose_name=_("territoires où il s’applique"), related_name="+", blank=True
    )
    description = models.TextField(_("description"), blank=True)  # Markdown
    amount = models.TextField(_("montant ou ampleur"), blank=True)
    recurrence = models.CharField(_("calendrier"), max_length=10, choices=Recurrence, blank=True)
    contact = models.TextField(_("contact"), blank=True)
    url = models.URLField(_("page du dispositif"), max_length=500, blank=True)
    source_name = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=500, blank=True)
    licence = models.CharField(_("licence de la source"), max_length=100, blank=True)
    as_of = PartialDateField(_("état de l’information"))
    checked_on = PartialDateField(_("dernière vérification"))
    ended_on = models.DateField(_("n’existe plus depuis le"), null=True, blank=True)
    # What an import could not match, kept word for word: {"applicants": ["Fondations"]}.
    unmatched = models.JSONField(default=dict, blank=True)

    # Protected: without it nobody would know any more who may keep the entry up to date.
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("organisation qui tient cette page"),
        related_name="schemes",
        null=True,
        blank=True,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    publication = FSMField(
        _("publication"),
        choices=Publication.choices,
        default=Publication.PUBLISHED,
        protected=True,
    )
    # What is missing, or why it was removed; its author reads it.
    decision = models.TextField(_("mot à l’auteur"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("décidé par"),
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    # Grows with each save: a form opened on an older one is told, and overwrites nothing.
    version = models.PositiveIntegerField(default=1)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispositif")
        verbose_name_plural = _("dispositifs")
        ordering = ["sort_title", "pk"]
        # Answers ``current`` alone: each search asks for all its keys.
        indexes = [models.Index(fields=["publication", "ended_on", "id"], name="scheme_current")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(external_id__regex=r"\s") & ~Q(external_id=""),
                name="scheme_external_id_without_space",
                violation_error_message=_("L’identifiant externe ne contient pas d’espace."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="scheme_has_a_title",
                violation_error_message=_("Donnez un intitulé au dispositif."),
            ),
            models.CheckConstraint(
                condition=Q(track__in=["", *Track.values]), name="scheme_track_known"
            ),
            models.CheckConstraint(
                condition=Q(recurrence__in=["", *Recurrence.values]), name="scheme_recurrence_known"
            ),
            models.CheckConstraint(
                condition=Q(stages__contained_by=Stage.values), name="scheme_stages_known"
            ),
            models.CheckConstraint(
                condition=Q(helps__contained_by=Help.values), name="scheme_helps_known"
            ),
            models.CheckConstraint(
                condition=Q(points__contained_by=Point.values), name="scheme_points_known"
            ),
            models.CheckConstraint(
                condition=Q(applicants__contained_by=Applicant.values),
                name="scheme_applicants_known",
            ),
            models.CheckConstraint(
                condition=Q(publication__in=Publication.values), name="scheme_publication_known"
            ),
            models.CheckConstraint(
                condition=~Q(publication__in=["returned", "removed"])
                | ~Q(decision="") & Q(decided_at__isnull=False),
                name="scheme_decision_has_reason",
                violation_error_message=_("Dites pourquoi : l’auteur le lira."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("schemes:detail", args=[self.slug])

    # Also one sent back, that a manager completed in its author's stead.
    @transition("publication", source=["proposed", "returned"], target="published")
    def accept(self, *, by: Any) -> None:
        self._decide(by, "")

    @transition("publication", source="proposed", target="returned")
    def send_back(self, reason: str, *, by: Any) -> None:
        self._decide(by, reason)

    @transition("publication", source="returned", target="proposed")
    def propose_again(self) -> None:
        pass

    @transition("publication", source=["proposed", "returned", "published"], target="removed")
    def remove(self, reason: str, *, by: Any) -> None:
        self._decide(by, reason)

    @transition("publication", source="removed", target="published")
    def put_back(self, *, by: Any) -> None:
        self._decide(by, "")

    def _decide(self, by: Any, reason: str) -> None:
        self.decision, self.decided_by, self.decided_at = reason, by, timezone.now()

    @property
    def is_published(self) -> bool:
        return bool(self.publication == Publication.PUBLISHED)

    @property
    def is_removed(self) -> bool:
        return bool(self.publication == Publication.REMOVED)

    @property
    def is_of_report(self) -> bool:
        return self.external_id.startswith(REPORT)

    @property
    def has_ended(self) -> bool:
        return self.ended_on is not None and self.ended_on <= timezone.localdate()

    @property
    def is_stale(self) -> bool:
        """Unchecked for longer than SCHEME_STALE_AFTER_DAYS, or never checked."""
        if not self.checked_on:
            return True
        last = parse_partial_date(self.checked_on)[1]
        return timezone.localdate() - last > dt.timedelta(days=settings.SCHEME_STALE_AFTER_DAYS)

    @property
    def next_window(self) -> Window | None:
        """The window open today that closes first; else the next to open. Reads ``windows``,
        which lists prefetch."""
        today = timezone.localdate()
        ahead = [window for window in self.windows.all() if not window.is_over(today)]
        ahead.sort(key=lambda w: (not w.is_open(today), w.closes_on or dt.date.max, w.pk))
        return ahead[0] if ahead else None


class WindowQuerySet(models.QuerySet["Window"]):
    def open_on(self, day: dt.date) -> WindowQuerySet:
        begun = Q(opens_on__isnull=True) | Q(opens_on__lte=day)
        return self.filter(begun, Q(closes_on__isnull=True) | Q(closes_on__gte=day))

    def not_over(self, day: dt.date) -> WindowQuerySet:
        return self.filter(Q(closes_on__isnull=True) | Q(closes_on__gte=day))


@pghistory.track()
class Window(models.Model):
    """When one may apply. One of the two days may be unknown."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="windows")
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    opens_on = models.DateField(_("ouverture"), null=True, blank=True)
    closes_on = models.DateField(_("clôture"), null=True, blank=True)

    objects = WindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("période de dépôt")
        verbose_name_plural = _("périodes de dépôt")
        ordering = ["opens_on", "closes_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__isnull=False) | Q(closes_on__isnull=False),
                name="scheme_window_has_a_day",
                violation_error_message=_("Donnez au moins l’ouverture ou la clôture."),
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True)
                | Q(closes_on__isnull=True)
                | Q(opens_on__lte=models.F("closes_on")),
                name="scheme_window_ends_after_it_begins",
                violation_error_message=_("La clôture ne peut pas précéder l’ouverture."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "label", "opens_on", "closes_on"],
                nulls_distinct=False,
                name="scheme_window_once",
                violation_error_message=_("Cette période est déjà indiquée."),
            ),
        ]
        indexes = [models.Index(fields=["closes_on", "opens_on"], name="scheme_window_days")]

    def __str__(self) -> str:
        return f"{self.opens_on or '…'} → {self.closes_on or '…'}"

    def is_open(self, day: dt.date) -> bool:
        begun = self.opens_on is None or self.opens_on <= day
        return begun and not self.is_over(day)

    def is_over(self, day: dt.date) -> bool:
        return self.closes_on is not None and self.closes_on < day


# The lists of a scheme, named so that their changes are kept too (as for cards).
@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class SchemeTheme(Scheme.themes.through):  # type: ignore[name-defined, misc]
    class Meta:
        proxy = True
        verbose_name = _("thème d’un dispositif")
        verbose_name_plural = _("thèmes des dispositifs")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class SchemeTerritory(Scheme.territories.through):  # type: ignore[name-defined, misc]
    class Meta:
        proxy = True
        verbose_name = _("territoire d’un dispositif")
        verbose_name_plural = _("territoires des dispositifs")
