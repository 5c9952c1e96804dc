"""An option: a funder's intention, then what became of it (§ 7 of the domain)."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.people.models import Organisation
from essaim.replications.models import Mode
from essaim.territories.models import Territory

from .acts import LegalActQuerySet
from .option_triggers import TRIGGERS
from .pool import MOST_CENTS, Pool


class OptionState(models.TextChoices):
    # Only where the funder asks for two signatures: not an option yet.
    PREPARED = "prepared", _("à contresigner")
    PLEDGED = "pledged", _("option prise")
    CONFIRMED = "confirmed", _("confirmée")
    DECLINED = "declined", _("déclinée")
    EXPIRED = "expired", _("expirée")
    WITHDRAWN = "withdrawn", _("retirée")
    RELEASED = "released", _("libérée")


LIVING = (OptionState.PREPARED, OptionState.PLEDGED, OptionState.CONFIRMED)
# Whose funders are members of the pool.
COUNTED = (OptionState.PLEDGED, OptionState.CONFIRMED)


class OptionQuerySet(models.QuerySet["Option"]):
    def counted(self) -> OptionQuerySet:
        return self.filter(state__in=COUNTED)

    def living(self) -> OptionQuerySet:
        return self.filter(state__in=LIVING)

    def visible_to(self, user: Any) -> OptionQuerySet:
        """With their pool; those still to be countersigned, for their own organisation."""
        return self.filter(pool__in=Pool.objects.visible_to(user).values("pk")).within(user)

    def within(self, user: Any) -> OptionQuerySet:
        """What ``visible_to`` says, of pools that this reader is known to see."""
        if not user.is_authenticated:
            return self.exclude(state=OptionState.PREPARED)
        own = Q(funder__in=user.memberships.values("organisation"))
        return self.filter(~Q(state=OptionState.PREPARED) | own)

    def of_site(self, option: Option) -> OptionQuerySet:
        """Every option ever taken on the site of this one: its first, and the shares beside it."""
        first = option.cofunds_id or option.pk
        return self.filter(Q(pk=first) | Q(cofunds=first)) if first else self.none()

    def standing(self) -> OptionQuerySet:
        """Without those of a site that stopped and whose territory is taken anew."""
        return self.filter(left_on=None)

    def for_list(self) -> OptionQuerySet:
        return self.select_related("funder", "territory", "adopter")

    def for_line(self) -> OptionQuerySet:
        """What a line of its pool's table shows, and no other column."""
        return self.select_related("funder", "territory").only(
            *("pool", "funder__name", "territory__label", "cofunds", "is_pilot", "state"),
            *("amount_cents", "confirmed_cents", "left_on"),
        )

    def for_detail(self) -> OptionQuerySet:
        return self.select_related(
            *("funder", "territory", "adopter", "pool__initiative__holder", "pool__lead"),
            *("pool__pilot_territory", "cofunds"),
        ).prefetch_related(
            "instalments",
            Prefetch(
                "acts", LegalAct.objects.select_related("publication", "beneficiary", "amends")
            ),
        )


