"""Two invented needs of neighbouring rural places, for a trial on one's own machine."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.needs import actions
from essaim.needs.models import Need
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Membership, OrganisationKind, User
from essaim.territories.models import Territory
from essaim.themes.models import Theme

EMAIL, OTHER = "rural@essaim.example", "voisin@essaim.example"
KEY = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:needs:1")


def load_needs(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the actions; nothing outside a local machine, since these accounts have a
    public password."""
    if not settings.LOCAL:
        return
    if not Need.objects.filter(submission=KEY).exists():
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            _load()
    for email, name in ((EMAIL, "Lou Rural (fictif)"), (OTHER, "Sam Voisin (fictif)")):
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _load() -> None:
    places = list(
        Territory.objects.current()
        .filter(
            kind="epci", nature="CC", population__range=(4_000, 15_000), up__ancestor__code="38"
        )
        .order_by("code")[:2]
    )
    if len(places) < 2:
        return
    first = _author(EMAIL, "Lou Rural (fictif)", places[0])
    second = _author(OTHER, "Sam Voisin (fictif)", places[1])
    theme = Theme.objects.filter(name__icontains="mobilit").first()
    actions.state_need(
        first,
        actions.Content(
            text="Des personnes âgées sans voiture ne peuvent plus aller chez le médecin ni au"
            " marché depuis que le car ne passe plus. (fictif)",
            visibility=Need.Visibility.PUBLIC,
            territory=places[0],
            theme=theme,
            organisation=first.current_organisation,
            for_whom="personnes âgées isolées des hameaux",
            count_min=80,
            count_max=120,
            count_unit="personnes",
            tried="Un minibus à la demande pendant six mois : trop cher, et trop peu connu.",
            budget_min=Decimal(15_000),
            budget_max=Decimal(30_000),
            staff_days=40,
            needed_by=timezone.localdate() + dt.timedelta(days=200),
        ),
        submission=KEY,
        personal_data_accepted=True,
    )
    actions.state_need(
        second,
        actions.Content(
            text="Comment transporter des personnes âgées isolées vers les commerces et les soins,"
            " sans ligne de car ? (fictif)",
            visibility=Need.Visibility.PUBLIC,
            territory=places[1],
            theme=theme,
            organisation=second.current_organisation,
            for_whom="personnes âgées sans permis",
        ),
        submission=uuid.uuid5(KEY, "2"),
        personal_data_accepted=True,
    )


def _author(email: str, name: str, place: Territory) -> User:
    known = User.objects.filter(email=email).first()
    person = known or create_account(email=email, name=name, password=PASSWORD)
    body, _made = find_or_create_organisation(
        name=f"Service intercommunal de {place.name} (fictif)"[:200],
        kind=OrganisationKind.LOCAL_AUTHORITY,
        territory=place,
    )
    add_member(body, person, role=Membership.Role.REPRESENTATIVE)
    person.refresh_from_db()
    return person
