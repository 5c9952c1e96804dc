"""A call: what is asked, of whom, by when, and where it stands (§ 6 of the domain)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation, OrganisationKind
from essaim.territories.models import Territory
from essaim.themes.models import Theme

MOST_CENTS = 10**12


class Kind(models.TextChoices):
    PRIZE = "prize", _("prix")
    PROJECTS = "projects", _("appel à projets")
    INTEREST = "interest", _("appel à manifestation d’intérêt")
    REPLICATION = "replication", _("appel d’essaimage")


class State(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    ANNOUNCED = "announced", _("annoncé")
    OPEN = "open", _("ouvert")
    CLOSED = "closed", _("clos : recevabilité")
    READING = "reading", _("lecture")
    DECIDING = "deciding", _("décision")
    ANNOUNCED_RESULTS = "announced_results", _("résultats annoncés")
    SUPPORT = "support", pgettext_lazy("appel", "accompagnement")
    ARCHIVED = "archived", _("archivé")


PUBLIC = [each.value for each in State if each != State.DRAFT]
# Before anyone may apply: everything of it may still change in silence.
SETTING_UP = [State.DRAFT.value, State.ANNOUNCED.value]
# A call may go past these without stopping.
MAY_SKIP = [State.ANNOUNCED.value, State.READING.value, State.SUPPORT.value]
RESULTS = [State.ANNOUNCED_RESULTS.value, State.SUPPORT.value, State.ARCHIVED.value]


class Series(models.Model):
    """A permanent call: its waves are calls, one after the other (« La France s’engage »)."""

    title = models.CharField(_("titre"), max_length=200)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    # Between the closing of a wave and the opening of the next one.
    days_between = models.PositiveSmallIntegerField(_("jours entre deux vagues"), default=0)
    ended_on = models.DateField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("appel permanent")
        verbose_name_plural = _("appels permanents")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class CallQuerySet(models.QuerySet["Call"]):
    def run_by(self, user: Any) -> CallQuerySet:
        """Those that this person runs: managers all, officers theirs. Agrees with
        ``rules.can_run``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_manager or user.is_superuser:
            return self
        return self.filter(pk__in=Officer.objects.filter(user=user).values("call"))

    def told_to(self, user: Any) -> CallQuerySet:
        """Those of which what waits is told to this person: run by name or, by a manager, made;
        managers, who run all, are not told of each."""
        mine = Q(pk__in=Officer.objects.filter(user=user).values("call"))
        if user.is_manager or user.is_superuser:
            mine |= Q(created_by=user)
        return self.filter(mine)

    def visible_to(self, user: Any) -> CallQuerySet:
        """Public ones once announced; drafts for those who run them. Agrees with
        ``rules.can_view``."""
        public = Q(state__in=PUBLIC, is_template=False)
        if not user.is_authenticated:
            return self.filter(public)
        return self.filter(public | Q(pk__in=self.run_by(user).values("pk")))

    def taking_applications(self, at: dt.datetime | None = None) -> CallQuerySet:
        """Open now by the clock too: a late job takes no late application."""
        at = at or timezone.now()
        return self.filter(state=State.OPEN, opens_at__lte=at, closes_at__gt=at)

    def for_list(self) -> CallQuerySet:
        return self.select_related("organiser", "series").prefetch_related("themes")

    def for_detail(self) -> CallQuerySet:
        return self.select_related("organiser", "series", "administration").prefetch_related(
            "themes", "territories", "initiatives__holder", "criteria", "rules"
        )


