"""Invented applications, through the same actions as anyone's, so that whoever instructs, reads and
decides has something to read. Those to the call for projects: one eligible, one to complete, one
just arrived."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

from django.utils import timezone

from essaim.calls.actions import applying, eligibility, submitting, writing
from essaim.calls.models import Application, Call
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Membership, Organisation, OrganisationKind, User
from essaim.territories.models import Territory

APPLICANT = ("candidat@essaim.example", "Camille Candidat (fictif)")


class Project(NamedTuple):
    organisation: str
    title: str
    commune: str  # official code
    what: str
    euros: int  # asked


PROJECTS = (
    Project(
        "Les Jardins du Val (fictif)", "Un maraîchage d’insertion au pied des immeubles (fictif)",
        "38185", "Douze personnes cultivent et vendent des légumes dans trois quartiers.", 38_000,
    ),
    Project(
        "Atelier mobile des Deux Rives (fictif)", "Réparer plutôt que jeter (fictif)",
        "69123", "Un camion-atelier va de bourg en bourg ; deux postes d’insertion.", 52_500,
    ),
    Project(
        "Coup de pouce emploi (fictif)", "Le premier jour de travail, à deux (fictif)",
        "59350", "Un retraité accompagne chaque personne pendant son premier mois.", 21_000,
    ),
)  # fmt: skip


def applicant() -> User:
    known = User.objects.filter(email=APPLICANT[0]).first()
    return known or create_account(email=APPLICANT[0], name=APPLICANT[1], password=PASSWORD)


def apply_to(call: Call, projects: tuple[Project, ...] = PROJECTS) -> list[Application]:
    """While it is open; each is written block by block, then submitted."""
    by = applicant()
    return [_application(call, by, project) for project in projects]


def instruct(applications: list[Application], officer: User) -> None:
    """Once it is closed."""
    eligible, lacking = (Application.objects.get(pk=each.pk) for each in applications[:2])
    eligibility.decide(eligible, is_eligible=True, reasons="", by=officer)
    eligibility.ask_completion(
        lacking, asked="Un devis pour le camion-atelier (exemple inventé).",
        due_at=timezone.now() + dt.timedelta(days=10), by=officer,
    )  # fmt: skip


def _application(call: Call, by: User, project: Project) -> Application:
    organisation, place = represented(project, by)
    made = applying.start(
        call, by=by, submission=uuid.uuid4(), title=project.title, organisation=organisation,
        territory=place,
    )  # fmt: skip
    answers = answers_of(place, project)
    for known in made.answers.order_by("pk"):
        slug, content = known.block, answers[known.block]
        writing.save_block(
            made, slug, {**known.content, **content}, by=by, version=known.version
        )  # fmt: skip
    submitting.submit(made, by=by, submission=uuid.uuid4())
    return made


def represented(project: Project, by: User) -> tuple[Organisation, Territory | None]:
    """The invented organisation of a project, which this person represents; its commune."""
    place = Territory.objects.filter(kind="commune", code=project.commune).first()
    organisation, _created = find_or_create_organisation(
        name=project.organisation, kind=OrganisationKind.ASSOCIATION, territory=place
    )
    add_member(organisation, by, role=Membership.Role.REPRESENTATIVE)
    return organisation, place


def answers_of(place: Territory | None, project: Project) -> dict[str, dict[str, Any]]:
    """By block of the forms that calls begin with (``form_defaults``)."""
    cents = project.euros * 100
    need = "Des habitants loin de l’emploi depuis longtemps, que personne ne reçoit."
    return {
        "idee": {
            "need": need,
            "what": project.what,
            "feasible": "Deux demi-journées par mois, et l’accord du chef de service.",
            "failed": "La première réunion, un lundi à 9 heures : personne n’est venu.",
        },
        "projet": {
            "need": need,
            "what": project.what,
            "beneficiaries": "Une trentaine de personnes la première année (chiffre inventé).",
            "territory": {"key": place.address, "label": place.label} if place else "",
            "starts_on": (timezone.localdate() + dt.timedelta(days=120)).isoformat(),
        },
        "reprise-ailleurs": {
            "who": "Toute association déjà connue de son quartier.",
            "core": "Deux personnes qui avancent ensemble, et un employeur qui s’engage.",
            "margin": "Le métier, le lieu, le rythme.",
            "help": "Un carnet de bord, et deux jours de visite par an.",
        },
        "suivi": {"is_evaluated": "no"},
        "evaluation": {},
        "consortium": {"roles": ""},
        "couts": {
            "lines": [
                {
                    "label": "Encadrement", "amount_cents": cents * 2,
                    "requested_cents": cents,
                },
            ],
            "requested_cents": cents,
        },
        "pieces": {},
    }  # fmt: skip
