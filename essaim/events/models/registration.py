"""Who comes, who waits for a place, what they bring and seek."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.people.models import Organisation
from essaim.themes.models import Theme

from .event import Event

WORDS_LENGTH = 500


class Profile(models.TextChoices):
    """What one comes as: meetings bring different ones together."""

    HOLDER = "holder", _("porteur d’une initiative")
    ADOPTER = "adopter", _("repreneur possible")
    FUNDER = "funder", _("financeur")
    SPONSOR = "sponsor", _("parrain")
    ELECTED = "elected", _("élu")
    AGENT = "agent", _("agent public")
    INHABITANT = "inhabitant", _("habitant ou bénéficiaire")
    RESEARCHER = "researcher", _("chercheur ou évaluateur")
    OTHER = "other", _("autre")


class Question(models.Model):
    """Asked by the organisers at registration."""

    class Answers(models.TextChoices):
        TEXT = "text", _("un texte")
        YES_NO = "yes_no", _("oui ou non")
        CHOICE = "choice", _("un choix dans une liste")

    event = models.ForeignKey(Event, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=200)
    answers = models.CharField(
        _("on répond par"), max_length=6, choices=Answers, default=Answers.TEXT
    )
    options = ArrayField(
        models.CharField(max_length=100), verbose_name=_("choix"), default=list, blank=True
    )
    is_required = models.BooleanField(_("réponse obligatoire"), default=False)

    class Meta:
        verbose_name = _("question d’inscription")
        verbose_name_plural = _("questions d’inscription")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def registered(self) -> RegistrationQuerySet:
        return self.filter(state="registered")

    def waiting(self) -> RegistrationQuerySet:
        """First come, first served."""
        return self.filter(state="waiting").order_by("since", "pk")

    def current(self) -> RegistrationQuerySet:
        return self.filter(state__in=["registered", "waiting"])

    def meeting(self) -> RegistrationQuerySet:
        return self.registered().filter(meets=True, user__isnull=False)

    def listed(self) -> RegistrationQuerySet:
        """Those who agreed to be read by the others who came, and have a name to be known by."""
        return self.registered().filter(is_listed=True, user__is_active=True).exclude(user__name="")

    def for_list(self) -> RegistrationQuerySet:
        return self.select_related("user", "organisation").order_by(
            F("user__name").asc(nulls_last=True), "pk"
        )

    def with_profile(self) -> RegistrationQuerySet:
        return self.for_list().prefetch_related(
            "themes_brought", "themes_sought", "initiatives", "needs"
        )


# What someone says of themselves stays erasable, and answers may be about their health or diet.
@pghistory.track(fields=["id", "event", "user", "organisation", "state", "since", "attended"])
class Registration(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        REGISTERED = "registered", _("inscrit")
        WAITING = "waiting", _("en liste d’attente")
        LEFT = "left", _("désinscrit")

    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations")
    # Nobody: the account is gone; that someone came still counts.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="event_registrations"
    )
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    state = FSMField(_("état"), choices=State.choices, default=State.REGISTERED, protected=True)
    since = models.DateTimeField(_("depuis le"), default=timezone.now)
    answers = models.JSONField(_("réponses"), default=dict, blank=True)  # {question: text}
    meets = models.BooleanField(_("souhaite des rencontres"), default=False)
    profile = models.CharField(_("profil"), max_length=10, choices=Profile, blank=True, default="")
    brings = models.TextField(_("ce que j’apporte"), max_length=WORDS_LENGTH, blank=True)
    seeks = models.TextField(_("ce que je cherche"), max_length=WORDS_LENGTH, blank=True)
    themes_brought = models.ManyToManyField(Theme, blank=True, related_name="+")
    themes_sought = models.ManyToManyField(Theme, blank=True, related_name="+")
    profiles_sought = ArrayField(
        models.CharField(max_length=10, choices=Profile), default=list, blank=True
    )
    initiatives = models.ManyToManyField(Initiative, blank=True, related_name="+")
    needs = models.ManyToManyField(Need, blank=True, related_name="+")
    # Read by those who came, who may then say that they met this person.
    is_listed = models.BooleanField(_("figure dans la liste des participants"), default=False)
    # Of a creativity session.
    table = models.PositiveSmallIntegerField(_("table"), null=True, blank=True)
    attended = models.BooleanField(_("venu"), null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"],
                name="registration_once_for_a_person",
                violation_error_message=_("Vous êtes déjà inscrit."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "waiting", "left"]),
                name="registration_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["event", "since", "id"],
                name="registration_waiting",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.user_id}"

    @property
    def is_registered(self) -> bool:
        return self.state == self.State.REGISTERED

    @property
    def is_current(self) -> bool:
        return self.state != self.State.LEFT

    @transition("state", source="waiting", target="registered")
    def place(self) -> None:
        """A place opened."""

    @transition("state", source="registered", target="waiting")
    def put_aside(self) -> None:
        """The organisers lowered the number of places; first of the list when one opens."""

    @transition("state", source=["registered", "waiting"], target="left")
    def leave(self) -> None:
        self.table = None

    @transition("state", source="left", target="registered")
    def come_back(self) -> None:
        self.since = timezone.now()

    @transition("state", source="left", target="waiting")
    def wait_again(self) -> None:
        self.since = timezone.now()