@pghistory.track(
    model_name="CallEvent",
    fields=[
        *("id", "series", "wave", "kind", "state", "organiser", "opens_at", "closes_at"),
        *("results_on", "budget_cents", "form_number", "edition_number", "blind", "is_template"),
    ],
)
class Call(FSMModelMixin, models.Model):
    """A wave of a permanent call is a call as well (``series``, ``wave``)."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("adresse"), max_length=100, unique=True)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="waves",
        verbose_name=_("appel permanent"),
    )  # fmt: skip
    wave = models.PositiveSmallIntegerField(_("vague"), null=True, blank=True)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)
    title = models.CharField(_("titre"), max_length=200)
    summary = models.TextField(_("en deux phrases"), max_length=600)
    # [{"title": …, "text": …}] in reading order.
    sections = models.JSONField(_("texte de l’appel"), default=list)
    organiser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="calls", verbose_name=_("organisé par")
    )
    state = FSMField(_("état"), choices=State.choices, default=State.DRAFT, protected=True)
    # States that this call goes past, and the public names it gives to others: {state: name}.
    skips = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    state_names = models.JSONField(_("noms publics des étapes"), default=dict, blank=True)

    # Who may apply. Empty: no condition of this kind.
    applicant_kinds = ArrayField(
        models.CharField(max_length=20), default=list, blank=True,
        verbose_name=_("natures d’organisations"),
    )  # fmt: skip
    persons_may_apply = models.BooleanField(_("une personne peut candidater"), default=False)
    administration = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("réservé aux agents de"),
        help_text=_("Ceux de tous ses établissements (même SIREN)."),
    )  # fmt: skip
    territories = models.ManyToManyField(
        Territory, blank=True, related_name="calls", verbose_name=_("territoires et groupes")
    )
    most_for_one = models.PositiveSmallIntegerField(_("candidatures par candidat"), default=1)
    most_in_all_waves = models.BooleanField(
        _("ce nombre vaut pour toutes les vagues ensemble"), default=False,
        help_text=_("Sinon chaque vague compte à part : qui n’a pas été retenu peut revenir."),
    )  # fmt: skip
    consortium = models.BooleanField(_("à plusieurs : partenaires et sites suiveurs"), default=True)
    needs_evaluator = models.BooleanField(
        _("un évaluateur indépendant est nommé et budgété dès la candidature"), default=False
    )
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="calls", verbose_name=_("thèmes")
    )
    # Of a replication call: what an applying site may ask help to implement.
    initiatives = models.ManyToManyField(
        Initiative, blank=True, related_name="calls", verbose_name=_("initiatives à essaimer")
    )

    # Calendar: instants; ``zone`` is the clock that the page shows them by.
    zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    opens_at = models.DateTimeField(_("ouvre le"), null=True, blank=True)
    closes_at = models.DateTimeField(_("ferme le"), null=True, blank=True)
    results_on = models.DateField(_("résultats attendus le"), null=True, blank=True)
    budget_cents = models.BigIntegerField(_("budget (centimes)"), null=True, blank=True)
    laureates_number = models.PositiveSmallIntegerField(
        _("lauréats, au plus"), null=True, blank=True
    )

    # What a receipt names (§ 15): service, contact, delay, ways of appeal.
    service = models.CharField(_("service qui instruit"), max_length=200, blank=True)
    contact_email = models.EmailField(_("adresse électronique du service"), blank=True)
    contact_phone = models.CharField(_("téléphone du service"), max_length=25, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("délai de réponse (jours)"), default=60)
    appeal = models.TextField(_("voies et délais de recours"), max_length=2000, blank=True)
    appeal_days = models.PositiveSmallIntegerField(_("délai de recours (jours)"), default=60)
    support = models.TextField(_("accompagnement des lauréats"), max_length=5000, blank=True)

    # Why this call has no replication block or no criterion of transfer, where it has none.
    no_replication_reason = models.CharField(max_length=500, blank=True)
    # Readers do not learn who applies; applicants never learn who reads where ``readers_hidden``.
    blind = models.BooleanField(_("lecture sans le nom des candidats"), default=False)
    readers_hidden = models.BooleanField(_("le nom des lecteurs est caché"), default=True)

    form_number = models.PositiveIntegerField(_("version du formulaire"), default=0)
    # Blocks being prepared, read by applicants once published as the next version; None: none.
    form_draft = models.JSONField(_("formulaire en préparation"), null=True, blank=True)
    edition_number = models.PositiveIntegerField(_("version de l’appel"), default=0)
    is_template = models.BooleanField(_("modèle d’appel"), default=False)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Grows with each save of the settings: two officers do not overwrite each other.
    version = models.PositiveIntegerField(default=1)
    results_at = models.DateTimeField(_("résultats publiés le"), null=True, blank=True)
    # Of calls reminded before each draft kept its own date (``Application.reminded_at``).
    reminded_at = models.DateTimeField(null=True, blank=True)
    # Why it ended without results (« sans suite »), as those who applied read it; empty: it did not.
    ended_reason = models.TextField(_("pourquoi sans suite"), max_length=1000, blank=True)
    # Why it lists as proven an initiative below ``CALLS["proven_level"]``.
    little_proof_reason = models.CharField(
        _("pourquoi essaimer ce qui est peu prouvé"), max_length=500, blank=True
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("appel")
        verbose_name_plural = _("appels")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="call_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="call_kind_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="call_has_calendar",
                violation_error_message=_("Donnez l’ouverture et la fermeture avant d’annoncer."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_opening",
                violation_error_message=_("La fermeture vient après l’ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, wave__isnull=True)
                | Q(series__isnull=False, wave__gte=1),
                name="call_wave_has_series",
            ),
            models.UniqueConstraint(fields=["series", "wave"], name="call_wave_once"),
            models.CheckConstraint(
                condition=Q(budget_cents__isnull=True)
                | Q(budget_cents__gte=0, budget_cents__lte=MOST_CENTS),
                name="call_budget_range",
                violation_error_message=_("Ce budget est négatif ou hors de mesure."),
            ),
            models.CheckConstraint(
                condition=Q(most_for_one__gte=1, most_for_one__lte=50),
                name="call_most_for_one_range",
                violation_error_message=_("De 1 à 50 candidatures par candidat."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=RESULTS) | Q(results_at__isnull=False),
                name="call_results_have_date",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes_at"], name="call_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calls:call", args=[self.slug])

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def is_taking(self) -> bool:
        """Whether an application may be submitted at this instant, by the clock of the server."""
        now = timezone.now()
        return bool(
            self.state == State.OPEN and self.opens_at and self.closes_at
            and self.opens_at <= now < self.closes_at
        )  # fmt: skip

    @property
    def applicant_kind_names(self) -> list[str]:
        names = dict(OrganisationKind.choices)
        return [str(names.get(kind, kind)) for kind in self.applicant_kinds]

    @property
    def state_name(self) -> Any:
        return self.state_names.get(self.state) or self.get_state_display()

    # Who may is in rules.py; actions call these and write the dates.
    @transition("state", source=["draft"], target="announced")
    def announce(self) -> None: ...

    @transition("state", source=["draft", "announced"], target="open")
    def open(self) -> None: ...

    @transition("state", source=["announced"], target="draft")
    def take_back(self) -> None: ...

    @transition("state", source=["open"], target="closed")
    def close(self) -> None: ...

    @transition("state", source=["closed"], target="open")
    def open_again(self) -> None: ...

    @transition("state", source=["closed"], target="reading")
    def read(self) -> None: ...

    @transition("state", source=["closed", "reading"], target="deciding")
    def decide(self) -> None: ...

    @transition("state", source=["deciding"], target="announced_results")
    def announce_results(self) -> None:
        self.results_at = timezone.now()

    @transition("state", source=["announced_results"], target="support")
    def begin_support(self) -> None: ...

    @transition("state", source=["announced_results", "support"], target="archived")
    def archive(self) -> None: ...

    @transition("state", source=["closed", "reading", "deciding"], target="archived")
    def drop(self) -> None:
        """Without results, nothing being left to decide: its outcome is known from now on."""
        self.results_at = timezone.now()


class Officer(models.Model):
    """Who runs a call besides managers: a member of the organisation that organises it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="officers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("responsable d’appel")
        verbose_name_plural = _("responsables d’appel")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "user"], name="officer_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.user_id}"


class Edition(models.Model):
    """A call as its applicants could read it from a day on: never changed."""

    append_only = True

    call = models.ForeignKey(Call, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("version"))
    # Text, calendar, who may apply, form, criteria: what the page of differences compares.
    content = models.JSONField(_("contenu"))
    reason = models.CharField(_("ce qui change, et pourquoi"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("depuis le"))

    class Meta:
        verbose_name = _("version d’un appel")
        verbose_name_plural = _("versions des appels")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="edition_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.number}"
