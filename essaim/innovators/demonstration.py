"""Two invented files for a trial on one's own machine: a prototype under way, and an opinion
that the hierarchy has not given yet. Its link is among the local messages (/courriels)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.innovators.actions import files, opinions, prototype, rights, status
from essaim.innovators.actions.prototype import Line
from essaim.innovators.models import InnovationFile
from essaim.innovators.steps import prototype_bounds
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import OrganisationKind, User

OFFICER = ("charge@essaim.example", "Lou Chargé (fictif)")
INNOVATORS = [
    ("gendarme@essaim.example", "Noa Gendarme (fictif)"),
    ("infirmier@essaim.example", "Sam Infirmier (fictif)"),
]
# The same at each start, so that the demonstration is loaded once.
FILES = [uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:innovators:{number}") for number in (1, 2)]


def load_files(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the path's own actions; nothing outside a local machine, since these
    accounts have a public password."""
    if not settings.LOCAL:
        return
    if not InnovationFile.objects.filter(submission__in=FILES).exists():
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            _load()
    for email, name in [OFFICER, *INNOVATORS]:
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _account(email: str, name: str) -> User:
    known = User.objects.filter(email=email).first()
    return known or create_account(email=email, name=name, password=PASSWORD)


def _load() -> None:
    officer = _account(*OFFICER)
    gendarme, nurse = (_account(*person) for person in INNOVATORS)
    files.add_case_officer(officer)
    _prototype(gendarme, officer)
    _waiting(nurse, officer)


def _opened(
    innovator: User, officer: User, employer: str, kind: str, **idea: Any
) -> InnovationFile:
    today = timezone.localdate()
    organisation, _created = find_or_create_organisation(name=employer, kind=kind)
    add_member(organisation, innovator)
    file = files.enter(by=innovator, organisation=organisation, undertakes_to_report=True, **idea)
    files.take(file, by=officer)
    files.record_report(file, on=today, to="chef direct")
    files.record_interview(
        file, on=today, notes="Entretien fictif : l’idée est claire, le besoin aussi."
    )
    files.open_file(
        file,
        relevant=True,
        relevant_why="Le problème revient chaque semaine (fictif).",
        determined=True,
        determined_why="Une maquette existe déjà (fictif).",
    )
    return file


def _prototype(innovator: User, officer: User) -> None:
    today = timezone.localdate()
    file = _opened(
        innovator, officer, "Groupement de gendarmerie (fictif)", OrganisationKind.TERRITORIAL_SERVICE,
        submission=FILES[0],
        title="Balise de patrouille (fictif)",
        summary="Une balise garde la mémoire des lieux visités, pour que deux patrouilles ne passent pas"
        " au même endroit le même soir. Exemple inventé.",
        unit="Brigade fictive",
    )  # fmt: skip
    request = _ask(
        file, officer, "etat-major@essaim.example", "chief_of_staff", "chef d’état-major"
    )
    opinions.give_opinion(request, answer="no_objection", by=officer)
    files.decide_support(file, reason="Transférable à d’autres unités (fictif).")
    prototype.entrust_budget(
        file,
        by=officer,
        buyer_name="Dany Acheteur (fictif)",
        buyer_service="Service des achats (fictif)",
        buyer_email="achats@essaim.example",
        decided_on=today,
        reference="FICTIF-1",
        lines=[
            Line("Vingt balises (fictif)", 348_000, "existing"),
            Line("Application de lecture (fictif)", 1_166_750, "direct"),
        ],
    )
    start, end = today, prototype_bounds(today)[1]
    prototype.add_milestone(file, title="Cinq balises posées", due_on=start + dt.timedelta(days=90))
    prototype.add_milestone(file, title="Bilan de six mois", due_on=start + dt.timedelta(days=180))
    prototype.start_prototype(file, started_on=start, planned_end_on=end)
    rights.record_rights(
        file,
        by=officer,
        nature="Logiciel et boîtier (fictif)",
        office="Service de la propriété intellectuelle (fictif)",
        recorded_on=today,
        state_share=Decimal(70),
        innovator_share=Decimal(30),
    )
    status.set_terms(
        innovator,
        employer=file.organisation,
        innovation_days=Decimal(1),
        advice_days=Decimal("0.5"),
        starts_on=start,
        ends_on=end,
        recognition="Lettre de félicitations (fictif)",
    )
    status.declare_agreement(
        innovator,
        signatory="Commandant de groupement (fictif)",
        agreed_on=today,
        reference="NOTE-FICTIVE-1",
    )
    status.set_public(
        innovator,
        is_public=True,
        show_time=True,
        show_agreement=True,
        show_employer=True,
        show_contributions=True,
    )


def _waiting(innovator: User, officer: User) -> None:
    file = _opened(
        innovator, officer, "Centre hospitalier (fictif)", OrganisationKind.HOSPITAL,
        submission=FILES[1],
        title="Chariot de nuit silencieux (fictif)",
        summary="Un chariot de soins qui ne réveille pas les patients. Exemple inventé.",
        unit="Service de gériatrie (fictif)",
    )  # fmt: skip
    _ask(file, officer, "direction@essaim.example", "head_of_service", "directrice des soins")


def _ask(file: InnovationFile, officer: User, email: str, level: str, function: str) -> Any:
    return opinions.ask_opinion(
        file,
        by=officer,
        level=level,
        name="Alix Direction (fictif)",
        function=function,
        email=email,
    )