@pghistory.track(
    model_name="OptionEvent",
    fields=[
        *("id", "pool", "funder", "territory", "adopter", "amount_cents", "confirmed_cents"),
        *("state", "is_pilot", "expires_on", "prepared_at", "pledged_at", "confirming_at"),
        *("confirmed_at", "ended_on", "cofunds", "mode", "charter_on", "planned_on"),
        "left_on",
    ],
)
class Option(FSMModelMixin, models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="options")
    funder = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("financeur"), related_name="options"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="options"
    )
    # The lead's, on the pilot territory: confirmed before the others, since it pays the pilot.
    is_pilot = models.BooleanField(_("finance le pilote"), default=False)
    # The first option of the same site, where several funders pay it in shares. It stays that of
    # the site though it ends: by it a site makes one replication.
    cofunds = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("cofinance"), null=True, blank=True,
        related_name="cofunded_by",
    )  # fmt: skip
    # Confirmed for a site that stopped, and nothing reserved for it: since when the territory may
    # have another first option. What acts committed stays here, and is paid or given back here.
    left_on = models.DateField(_("site quitté le"), null=True, blank=True)
    # Found, or still to be found.
    adopter = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("repreneur"), null=True, blank=True,
        related_name="adopted_options",
    )  # fmt: skip
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    # May be less than the intention, never more.
    confirmed_cents = models.BigIntegerField(
        _("montant confirmé (centimes)"), null=True, blank=True
    )
    conditions = models.TextField(_("conditions"), max_length=3000, blank=True)
    expires_on = models.DateField(_("valable jusqu’au"))
    state = FSMField(
        _("état"), choices=OptionState.choices, default=OptionState.PREPARED, protected=True
    )

    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    prepared_at = models.DateTimeField(default=timezone.now)
    pledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    pledged_at = models.DateTimeField(_("prise le"), null=True, blank=True)
    # A confirmation that waits for the second signature.
    confirming_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirming_at = models.DateTimeField(null=True, blank=True)
    confirming_cents = models.BigIntegerField(null=True, blank=True)
    # A longer validity that waits for the second signature.
    prolonging_until = models.DateField(null=True, blank=True)
    prolonging_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Said with the confirmation, whoever signs it second and whenever the adopter is named.
    mode = models.CharField(_("mode d’essaimage"), max_length=15, choices=Mode, blank=True)
    charter_on = models.DateField(_("charte acceptée le"), null=True, blank=True)
    planned_on = models.DateField(_("mise en service prévue le"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    ended_on = models.DateField(_("terminée le"), null=True, blank=True)
    # The moment, from which its funder receives nothing more.
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(_("motifs"), max_length=3000, blank=True)

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["-is_pilot", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OptionState.values), name="option_state_known"
            ),
            models.UniqueConstraint(
                fields=["pool", "territory"],
                condition=Q(state__in=[*LIVING], cofunds__isnull=True, left_on__isnull=True),
                name="option_once_per_territory",
                violation_error_message=_("Ce territoire a déjà une option dans ce groupement."),
            ),
            models.UniqueConstraint(
                fields=["pool", "territory", "funder"],
                condition=Q(state__in=[*LIVING], left_on__isnull=True),
                name="option_once_per_funder_of_a_site",
                violation_error_message=_("Ce financeur a déjà une option sur ce territoire."),
            ),
            models.CheckConstraint(
                condition=Q(mode="") | Q(mode__in=Mode.values), name="option_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=MOST_CENTS),
                name="option_amount_positive",
                violation_error_message=_("Le montant d’une option est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_cents__isnull=True)
                | Q(confirmed_cents__gt=0, confirmed_cents__lte=F("amount_cents")),
                name="option_confirmed_within_pledged",
                violation_error_message=_("Le montant confirmé ne dépasse pas l’option."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state="confirmed", confirmed_cents__isnull=False, confirmed_at__isnull=False
                )
                | ~Q(state="confirmed") & Q(confirmed_cents__isnull=True),
                name="option_confirmed_has_amount_and_date",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared") | Q(state="withdrawn") | Q(pledged_at__isnull=False)
                | Q(state="released") | Q(state="expired"),
                name="option_pledged_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(end_reason=""),
                name="option_declined_with_reason",
                violation_error_message=_("Dites pourquoi l’option est déclinée."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*LIVING]) | Q(ended_on__isnull=False),
                name="option_end_has_date",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["pool", "state"], name="option_of_pool"),
            models.Index(fields=["funder", "state"], name="option_of_funder"),
            models.Index(fields=["expires_on"], condition=Q(state="pledged"), name="option_expiry"),
        ]
        triggers = TRIGGERS

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("funding:option", args=[self.pool.slug, self.pk])

    @property
    def reference(self) -> str:
        """By which a replication knows what made it, once: one for a site, however many fund it."""
        return f"option:{self.cofunds_id or self.pk}"

    @property
    def counts(self) -> bool:
        return self.state in COUNTED

    @property
    def waits_for_second_signature(self) -> bool:
        return self.state == OptionState.PREPARED or (
            self.state == OptionState.PLEDGED
            and (self.confirming_at is not None or self.prolonging_until is not None)
        )

    @property
    def first_signatory_id(self) -> int | None:
        """Of what waits for the second signature."""
        if self.state == OptionState.PREPARED:
            return self.prepared_by_id
        return self.confirming_by_id if self.confirming_at else self.prolonging_by_id

    @transition("state", source=["prepared"], target="pledged")
    def pledge(self) -> None:
        pass

    @transition("state", source=["pledged"], target="confirmed")
    def confirm(self) -> None:
        pass

    @transition("state", source=["pledged"], target="declined")
    def decline(self) -> None:
        pass

    @transition("state", source=["prepared", "pledged"], target="expired")
    def expire(self) -> None:
        pass

    @transition("state", source=["prepared", "pledged"], target="withdrawn")
    def withdraw(self) -> None:
        pass

    @transition("state", source=["prepared", "pledged"], target="released")
    def release(self) -> None:
        pass


