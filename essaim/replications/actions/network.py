"""Sites that help each other, and the need they cover."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from essaim.replications import notifications
from essaim.replications.models import (
    RUNNING,
    AdviceTime,
    Generalisation,
    LegalObstacle,
    Mentorship,
    NeedEstimate,
    Peer,
    Replication,
    State,
)
from essaim.territories.models import Territory

from .common import check_day, lock_card, locked


# --- who may be called ----------------------------------------------------------------------
@transaction.atomic
def be_callable(replication: Replication, *, topics: str, contact: str, by: Any) -> Peer:
    """By the person alone, of themselves."""
    if not replication.adopter.memberships.filter(user=by).exists():
        raise DomainError(_("Seuls les membres du repreneur s’inscrivent pour ce site."))
    peer, _made = Peer.objects.update_or_create(
        replication=replication,
        user=by,
        defaults={"topics": " ".join(topics.split()), "contact": " ".join(contact.split())},
    )
    return peer


@transaction.atomic
def no_longer_callable(replication: Replication, *, by: Any) -> None:
    Peer.objects.filter(replication=replication, user=by).delete()


# --- mentors --------------------------------------------------------------------------------
@transaction.atomic
def ask_mentor(
    replication: Replication, mentor: Replication, *, message: str, by: Any
) -> Mentorship:
    """Ask an experienced site of the same initiative to accompany this one. Asked twice is once."""
    replication = locked(replication)
    pending = replication.mentorships.filter(
        state__in=[Mentorship.State.ASKED, Mentorship.State.ACCEPTED]
    ).first()
    if pending is not None:
        if pending.mentor_id == mentor.pk:
            return pending
        raise DomainError(_("Ce site a déjà un mentor, ou en attend la réponse."))
    mentor = Replication.objects.get(pk=mentor.pk)
    if mentor.initiative_id != replication.initiative_id or mentor.state not in RUNNING:
        raise DomainError(_("Choisissez un site en service de la même initiative."), field="mentor")
    if mentor.adopter_id == replication.adopter_id:
        raise DomainError(_("Choisissez le site d’un autre repreneur."), field="mentor")
    mentorship = Mentorship.objects.create(
        replication=replication, mentor=mentor, message=message.strip(), asked_by=by
    )
    notifications.mentor_asked(mentorship, by=by)
    return mentorship


@transaction.atomic
def answer_mentorship(mentorship: Mentorship, answer: str, *, by: Any) -> Mentorship:
    """``accept``, ``decline`` or ``end``. Again: nothing more."""
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    act = {"accept": mentorship.accept, "decline": mentorship.decline, "end": mentorship.end}[
        answer
    ]
    if not can_proceed(act):
        return mentorship
    act()
    mentorship.save(update_fields=["state", "answered_at"])
    if answer != "end":
        notifications.mentor_answered(mentorship, by=by)
    return mentorship


# --- advice ---------------------------------------------------------------------------------
@transaction.atomic
def log_advice(
    replication: Replication,
    *,
    submission: uuid.UUID,
    on: dt.date,
    minutes: int,
    kind: str,
    organisation: Organisation | None,
    by: Any,
) -> AdviceTime:
    """Time given to this site, credited to who gave it; one line for each form."""
    check_day(on)
    lock_card(replication.initiative_id)
    known = made_by_form(AdviceTime.objects, submission, replication=replication, by=by)
    if known is not None:
        return known
    if minutes < 0:
        given = AdviceTime.objects.filter(replication=replication, by=by).minutes()
        if given + minutes < 0:
            raise DomainError(_("C’est plus que ce que vous avez donné à ce site."), field="hours")
    return AdviceTime.objects.create(
        submission=submission, initiative=replication.initiative, replication=replication, by=by,
        organisation_name=organisation.name if organisation else "", on=on, minutes=minutes,
        kind=kind,
    )  # fmt: skip


# --- need -----------------------------------------------------------------------------------
@transaction.atomic
def estimate_need(
    card: Initiative,
    *,
    territory: Territory,
    population: int | None,
    prevalence: tuple[Decimal, Decimal, Decimal],
    source: str,
    by: Any,
) -> NeedEstimate:
    """How many people have the need there: ``prevalence`` is (low, central, high) percents of
    ``population`` (the territory's own unless given). Said again, it replaces."""
    lock_card(card.pk)
    people = population if population is not None else territory.population
    if not people:
        raise DomainError(
            _("La population de ce territoire n’est pas connue : donnez-la."), field="population"
        )
    low, central, high = prevalence
    if not 0 <= low <= central <= high <= 100:
        raise DomainError(
            _("La part va de 0 à 100 %, le bas, le central et le haut dans cet ordre."),
            field="prevalence",
        )
    if not source.strip():
        raise DomainError(_("Une estimation donne sa source."), field="source")
    estimate, _made = NeedEstimate.objects.update_or_create(
        initiative=card,
        territory=territory,
        defaults={
            "population": people, "prevalence_low": low, "prevalence": central,
            "prevalence_high": high, "source": source.strip(), "by": by, "at": timezone.now(),
        },
    )  # fmt: skip
    return estimate


@transaction.atomic
def forget_estimate(estimate: NeedEstimate) -> None:
    NeedEstimate.objects.filter(pk=estimate.pk).delete()


# --- law ------------------------------------------------------------------------------------
@transaction.atomic
def report_obstacle(
    replication: Replication,
    *,
    submission: uuid.UUID,
    reference: str,
    what: str,
    who_can_lift: str,
    by: Any,
) -> LegalObstacle:
    replication = locked(replication)
    if replication.state == State.STOPPED:
        raise DomainError(_("Cette reprise est arrêtée."))
    known = made_by_form(LegalObstacle.objects, submission, replication=replication, by=by)
    return known or LegalObstacle.objects.create(
        submission=submission, replication=replication, reference=" ".join(reference.split()),
        what=what.strip(), who_can_lift=" ".join(who_can_lift.split()), by=by,
    )  # fmt: skip


@transaction.atomic
def lift_obstacle(obstacle: LegalObstacle, *, reference: str, on: dt.date) -> LegalObstacle:
    obstacle = LegalObstacle.objects.select_for_update().get(pk=obstacle.pk)
    if obstacle.state == LegalObstacle.State.LIFTED:
        return obstacle
    check_day(on)
    if not reference.strip():
        raise DomainError(_("Dites par quel texte ou quelle décision."), field="reference")
    obstacle.lift(" ".join(reference.split()), on)
    obstacle.save(update_fields=["state", "lifted_reference", "lifted_on"])
    return obstacle


@transaction.atomic
def record_text(
    card: Initiative, *, reference: str, on: dt.date, url: str = "", by: Any
) -> Generalisation:
    """« Généralisé par un texte »: scaling ends because the law made it everyone's."""
    lock_card(card.pk)
    check_day(on)
    made, _created = Generalisation.objects.update_or_create(
        initiative=card,
        defaults={
            "reference": " ".join(reference.split()), "on": on, "url": url, "by": by,
            "at": timezone.now(),
        },
    )  # fmt: skip
    return made


@transaction.atomic
def withdraw_text(card: Initiative) -> None:
    lock_card(card.pk)
    Generalisation.objects.filter(initiative=card).delete()
