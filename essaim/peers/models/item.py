"""What is read: a card today, an application of a call later."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Theme

from .round import Round


class ItemQuerySet(models.QuerySet["Item"]):
    def spoken_for_by(self, user: Any) -> ItemQuerySet:
        """Those that this person answers for: named on them, member of an organisation that
        carries them, or of the team of their card. Agrees with ``rules.speaks_for``."""
        if not user.is_authenticated:
            return self.none()
        mine = user.memberships.values("organisation")
        return self.filter(
            Q(pk__in=Item.people.through.objects.filter(user=user).values("item"))
            | Q(
                pk__in=Item.organisations.through.objects.filter(organisation__in=mine).values(
                    "item"
                )
            )
            | Q(initiative__in=Initiative.objects.written_by(user).values("pk"))
        )

    def to_read(self) -> ItemQuerySet:
        """All but those whose applicant took them back: nobody is given these any more."""
        return self.filter(withdrawn_at=None)

    def for_list(self) -> ItemQuerySet:
        return self.select_related("initiative")

    def for_detail(self) -> ItemQuerySet:
        return self.select_related("round", "initiative__holder", "conclusion")


class Item(models.Model):
    """``organisations`` and ``people`` are who stands behind it: they never read it, and they are
    who gets its feedback."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="items")
    # What a higher floor calls it: "initiative:12", "application:7". One of each in a round.
    reference = models.CharField(max_length=60)
    title = models.CharField(_("titre"), max_length=300)
    text = models.TextField(_("texte à lire"), blank=True, max_length=50_000)
    link = models.CharField(_("adresse à lire"), max_length=500, blank=True)
    # The trades that the subject calls for, in the author's words.
    professions = models.CharField(_("métiers concernés"), max_length=300, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), blank=True, related_name="+")
    territories = models.ManyToManyField(
        Territory, verbose_name=_("territoires"), blank=True, related_name="+"
    )
    initiative = models.ForeignKey(
        Initiative,
        models.SET_NULL,
        verbose_name=_("fiche"),
        null=True,
        blank=True,
        related_name="read_items",
    )
    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("organisations qui le portent"), blank=True, related_name="+"
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("personnes qui le portent"), blank=True,
        related_name="+",
    )  # fmt: skip

    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("objet à lire")
        verbose_name_plural = _("objets à lire")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "reference"],
                name="item_once",
                violation_error_message=_("Cet objet est déjà dans la lecture."),
            ),
            models.UniqueConstraint(
                fields=["round", "initiative"],
                name="item_card_once",
                violation_error_message=_("Cette fiche est déjà dans la lecture."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Conflict(models.Model):
    """Declared of one item, beyond what rules find: this person, or this organisation's people,
    must not read it. Whoever declares, the reason is written."""

    class Side(models.TextChoices):
        READER = "reader", _("le pair")
        HOLDER = "holder", _("le porteur")
        MANAGER = "manager", _("l’animateur")

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("même organisation")
        HIERARCHY = "hierarchy", _("lien hiérarchique")
        COAUTHOR = "coauthor", _("coauteurs")
        INTEREST = "interest", _("intérêt personnel ou financier")
        OTHER = "other", _("autre raison")

    item = models.ForeignKey(Item, models.CASCADE, related_name="conflicts")
    # One of the three. An address may belong to nobody yet: it is compared when readers are.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("adresse e-mail"), blank=True)  # in lower case
    side = models.CharField(_("déclaré par"), max_length=10, choices=Side)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)
    reason = models.CharField(_("raison"), max_length=500)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("conflit d’intérêts")
        verbose_name_plural = _("conflits d’intérêts")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True, email="")
                | Q(person__isnull=True, organisation__isnull=False, email="")
                | (Q(person__isnull=True, organisation__isnull=True) & ~Q(email="")),
                name="conflict_names_one",
                violation_error_message=_("Nommez une personne ou une organisation."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="conflict_has_reason",
                violation_error_message=_("Dites pourquoi."),
            ),
            models.UniqueConstraint(
                fields=["item", "side", "person"],
                condition=Q(person__isnull=False),
                name="conflict_person_once",
            ),
            models.UniqueConstraint(
                fields=["item", "side", "organisation"],
                condition=Q(organisation__isnull=False),
                name="conflict_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["item", "side", "email"],
                condition=~Q(email=""),
                name="conflict_email_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


@pghistory.track(
    model_name="ConclusionEvent",
    fields=[
        *("id", "item", "level", "uses_adjusted", "prepared_by", "shared_at", "reply_by"),
        *("replied_at", "replied_by", "reply_is_public", "concluded_at", "concluded_by"),
    ],
)
class Conclusion(models.Model):
    """What a round says of one item: words for its holder, their reply, then the conclusion."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="conclusion")
    # Grows with each save: two managers do not overwrite each other.
    version = models.PositiveIntegerField(default=1)
    feedback = models.TextField(
        _("retour au porteur"),
        blank=True,
        max_length=20_000,
        help_text=_("Ce que disent les lectures, réécrit : rien n’y désigne un lecteur."),
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    shared_at = models.DateTimeField(null=True, blank=True)
    reply_by = models.DateTimeField(_("réponse du porteur avant le"), null=True, blank=True)
    reply = models.TextField(_("réponse du porteur"), blank=True, max_length=10_000)
    reply_is_public = models.BooleanField(_("réponse visible sur la fiche"), default=False)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # None: the readings were not enough to say one.
    level = models.PositiveSmallIntegerField(_("niveau de preuve"), null=True, blank=True)
    statement = models.TextField(_("conclusion publiée"), blank=True, max_length=3000)
    reasons = models.TextField(_("motifs"), blank=True, max_length=5000)
    uses_adjusted = models.BooleanField(
        _("les notes corrigées de la sévérité ont pesé dans la conclusion"), default=False
    )
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("conclusion")
        verbose_name_plural = _("conclusions")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=3),
                name="conclusion_level_range",
                violation_error_message=_(
                    "Des pairs reconnaissent un niveau de 1 à 3 : le niveau 4 demande une"
                    " évaluation indépendante."
                ),
            ),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True)
                | (Q(shared_at__isnull=False) & ~Q(reasons="") & ~Q(statement="")),
                name="conclusion_has_reasons",
                violation_error_message=_("Une conclusion est publiée avec ses motifs."),
            ),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=True) | (Q(reply_by__isnull=False) & ~Q(feedback="")),
                name="conclusion_shared_has_feedback",
                violation_error_message=_("Écrivez le retour au porteur avant de l’envoyer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}"
