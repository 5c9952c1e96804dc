"""Saying that one is interested, and what follows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import clean
from essaim.contributions import notifications
from essaim.contributions.limits import check_organisation, check_rate, one_at_a_time
from essaim.contributions.models import Interest
from essaim.contributions.signals import interest_called, interest_closed, interest_said
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative, Publication
from essaim.people.models import Organisation
from essaim.territories.models import Territory

SOURCE = "contributions:interests"


@transaction.atomic
def be_interested(
    card: Initiative,
    *,
    by: Any,
    message: str,
    organisation: Organisation | None = None,
    territory: Territory | None = None,
) -> Interest:
    """Tell who carries the card that one may take it up; the card counts it as a fact.

    One for each person and organisation: said again, its message and place are corrected, and
    nobody is told twice.
    """
    message = clean(message)
    if not message:
        raise DomainError(_("Dites en quelques mots ce qui vous intéresse."), field="message")
    one_at_a_time(by)
    card = lock_card(card)
    if card.publication != Publication.PUBLISHED:
        raise DomainError(_("Cette fiche n’est plus publiée."))
    check_organisation(by, organisation)
    known = Interest.objects.open_for(card).filter(user=by, organisation=organisation).first()
    if known is not None:
        known.message, known.territory = message, territory
        known.save(update_fields=["message", "territory"])
        interest_said.send(sender=Interest, interest=known, by=by)
        return known
    check_rate(by)
    interest = Interest.objects.create(
        card=card, user=by, organisation=organisation, territory=territory, message=message
    )
    count_interests(card, by=by)
    notifications.interest_received(interest)
    interest_said.send(sender=Interest, interest=interest, by=by)
    return interest


@transaction.atomic
def make_contact(interest: Interest, *, by: Any) -> Interest:
    """The team is in touch with the person; twice is once."""
    interest = _locked(interest)
    if interest.state == Interest.State.IN_CONTACT:
        return interest
    if interest.state == Interest.State.CLOSED:
        raise DomainError(_("Cette personne a retiré son intérêt."))
    interest.make_contact(by)
    interest.save(update_fields=["state", "contacted_by", "contacted_at"])
    notifications.interest_in_contact(interest)
    interest_called.send(sender=Interest, interest=interest, by=by)
    return interest


@transaction.atomic
def close_interest(interest: Interest, *, by: Any) -> None:
    """Withdrawn by the person. What they wrote goes; that there was an interest stays."""
    card = lock_card(interest.card)
    interest = _locked(interest)
    if interest.state == Interest.State.CLOSED:
        return
    interest.close()
    interest.message = ""
    interest.save(update_fields=["state", "closed_at", "message"])
    count_interests(card, by=by)
    interest_closed.send(sender=Interest, interest=interest, by=by)


@transaction.atomic
def join_interests(kept: Organisation, other: Organisation, *, by: Any) -> None:
    """The organisations become one: a person interested in a card for both is so once, by the one
    of which the team is in contact with them."""
    mine = Interest.objects.filter(organisation=kept, state__in=Interest.OPEN)
    for_kept = mine.filter(card=OuterRef("card"), user=OuterRef("user"))
    twice = Interest.objects.filter(Exists(for_kept), organisation=other, state__in=Interest.OPEN)
    for interest in twice.select_related("card").order_by("card", "pk"):
        same = mine.select_related("card").get(card=interest.card_id, user=interest.user_id)
        called = interest.state == Interest.State.IN_CONTACT
        close_interest(
            same if called and same.state != Interest.State.IN_CONTACT else interest, by=by
        )


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, by: Any, **kwargs: Any
) -> None:
    join_interests(kept, other, by=by)


def _locked(interest: Interest) -> Interest:
    return Interest.objects.select_for_update().get(pk=interest.pk)


def count_interests(card: Initiative, *, by: Any) -> None:
    """How many are interested now, as a fact of the card."""
    number = Interest.objects.open_for(card).count()
    record_fact(
        card,
        Fact.Kind.INTEREST,
        SOURCE,
        {"open": number} if number else None,
        timezone.localdate().isoformat(),
        by=by,
    )
