"""Two invented sponsors and one request for a trial on one's own machine."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import OrganisationKind, User
from essaim.sponsorship.actions import advice, profiles, requests
from essaim.sponsorship.models import HelpRequest
from essaim.territories.models import Territory
from essaim.themes.models import Theme

SPONSORS = [
    (
        "parrain@essaim.example",
        "Claude Parrain (fictif)",
        "department:38",
        ["procedures", "funders"],
    ),
    ("marraine@essaim.example", "Dominique Marraine (fictif)", "region:84", ["law", "evaluation"]),
]
ASKER = "porteur@essaim.example"
REQUEST = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:sponsorship:1")


def load_sponsors(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the actions; nothing outside a local machine, since these accounts have a
    public password."""
    if not settings.LOCAL:
        return
    asker = User.objects.filter(email=ASKER).first()
    known = HelpRequest.objects.filter(submission=REQUEST).exists()
    if asker is not None and not known and Territory.objects.filter(kind="region").exists():
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            _load(asker)
    for email, name, _address, _knowledge in SPONSORS:
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _load(asker: User) -> None:
    today = timezone.localdate()
    theme = Theme.objects.order_by("name").first()
    employer, _made = find_or_create_organisation(
        name="Préfecture (fictif)", kind=OrganisationKind.TERRITORIAL_SERVICE
    )
    sponsors = []
    for email, name, address, knowledge in SPONSORS:
        known = User.objects.filter(email=email).first()
        person = known or create_account(email=email, name=name, password=PASSWORD)
        add_member(employer, person)
        profiles.save_profile(
            person,
            employer=employer,
            territory=Territory.objects.by_code(address).get(),
            knowledge=knowledge,
            languages=["fr"],
            themes=[theme] if theme else [],
            presentation="Profil inventé pour la démonstration.",
            capacity=3,
            legal_frame="own_administration",
            starts_on=today,
            ends_on=today + dt.timedelta(days=365),
            is_listed=True,
        )
        profiles.declare_agreement(
            person, signatory="Secrétaire général (fictif)", reference="NOTE-FICTIVE-2"
        )
        sponsors.append(person)
    request = requests.ask_for_help(
        by=asker,
        question="À qui demander une salle et une aide au démarrage pour reprendre l’initiative"
        " dans un quartier voisin ? (fictif)",
        territory=Territory.objects.by_code("commune:38185").first(),
        knowledge="procedures",
        submission=REQUEST,
    )
    if request.sponsor is None or request.sponsor.user not in sponsors:
        return
    sponsor = request.sponsor.user
    requests.take_up(request, by=sponsor)
    advice.advise(
        request,
        by=sponsor,
        contact="Le délégué du préfet du quartier (fictif).",
        procedure="Une convention de mise à disposition, puis l’appel à projets annuel (fictif).",
        minutes=45,
        shared_title="Salles et démarrage dans un quartier (fictif)",
        shared="Demander la salle avant l’appel à projets : la convention compte dans le dossier"
        " (fictif).",
    )
    for days, title in ((21, "Écrire au service des salles"), (60, "Déposer le dossier")):
        advice.add_step(
            request, by=sponsor, title=f"{title} (fictif)", due_on=today + dt.timedelta(days=days)
        )
