"""Two invented introductions for a trial on one's own machine."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.initiatives.models import Initiative
from essaim.introductions.actions import choices, progress, requests, talk
from essaim.introductions.models import Introduction, OrganisationChoice, Side
from essaim.needs.actions import Content, state_need
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Membership, Organisation, OrganisationKind, User
from essaim.territories.models import Territory

CARD = "demo:plateforme-precarite-energetique"
PROPOSED = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:introductions:proposed")
PLACE = "epci:200000172"
TOWN = "Communauté de communes (fictif)"
TOWN_EMAIL, TOWN_NAME = "collectivite@essaim.example", "Camille Collectivité (fictif)"


def load_introductions(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people; nothing outside a local machine, since the
    accounts it speaks for have a public password."""
    if not settings.LOCAL:
        return
    if not Introduction.objects.filter(submission=PROPOSED).exists():
        _load()
    if User.objects.filter(email=TOWN_EMAIL).exists():
        out.write(f"  {TOWN_EMAIL:28} {PASSWORD}  {TOWN_NAME}\n")


def _load() -> None:
    card = Initiative.objects.filter(external_id=CARD).first()
    holder, adopter = (
        User.objects.filter(email=f"{name}@essaim.example").first()
        for name in ("porteur", "repreneur")
    )
    place = Territory.objects.by_code(PLACE).first()
    if card is None or holder is None or adopter is None or place is None:
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _going_on(card, holder, adopter)
        _proposed(card, holder, place)


def _going_on(card: Initiative, holder: User, adopter: User) -> None:
    """Said on the card by the adopter (contributions' own demonstration), then accepted."""
    asked = Introduction.objects.filter(card=card, asked_by=adopter, side=Side.ADOPTER).first()
    if asked is None or not asked.is_open:
        return
    if asked.state == Introduction.State.REQUESTED:
        requests.accept(asked, by=holder)
    talk.write(
        asked,
        "Bonjour, venez voir le guichet un matin d’ouverture : le mardi est le plus parlant."
        " (fictif)",
        side=Side.HOLDER,
        by=holder,
    )
    progress.note_exchange(asked, by=holder, on=timezone.localdate() - dt.timedelta(days=2))


def _proposed(card: Initiative, holder: User, place: Territory) -> None:
    """To a town that accepts it and has not answered."""
    known = User.objects.filter(email=TOWN_EMAIL).first()
    person = known or create_account(email=TOWN_EMAIL, name=TOWN_NAME, password=PASSWORD)
    town, _made = find_or_create_organisation(
        name=TOWN, kind=OrganisationKind.LOCAL_AUTHORITY, territory=place
    )
    add_member(town, person, role=Membership.Role.REPRESENTATIVE)
    choices.choose_for_organisation(
        Organisation.objects.get(pk=town.pk), OrganisationChoice.Answer.ACCEPTS, by=person
    )
    state_need(
        person,
        Content(
            text="Des familles de nos villages n’arrivent plus à chauffer des maisons mal isolées"
            " ni à payer leurs factures d’énergie. (fictif)",
            territory=place,
            organisation=Organisation.objects.get(pk=town.pk),
        ),
        submission=uuid.uuid5(uuid.NAMESPACE_URL, "essaim:introductions:need"),
    )
    requests.propose(
        card,
        place,
        town,
        by=holder,
        reason="Votre territoire ressemble au nôtre par sa taille, et un besoin proche y est"
        " exprimé : pouvons-nous en parler une demi-heure ? (fictif)",
        submission=PROPOSED,
    )