def act_path(act: LegalAct, name: str) -> str:
    """Never the name that the file came with: it is shown, not used."""
    return f"funding/{act.option_id}/{uuid.uuid4().hex}"


class LegalAct(models.Model):
    """The funder's own act, by which alone public money is committed (§ 7). Kept as recorded."""

    append_only = True

    class Nature(models.TextChoices):
        DELIBERATION = "deliberation", _("délibération")
        DECISION = "decision", _("décision ou arrêté")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    option = models.ForeignKey(Option, models.PROTECT, related_name="acts")
    # The adopter or the holder, as the funder says. None in acts recorded before it was asked, and
    # where neither was known: ``beneficiaries.parts_of``.
    beneficiary = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("bénéficiaire"), null=True, blank=True,
        related_name="acts_received",
    )  # fmt: skip
    # Of an amending act: the act of which it passes a part on, to another beneficiary.
    amends = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("acte modifié"), null=True, blank=True,
        related_name="amendments",
    )  # fmt: skip
    # Planned on the option that day: what was published of acts that name none stays.
    transfer_cents = models.BigIntegerField(_("transfert prévu (centimes)"), null=True, blank=True)
    nature = models.CharField(_("acte"), max_length=15, choices=Nature)
    reference = models.CharField(_("référence de l’acte"), max_length=100)
    on = models.DateField(_("date de l’acte"))
    signatory = models.CharField(_("fonction du signataire"), max_length=150)
    delegation = models.CharField(_("délégation de signature"), max_length=150, blank=True)
    convention_reference = models.CharField(
        _("référence de la convention"), max_length=100, blank=True
    )
    convention_on = models.DateField(_("convention signée le"), null=True, blank=True)
    accounting_reference = models.CharField(_("référence comptable"), max_length=100)
    amount_cents = models.BigIntegerField(_("montant engagé (centimes)"))
    file = models.FileField(_("acte"), upload_to=act_path, max_length=120)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip

    objects = LegalActQuerySet.as_manager()

    class Meta:
        verbose_name = _("acte juridique")
        verbose_name_plural = _("actes juridiques")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=MOST_CENTS),
                name="legalact_amount_positive",
                violation_error_message=_("Le montant engagé est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(signatory="") & ~Q(accounting_reference=""),
                name="legalact_has_references",
                violation_error_message=_("L’acte a sa référence, son signataire et son compte."),
            ),
            # One deliberation may grant two beneficiaries: it is attached for each of them.
            models.UniqueConstraint(
                fields=["option", "reference"],
                condition=Q(beneficiary__isnull=True),
                name="legalact_once_per_option",
                violation_error_message=_("Cet acte est déjà enregistré pour cette option."),
            ),
            models.UniqueConstraint(
                fields=["option", "reference", "beneficiary"],
                name="legalact_once_per_beneficiary",
                violation_error_message=_("Cet acte est déjà enregistré pour ce bénéficiaire."),
            ),
            models.CheckConstraint(
                condition=Q(beneficiary__isnull=True, transfer_cents__isnull=True)
                | Q(beneficiary__isnull=False, transfer_cents__isnull=False, transfer_cents__gte=0),
                name="legalact_names_with_transfer",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True) | Q(beneficiary__isnull=False),
                name="legalact_amends_by_name",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
