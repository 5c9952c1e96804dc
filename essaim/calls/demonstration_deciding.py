"""An invented wave that its jury has read and that is being decided, and an invented prize whose
results are announced: through the same actions as anyone's, and small, since a trial waits for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from essaim.calls.actions import deciding, eligibility, lessons, reading, support
from essaim.calls.demonstration_applications import Project, applicant
from essaim.calls.models import Application, Call
from essaim.peers.actions import confirming, invitations, planning, profiles, readings, rounds
from essaim.peers.models import Reading, Round
from essaim.people.actions.accounts import create_account
from essaim.people.demonstration import PASSWORD
from essaim.people.models import User
from essaim.search import encoder

JURY = (
    ("jury@essaim.example", "Jordan Juré (fictif)"),
    ("jury2@essaim.example", "Andrea Jurée (fictif)"),
)
IDEAS = (
    Project(
        "Coup de pouce emploi (fictif)", "Le carnet que l’on se passe (fictif)", "59350",
        "Un carnet papier suit la personne d’un guichet à l’autre.", 0,
    ),
    Project(
        "Les Jardins du Val (fictif)", "Le rendez-vous qui se déplace (fictif)", "38185",
        "L’agent va au marché le samedi plutôt que d’attendre au bureau.", 0,
    ),
    Project(
        "Atelier mobile des Deux Rives (fictif)", "Le courrier en dix lignes (fictif)", "69123",
        "Chaque lettre du service est réécrite avec ceux qui la reçoivent.", 0,
    ),
)  # fmt: skip
NEEDED = (
    Project(
        "Les Jardins du Val (fictif)", "Une navette vers les soins (fictif)", "38185",
        "Deux véhicules partagés et des conducteurs bénévoles, sur réservation.", 0,
    ),
    Project(
        "Coup de pouce emploi (fictif)", "La garde d’enfants du soir (fictif)", "59350",
        "Un relais de garde pour ceux dont les horaires sont décalés.", 0,
    ),
)  # fmt: skip
# What each member of the jury says, by application: level of the two criteria, and why.
SAID = (
    (
        ([4, 3], "Le besoin est établi avec les médecins ; la reprise est décrite. (fictif)"),
        ([3, 2], "Utile ; reste à dire qui coordonne les bénévoles. (fictif)"),
    ),
    (
        ([3, 4], "Chiffres solides, et deux communes voisines intéressées. (fictif)"),
        ([2, 3], "Le besoin est réel ; le coût par enfant manque. (fictif)"),
    ),
)


def jury() -> list[User]:
    found = []
    for email, name in JURY:
        known = User.objects.filter(email=email).first()
        person = known or create_account(email=email, name=name, password=PASSWORD)
        profiles.save_profile(person, is_peer=True, max_load=4, profession="Membre de jury")
        found.append(person)
    return found


def read_and_open(call: Call, received: list[Application], officer: User) -> None:
    """Read by two; the decision is open, one decision prepared and the other still to be."""
    _accept(received, officer)
    now = timezone.now()
    dates = {"answer_by": 3, "read_by": 20, "discuss_by": 30}
    found = reading.open_reading(
        call, per_item={"jury": 2}, by=officer,
        **{name: now + dt.timedelta(days=n) for name, n in dates.items()},
    )  # fmt: skip
    found = rounds.open_invitations(found, by=officer)
    people = jury()
    college = found.colleges.get()
    for person in people:
        seat = invitations.invite_peer(college, person, by=officer)
        invitations.accept(seat, by=person)
    found = rounds.close_invitations(found, by=officer)
    # Vectors would cost a second at each first start, and these are two texts.
    with encoder.use(None):
        confirming.confirm_plan(planning.request_plan(found, by=officer), by=officer)
    for person, said in zip(people, SAID, strict=True):
        mine = Reading.objects.filter(item__round=found, seat__user=person).order_by("item")
        for row, (levels, words) in zip(mine, said, strict=True):
            _submit(row, levels, words, person)
    rounds.open_discussion(Round.objects.get(pk=found.pk), by=officer)
    reading.start_deciding(call, by=officer)
    first = Application.objects.get(pk=received[0].pk)
    _prepare(
        first, "laureate", "Un besoin établi, une reprise décrite : le jury la retient.", officer
    )


def announce(call: Call, received: list[Application], officer: User) -> None:
    """One of each outcome, published at one moment; the laureate with its plan."""
    _accept(received, officer)
    call = reading.start_deciding(call, by=officer)
    chosen = [Application.objects.get(pk=each.pk) for each in received]
    for application, outcome, reasons in zip(
        chosen,
        ("laureate", "waiting", "not_selected"),
        (
            "Simple, essayé, et déjà demandé par deux services : le jury le retient. (fictif)",
            "Utile ; le jury retient d’abord ce qui a été essayé. (fictif)",
            "Bien écrit, mais rien n’a encore été essayé : revenez après un essai. (fictif)",
        ),
        strict=True,
    ):
        _prepare(application, outcome, reasons, officer)
    today = timezone.localdate()
    support.save_plan(
        chosen[0], by=officer, version=0, who="Une marraine de la mission des appels (fictif)",
        days=10, starts_on=today, ends_on=today + dt.timedelta(days=365),
        content="Trois journées de visite, puis un point par mois (fictif).",
        milestones=[
            ("Le carnet dans un second guichet", today + dt.timedelta(days=120)),
            ("Bilan à un an", today + dt.timedelta(days=365)),
        ],
    )  # fmt: skip
    deciding.publish(call, by=officer)
    told = Application.objects.get(pk=chosen[-1].pk)
    lessons.tell_lesson(
        told, by=applicant(), is_public=True,
        tried="Trois permanences du soir, annoncées par affiche (fictif).",
        failed="Personne n’est venu : ceux que nous cherchions ne passent pas là (fictif).",
        advice="Aller d’abord leur demander où et quand (fictif).",
    )  # fmt: skip
    lessons.mention(told, by=officer)


def _accept(received: list[Application], officer: User) -> None:
    for application in received:
        eligibility.decide(application, is_eligible=True, reasons="", by=officer)


def _prepare(application: Application, outcome: str, reasons: str, officer: User) -> None:
    deciding.prepare(application, {"outcome": outcome, "reasons": reasons}, version=0, by=officer)


def _submit(row: Reading, levels: list[int], words: str, person: Any) -> None:
    found = Reading.objects.select_related("seat__college", "item").get(pk=row.pk)
    criteria = found.seat.college.criteria.all()
    answers = {
        str(criterion.pk): {"level": level, "why": ""}
        for criterion, level in zip(criteria, levels, strict=True)
    }
    readings.submit(found, {"answers": answers, "comment": words}, by=person, version=found.version)
