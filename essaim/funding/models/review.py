"""The judgement on the pilot: opinions, each member's own, and the finding they lead to (§ 7)."""

from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation

from .pool import Pool


@pghistory.track(fields=["id", "pool", "on"], model_name="MeetingEvent")
class Meeting(models.Model):
    """A date of the review calendar."""

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="meetings")
    on = models.DateField(_("date"))
    link = models.URLField(_("lien de la réunion"), max_length=500, blank=True)
    minutes = models.TextField(_("compte rendu"), max_length=10_000, blank=True)

    class Meta:
        verbose_name = _("réunion d’examen")
        verbose_name_plural = _("réunions d’examen")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "on"],
                name="poolmeeting_once_a_day",
                violation_error_message=_("Une réunion est déjà prévue ce jour-là."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}"


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: Any) -> OpinionQuerySet:
        """One's own organisation's; those of all once the finding of their period is published,
        at the same moment for everyone who sees the pool."""
        return self.filter(pool__in=Pool.objects.visible_to(user).values("pk")).within(user)

    def within(self, user: Any) -> OpinionQuerySet:
        """What ``visible_to`` says, of pools that this reader is known to see."""
        published = Exists(Finding.objects.filter(pool=OuterRef("pool"), period=OuterRef("period")))
        if not user.is_authenticated:
            return self.filter(published)
        own = Q(organisation__in=user.memberships.values("organisation"))
        return self.filter(Q(published) | own)


# Kept from managers until the finding: see the audit's register in apps.py.
@pghistory.track(
    model_name="OpinionEvent", fields=["id", "pool", "period", "organisation", "is_favourable"]
)
class Opinion(models.Model):
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="opinions")
    period = models.PositiveSmallIntegerField(_("période du pilote"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="pool_opinions", verbose_name=_("membre")
    )
    is_favourable = models.BooleanField(_("la preuve du concept est faite"))
    reasons = models.TextField(_("motifs"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis d’un membre")
        verbose_name_plural = _("avis des membres")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "period", "organisation"],
                name="poolopinion_once",
                violation_error_message=_("Ce membre a déjà donné son avis."),
            ),
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="poolopinion_has_reasons",
                violation_error_message=_("Un avis donne ses motifs."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="opinion_is_kept", operation=pgtrigger.Delete),
            # Waits for a closing that is under way, then sees it.
            pgtrigger.Trigger(
                name="opinion_before_closing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("the_pool", "funding_pool%ROWTYPE")],
                func="""
                    IF TG_OP = 'UPDATE' AND
                       (NEW.pool_id, NEW.period, NEW.organisation_id, NEW.is_favourable,
                        NEW.reasons) IS NOT DISTINCT FROM
                       (OLD.pool_id, OLD.period, OLD.organisation_id, OLD.is_favourable,
                        OLD.reasons)
                    THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'UPDATE' AND
                       (NEW.pool_id, NEW.period, NEW.organisation_id) IS DISTINCT FROM
                       (OLD.pool_id, OLD.period, OLD.organisation_id)
                    THEN
                        RAISE EXCEPTION 'an opinion does not change hands'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    SELECT * INTO the_pool FROM funding_pool WHERE id = NEW.pool_id FOR SHARE;
                    IF the_pool.state <> 'reviewing' OR the_pool.period <> NEW.period
                       OR EXISTS (SELECT 1 FROM funding_finding f
                                  WHERE f.pool_id = NEW.pool_id AND f.period = NEW.period)
                    THEN
                        RAISE EXCEPTION 'opinions are closed' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class Recusal(models.Model):
    """A member that withdraws from the vote, for an interest in the project."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="recusals")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="pool_recusals", verbose_name=_("membre")
    )
    reason = models.CharField(_("intérêt"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("déport")
        verbose_name_plural = _("déports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "organisation"], name="poolrecusal_once",
                violation_error_message=_("Ce membre s’est déjà retiré du vote."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class Finding(models.Model):
    """What the pool found, once for each period; the database counts the votes again."""

    append_only = True

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="findings")
    period = models.PositiveSmallIntegerField(_("période du pilote"))
    is_positive = models.BooleanField(_("preuve du concept"))
    members = models.PositiveSmallIntegerField(_("membres"))  # who could vote
    voters = models.PositiveSmallIntegerField(_("votants"))
    favourable = models.PositiveSmallIntegerField(_("avis favorables"))
    on = models.DateField(_("le"))
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("constat")
        verbose_name_plural = _("constats")
        ordering = ["period"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "period"], name="poolfinding_once",
                violation_error_message=_("Le constat est déjà publié."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="finding_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="finding_by_the_rule",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("the_pool", "funding_pool%ROWTYPE"),
                    ("members", "bigint"), ("voters", "bigint"), ("favourable", "bigint"),
                ],
                func="""
                    SELECT * INTO the_pool FROM funding_pool WHERE id = NEW.pool_id FOR UPDATE;
                    SELECT COUNT(DISTINCT o.funder_id) INTO members FROM funding_option o
                     WHERE o.pool_id = NEW.pool_id AND o.state IN ('pledged', 'confirmed')
                       AND NOT EXISTS (SELECT 1 FROM funding_recusal r
                                       WHERE r.pool_id = o.pool_id
                                         AND r.organisation_id = o.funder_id);
                    SELECT COUNT(*), COUNT(*) FILTER (WHERE v.is_favourable)
                      INTO voters, favourable
                      FROM funding_opinion v
                     WHERE v.pool_id = NEW.pool_id AND v.period = NEW.period
                       AND EXISTS (SELECT 1 FROM funding_option o
                                   WHERE o.pool_id = v.pool_id
                                     AND o.funder_id = v.organisation_id
                                     AND o.state IN ('pledged', 'confirmed'))
                       AND NOT EXISTS (SELECT 1 FROM funding_recusal r
                                       WHERE r.pool_id = v.pool_id
                                         AND r.organisation_id = v.organisation_id);
                    IF the_pool.state <> 'reviewing' OR the_pool.period <> NEW.period
                       OR (NEW.members, NEW.voters, NEW.favourable)
                          IS DISTINCT FROM (members::int, voters::int, favourable::int)
                       OR voters * 100 < members * the_pool.quorum_percent OR voters = 0
                       OR NEW.is_positive IS DISTINCT FROM
                          (favourable * 100 > voters * the_pool.majority_percent)
                    THEN
                        RAISE EXCEPTION 'the finding is not what the votes say'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pool_id} {self.period}"


def judged() -> Exists:
    """Of a pool: the finding on its current period is published; opinions change no more."""
    return Exists(Finding.objects.filter(pool=OuterRef("pk"), period=OuterRef("period")))
