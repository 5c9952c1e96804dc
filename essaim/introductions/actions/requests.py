"""Asking for an introduction, and answering.

Locks are taken in one order: the person, the card, the interest, the introduction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.common.text import clean
from essaim.contributions.actions.interest import close_interest, make_contact
from essaim.contributions.limits import one_at_a_time
from essaim.contributions.models import Interest
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.models import Initiative, Publication
from essaim.introductions import notifications
from essaim.introductions.models import (
    Introduction,
    Message,
    OrganisationChoice,
    Outcome,
    Side,
)
from essaim.people.models import Organisation
from essaim.territories.models import Territory

from .common import locked


# --- from the card: a would-be adopter ---------------------------------------------------
@transaction.atomic
def follow_interest(interest: Interest, *, by: Any) -> Introduction:
    """The introduction of who said « je suis intéressé »: nothing is asked a second time.

    Where their organisation is already in touch with the holder, what they wrote goes there as
    a message. Said again: the reason is corrected while nobody has answered; once the former
    one has ended, it is asked anew.
    """
    known = Introduction.objects.select_for_update().filter(interest=interest).first()
    anew = known is not None and not known.is_open
    if known is not None and anew:
        known.interest = None
        known.save(update_fields=["interest"])
    elif known is not None:
        if known.state == Introduction.State.REQUESTED:
            known.reason, known.territory = interest.message, interest.territory
            known.save(update_fields=["reason", "territory"])
        return known
    open_now = Introduction.objects.open().filter(card=interest.card_id)
    if interest.organisation_id:
        same = open_now.filter(organisation=interest.organisation_id)
    else:
        same = open_now.filter(organisation=None, adopter=interest.user_id)
    going = same.select_for_update().first()
    if going is not None:
        Message.objects.create(
            introduction=going, side=Side.ADOPTER, author=interest.user, text=interest.message
        )
        return going
    made = Introduction.objects.create(
        card_id=interest.card_id,
        side=Side.ADOPTER,
        asked_by=interest.user,
        adopter=interest.user,
        organisation=interest.organisation,
        territory=interest.territory,
        interest=interest,
        reason=interest.message,
    )
    if anew:  # the page of interests tells of the first time alone
        notifications.remind_to_answer(made)
    return made


# --- from its territories: the holder ----------------------------------------------------
def reachable(territory: Territory) -> list[Organisation]:
    """The territory's organisations that accept proposals and somebody answers for."""
    choices = OrganisationChoice.objects.reachable().filter(organisation__territory=territory)
    return list(
        Organisation.objects.filter(pk__in=choices.values("organisation")).order_by("name", "pk")
    )


@transaction.atomic
def propose(
    card: Initiative,
    territory: Territory,
    organisation: Organisation,
    *,
    by: Any,
    reason: str,
    submission: uuid.UUID | None = None,
) -> Introduction:
    """Propose the initiative to one organisation of a territory, which decides. Sent twice, it
    is one. Never twice without an answer; so many a day, by card and by person."""
    reason = clean(reason)
    if not reason:
        raise DomainError(_("Dites pourquoi votre initiative leur serait utile."), field="reason")
    one_at_a_time(by)
    card = lock_card(card)
    known = made_by_form(Introduction.objects, submission, card=card, asked_by=by)
    if known is not None:
        return known
    _check_open(card, territory, organisation)
    _check_never_twice(card, organisation)
    _check_daily_limits(card, by)
    made = Introduction.objects.create(
        card=card,
        side=Side.HOLDER,
        asked_by=by,
        organisation=organisation,
        territory=territory,
        reason=reason,
        submission=submission or uuid.uuid4(),
    )
    notifications.proposed(made)
    return made


def _check_open(card: Initiative, territory: Territory, organisation: Organisation) -> None:
    if card.publication != Publication.PUBLISHED:
        raise DomainError(_("Cette fiche n’est plus publiée : elle ne se propose à personne."))
    if organisation.pk == card.holder_id:
        raise DomainError(_("C’est l’organisation qui porte la fiche."), field="organisation")
    if organisation not in reachable(territory):
        raise DomainError(
            _("Cette organisation n’accepte pas, ou plus, de propositions."), field="organisation"
        )


def _check_never_twice(card: Initiative, organisation: Organisation) -> None:
    """What was said of a card made one with this one was said of this one."""
    known = Introduction.objects.filter(
        Q(card=card) | Q(card__merge__kept=card), organisation=organisation
    )
    latest = known.open().first() or known.order_by("-created_at", "-pk").first()
    if latest is None:
        return
    if latest.is_open:
        raise DomainError(
            _("Une mise en relation est déjà en cours avec cette organisation."),
            field="organisation",
        )
    again = _free_again(latest)
    if again is None:
        raise DomainError(
            _(
                "Elle a déjà reçu cette proposition, retirée sans réponse : c’est à elle de"
                " revenir vers vous."
            ),
            field="organisation",
        )
    if again > timezone.localdate():
        raise DomainError(
            _("Elle a répondu : vous pourrez lui en reparler à partir du %(day)s.")
            % {"day": date_format(again, "DATE_FORMAT")},
            field="organisation",
        )


