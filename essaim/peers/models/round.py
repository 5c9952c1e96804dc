"""A round of reading: what is asked, of whom, by when, and where it stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


class State(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    INVITING = "inviting", _("invitation des pairs")
    ASSIGNING = "assigning", _("affectation")
    READING = "reading", _("lecture")
    DISCUSSING = "discussing", _("discussion")
    CONCLUDED = "concluded", _("conclue")
    ABANDONED = "abandoned", _("abandonnée")


UNDER_WAY = [State.DRAFT, State.INVITING, State.ASSIGNING, State.READING, State.DISCUSSING]
# Before anyone reads: rubric, colleges, items may still change.
SETTING_UP = [State.DRAFT, State.INVITING, State.ASSIGNING]
READ = [State.DISCUSSING, State.CONCLUDED]  # readings are in: those who gave one see the others


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Any) -> RoundQuerySet:
        """All for managers (and for those who run a round of a call) who have no part in it nor a
        link with what it reads; none for others, who meet readings, invitations and feedback
        instead. Agrees with ``rules.can_run``."""
        if not user.is_authenticated:
            return self.none()
        from essaim.peers import runners
        from essaim.peers.barred import barred_to
        from essaim.peers.models import Item, Seat

        concerned = Item.objects.spoken_for_by(user).values("round")
        linked = Item.objects.filter(barred_to(user)).values("round")
        seated = Seat.objects.with_a_part().filter(user=user).values("round")
        mine = self if user.is_manager or user.is_superuser else self.filter(runners.run_by(user))
        return mine.exclude(pk__in=concerned).exclude(pk__in=linked).exclude(pk__in=seated)

    def under_way(self) -> RoundQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def for_list(self) -> RoundQuerySet:
        return self.annotate(items_number=models.Count("items", distinct=True)).order_by(
            "-created_at", "-pk"
        )

    def for_detail(self) -> RoundQuerySet:
        return self.prefetch_related("colleges__criteria", "items__initiative")


@pghistory.track(
    model_name="RoundEvent",
    fields=[
        *("id", "state", "answer_by", "read_by", "discuss_by", "readers_hidden"),
        *("readers_hidden_from_each_other", "applicants_hidden", "created_by", "decided_by"),
    ],
)
class Round(FSMModelMixin, models.Model):
    """Its items are read by peers of two colleges, and by the jury of a call. What an item is (a card, an application of a
    call) is the business of who adds it: nothing here depends on it."""

    title = models.CharField(_("titre"), max_length=200)
    purpose = models.TextField(
        _("ce que la lecture doit éclairer"),
        blank=True,
        max_length=3000,
        help_text=_("Les pairs le lisent avant d’accepter."),
    )
    state = FSMField(_("état"), choices=State.choices, default=State.DRAFT, protected=True)
    answer_by = models.DateTimeField(_("réponse des pairs avant le"), null=True, blank=True)
    read_by = models.DateTimeField(_("lectures à rendre avant le"), null=True, blank=True)
    discuss_by = models.DateTimeField(_("discussion jusqu’au"), null=True, blank=True)
    reply_days = models.PositiveSmallIntegerField(
        _("jours laissés au porteur pour répondre"), default=15
    )

    readers_hidden = models.BooleanField(_("le porteur ne sait pas qui lit"), default=True)
    applicants_hidden = models.BooleanField(
        _("les lecteurs ne savent pas qui porte"),
        default=False,
        help_text=_("Le nom du porteur et le lien vers la fiche ne leur sont pas montrés."),
    )
    readers_hidden_from_each_other = models.BooleanField(
        _("les lecteurs ne savent pas qui sont les autres"), default=True
    )

    # How similar a reader is to an item: shares of each part, adjustable (see affinity.py).
    weight_themes = models.PositiveSmallIntegerField(_("thèmes"), default=4)
    weight_text = models.PositiveSmallIntegerField(_("textes"), default=3)
    weight_profession = models.PositiveSmallIntegerField(_("métier"), default=2)
    weight_territory = models.PositiveSmallIntegerField(_("territoire"), default=1)
    fair = models.BooleanField(
        _("qu’aucun objet ne soit laissé avec des lecteurs peu proches"), default=True
    )

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Made by the form before it is sent: sending it twice makes one round.
    submission = models.UUIDField(unique=True, null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    concluded_at = models.DateTimeField(null=True, blank=True)
    abandon_reason = models.TextField(_("pourquoi"), blank=True, max_length=3000)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture par les pairs")
        verbose_name_plural = _("lectures par les pairs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="round_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.ABANDONED])
                | Q(answer_by__isnull=False, read_by__isnull=False, discuss_by__isnull=False),
                name="round_has_deadlines",
                violation_error_message=_("Donnez les trois échéances avant d’inviter."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(read_by__isnull=True)
                    | Q(answer_by__isnull=True)
                    | Q(read_by__gt=F("answer_by"))
                )
                & (
                    Q(discuss_by__isnull=True)
                    | Q(read_by__isnull=True)
                    | Q(discuss_by__gt=F("read_by"))
                ),
                name="round_deadlines_in_order",
                violation_error_message=_(
                    "Les échéances se suivent : réponse des pairs, lectures, discussion."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONCLUDED) | Q(concluded_at__isnull=False),
                name="round_concluded_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ABANDONED) | ~Q(abandon_reason=""),
                name="round_abandoned_has_reason",
                violation_error_message=_("Dites pourquoi la lecture est abandonnée."),
            ),
            models.CheckConstraint(
                condition=Q(weight_themes__gt=0)
                | Q(weight_text__gt=0)
                | Q(weight_profession__gt=0)
                | Q(weight_territory__gt=0),
                name="round_weights_not_all_zero",
                violation_error_message=_("Donnez du poids à une partie au moins."),
            ),
            models.CheckConstraint(condition=Q(reply_days__lte=365), name="round_reply_days_range"),
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="round_by_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """For managers: others have a reading, an invitation or a feedback."""
        return reverse("peers:round", args=[self.pk])

    @property
    def is_set_up(self) -> bool:
        return self.state in SETTING_UP

    @property
    def due_at(self) -> dt.datetime | None:
        """By when the present state ends."""
        return {
            State.INVITING: self.answer_by,
            State.READING: self.read_by,
            State.DISCUSSING: self.discuss_by,
        }.get(State(self.state))

    @property
    def is_late(self) -> bool:
        due = self.due_at
        return due is not None and due < timezone.now()

    @property
    def weights(self) -> dict[str, int]:
        return {
            "themes": self.weight_themes,
            "text": self.weight_text,
            "profession": self.weight_profession,
            "territory": self.weight_territory,
        }

    @transition("state", source=State.DRAFT, target=State.INVITING)
    def invite(self) -> None:
        pass

    @transition("state", source=State.INVITING, target=State.ASSIGNING)
    def assign(self) -> None:
        pass

    @transition("state", source=State.ASSIGNING, target=State.INVITING)
    def invite_more(self) -> None:
        """Too few accepted: the manager goes back to inviting."""

    @transition("state", source=State.ASSIGNING, target=State.READING)
    def read(self) -> None:
        pass

    @transition("state", source=State.READING, target=State.DISCUSSING)
    def discuss(self) -> None:
        pass

    @transition("state", source=State.DISCUSSING, target=State.CONCLUDED)
    def conclude(self) -> None:
        self.concluded_at = timezone.now()

    @transition("state", source=UNDER_WAY, target=State.ABANDONED)
    def abandon(self, reason: str) -> None:
        self.abandon_reason = reason


class CollegeKind(models.TextChoices):
    """§ 6 of the domain: the first judges quality, the second usefulness in their own unit."""

    INNOVATORS = "innovators", _("innovateurs")
    USERS = "users", _("utilisateurs potentiels")
    # Of calls alone: those who decide read too (§ 6).
    JURY = "jury", _("jury")


class College(models.Model):
    round = models.ForeignKey(Round, models.CASCADE, related_name="colleges")
    kind = models.CharField(_("collège"), max_length=10, choices=CollegeKind)
    size = models.PositiveIntegerField(_("nombre de pairs"))
    per_item = models.PositiveIntegerField(_("lectures par objet"))
    max_load = models.PositiveIntegerField(_("lectures par pair, au plus"), default=1)
    min_load = models.PositiveIntegerField(_("lectures par pair, au moins"), default=0)

    class Meta:
        verbose_name = _("collège")
        verbose_name_plural = _("collèges")
        ordering = ["kind"]  # innovators, then users
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="college_once"),
            models.CheckConstraint(
                condition=Q(kind__in=CollegeKind.values), name="college_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=10000),
                name="college_size_range",
                violation_error_message=_("Un collège compte de 1 à 10 000 pairs."),
            ),
            models.CheckConstraint(
                condition=Q(per_item__gte=1, per_item__lte=F("size")),
                name="college_readings_within_size",
                violation_error_message=_(
                    "Un objet ne peut pas être lu par plus de pairs que le collège n’en compte."
                ),
            ),
            models.CheckConstraint(
                condition=Q(max_load__gte=1, min_load__lte=F("max_load")),
                name="college_loads_in_order",
                violation_error_message=_(
                    "Le minimum de lectures par pair ne dépasse pas le maximum."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.kind}"


class Criterion(models.Model):
    """One line of the rubric: a question and its levels, the lowest first, each in words."""

    college = models.ForeignKey(College, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("critère"), max_length=100)
    question = models.CharField(_("question posée"), max_length=300)
    weight = models.PositiveSmallIntegerField(_("poids"), default=1)
    levels = ArrayField(models.CharField(max_length=200), verbose_name=_("niveaux"))

    class Meta:
        verbose_name = _("critère")
        verbose_name_plural = _("critères")
        ordering = ["college", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10),
                name="criterion_weight_range",
                violation_error_message=_("Un poids va de 1 à 10."),
            ),
            models.CheckConstraint(
                condition=Q(levels__len__gte=2, levels__len__lte=6),
                name="criterion_levels_number",
                violation_error_message=_("Un critère a de 2 à 6 niveaux, chacun décrit."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def numbered_levels(self) -> list[tuple[int, str]]:
        return list(enumerate(self.levels, start=1))