def _free_again(latest: Introduction) -> dt.date | None:
    """From when the same may be proposed again; None where it had no answer."""
    if latest.outcome == Outcome.NOT_NOW:
        return latest.ask_again_on
    if latest.answered_at is None and latest.side == Side.HOLDER:
        return None
    delay: int = settings.INTRODUCTIONS["again_days"]
    return (latest.ended_on or timezone.localdate()) + dt.timedelta(days=delay)


def _check_daily_limits(card: Initiative, by: Any) -> None:
    since = timezone.now() - dt.timedelta(days=1)
    sent = Introduction.objects.filter(side=Side.HOLDER, created_at__gt=since)
    limits: dict[str, Any] = settings.INTRODUCTIONS
    if sent.filter(card=card).count() >= limits["proposals_per_card"]:
        raise DomainError(
            _(
                "Cette fiche a été proposée %(n)s fois depuis hier : reprenez demain. Votre texte"
                " est resté dans la page."
            )
            % {"n": limits["proposals_per_card"]}
        )
    if sent.filter(asked_by=by).count() >= limits["proposals_per_person"]:
        raise DomainError(
            _(
                "Vous avez envoyé %(n)s propositions depuis hier : reprenez demain. Votre texte"
                " est resté dans la page."
            )
            % {"n": limits["proposals_per_person"]}
        )


# --- answering ---------------------------------------------------------------------------
@transaction.atomic
def accept(introduction: Introduction, *, by: Any) -> Introduction:
    """Accepted once: of two who answer at once, the second is told what the first said."""
    card = lock_card(introduction.card)
    interest = _lock_interest(introduction)
    introduction = locked(introduction)
    if introduction.state == Introduction.State.ACCEPTED and introduction.answered_by_id == by.pk:
        return introduction
    if card.publication != Publication.PUBLISHED:
        raise DomainError(
            _(
                "La fiche n’est plus publiée : attendez qu’elle le soit de nouveau, ou déclinez en"
                " disant pourquoi. Rien n’est perdu."
            )
        )
    move(introduction, "accept", by)
    introduction.save()
    if interest is not None and interest.state == Interest.State.INTERESTED:
        make_contact(interest, by=by)
    notifications.accepted(introduction, by=by)
    return introduction


@transaction.atomic
def decline(introduction: Introduction, *, by: Any, reason: str) -> Introduction:
    """With a reason, which the other side reads."""
    reason = clean(reason)
    if not reason:
        raise DomainError(_("Dites pourquoi : l’autre partie le lira."), field="reason")
    lock_card(introduction.card)
    interest = _lock_interest(introduction)
    introduction = locked(introduction)
    if introduction.state == Introduction.State.DECLINED and introduction.answered_by_id == by.pk:
        return introduction
    move(introduction, "decline", by, reason)
    introduction.save()
    if interest is not None:
        close_interest(interest, by=by)
    notifications.declined(introduction, by=by)
    return introduction


@transaction.atomic
def withdraw(introduction: Introduction, *, by: Any) -> Introduction:
    """By the side that asked, while nobody has answered; twice is once."""
    lock_card(introduction.card)
    interest = _lock_interest(introduction)
    introduction = locked(introduction)
    if introduction.state == Introduction.State.WITHDRAWN:
        return introduction
    if introduction.is_going:
        raise DomainError(_("Elle a été acceptée entre-temps : dites plutôt ce qu’il en a été."))
    move(introduction, "withdraw")
    introduction.save()
    if interest is not None:
        close_interest(interest, by=by)
    notifications.withdrawn(introduction, by=by)
    return introduction


def _lock_interest(introduction: Introduction) -> Interest | None:
    if introduction.interest_id is None:
        return None
    return Interest.objects.select_for_update().filter(pk=introduction.interest_id).first()


# --- what contributions say --------------------------------------------------------------
@transaction.atomic
def interest_was_called(interest: Interest, *, by: Any) -> None:
    """The team noted on the card's page that it is in contact: the introduction is accepted."""
    known = Introduction.objects.select_for_update().filter(interest=interest).first()
    if known is not None and known.state == Introduction.State.REQUESTED:
        known.accept(by)
        known.save()


@transaction.atomic
def interest_was_closed(interest: Interest, *, by: Any) -> None:
    """The person no longer is interested, or left: what was going on is withdrawn."""
    known = Introduction.objects.select_for_update().filter(interest=interest).first()
    if known is None or not known.is_open:
        return
    if known.organisation_id is not None and known.is_going:
        return  # their organisation goes on with it
    asked = known.state == Introduction.State.REQUESTED
    known.withdraw()
    if asked:
        known.reason = ""  # what they wrote goes with their interest
    known.save()
    notifications.withdrawn(known, by=by)
