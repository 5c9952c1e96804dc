"""An invented innovation week whose meetings led to three introductions, a creativity session to
come, two third places. For a trial on one's own machine; everything invented says « fictif »."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.events.actions import creative, events, meetings, places, programme, registrations
from essaim.events.models import Event, Session, Slot
from essaim.initiatives.models import Initiative
from essaim.people.models import Membership, Organisation, User
from essaim.territories.models import Territory

CARD = "demo:plateforme-precarite-energetique"
WEEK = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:events:week")
HOLDUP = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:events:holdup")
ADOPTERS = ("collectivite", "isere", "savoie")
PLACES = [
    ("La Verrière (fictif)", "commune:38185", "Atelier de réparation, salle de 40 places."),
    ("Le Grand Établi (fictif)", "commune:73065", "Bureaux partagés, cuisine, permanences."),
]


def load_events(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people; nothing outside a local machine."""
    if not settings.LOCAL or Event.objects.filter(submission=WEEK).exists():
        return
    people = {
        name: User.objects.filter(email=f"{name}@essaim.example").first()
        for name in ("porteur", "animateur", *ADOPTERS)
    }
    card = Initiative.objects.filter(external_id=CARD).first()
    isere = Territory.objects.by_code("department:38").first()
    if card is None or isere is None or not all(people.values()):
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        begun = _load(card, isere, people)
    if begun < len(ADOPTERS):
        out.write(f"events: {begun} introductions of {len(ADOPTERS)}: a shorter story\n")


def _of(user: User) -> Organisation:
    return (
        Membership.objects.filter(user=user)
        .select_related("organisation")
        .order_by("pk")[0]
        .organisation
    )


def _load(card: Initiative, isere: Territory, people: dict[str, Any]) -> int:
    """Returns how many introductions the week led to."""
    manager, holder = people["animateur"], people["porteur"]
    for name, code, services in PLACES:
        town = Territory.objects.by_code(code).first()
        if town is not None:
            places.propose_place(
                by=manager, name=name, territory=town, services=services,
                summary="Un lieu inventé pour l’essai : on s’y rencontre entre métiers.",
                submission=uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:events:{code}"),
            )  # fmt: skip
    begun = _week(card, isere, people)
    start = _morning(30)
    session = events.create_event(
        by=manager, organisers=[_of(holder)], submission=HOLDUP, kind="holdup",
        title="Hold-up sur la facture d’énergie (fictif)",
        summary="Une demi-journée pour s’emparer d’un défi, à plusieurs métiers. Exemple inventé.",
        starts_at=start, ends_at=start + dt.timedelta(hours=4), territory=isere, capacity=24,
        initiatives=[card], themes=card.themes.all(),
    )  # fmt: skip
    events.open_registration(session, by=manager)
    creative.set_challenge(
        session,
        by=holder,
        initiative=card,
        title="Comment repérer ceux qui n’appellent jamais ?",
        text="Des familles en difficulté ne viennent à aucun guichet. (fictif)",
    )
    return begun


def _morning(days: int) -> dt.datetime:
    day = timezone.localtime() + dt.timedelta(days=days)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _week(card: Initiative, isere: Territory, people: dict[str, Any]) -> int:
    manager, holder = people["animateur"], people["porteur"]
    start = _morning(2)
    theme = card.themes.order_by("pk").first()
    week = events.create_event(
        by=manager, organisers=[_of(people["isere"]), _of(holder)], submission=WEEK, kind="week",
        title="Semaine de l’innovation en Isère (fictif)",
        summary="Cinq jours de visites et de rencontres entre porteurs et repreneurs."
        " Exemple inventé.",
        starts_at=start, ends_at=start + dt.timedelta(days=4, hours=8), territory=isere,
        address="Grenoble", capacity=60, meets=True, initiatives=[card], themes=card.themes.all(),
    )  # fmt: skip
    programme.save_session(
        week, title="Ouverture", starts_at=start, ends_at=start + dt.timedelta(hours=1),
        room="Grande salle", speakers=[],
    )  # fmt: skip
    events.open_registration(week, by=manager)
    rows = {
        "porteur": registrations.register(
            week, by=holder, organisation=_of(holder), meets=True, profile="holder",
            brings="Un guichet unique contre la précarité énergétique (fictif)",
            initiatives=[card], profiles_sought=["adopter"],
        )
    }  # fmt: skip
    for name in ADOPTERS:
        rows[name] = registrations.register(
            week, by=people[name], organisation=_of(people[name]), meets=True, profile="adopter",
            seeks="Aider les habitants à payer moins d’énergie (fictif)",
            themes_sought=[theme] if theme else [],
        )  # fmt: skip
    programme.make_slots(
        week, starts_at=start + dt.timedelta(hours=2), number=3, minutes=20, pause=5
    )
    meetings.ask_meetings(week, by=manager, most=3)
    meetings.compute_meetings(week)
    # The clock alone: the week was held, and is told as past.
    back = dt.timedelta(days=-14)
    Event.objects.filter(pk=week.pk).update(
        starts_at=week.starts_at + back, ends_at=week.ends_at + back
    )
    for model in (Session, Slot):
        for row in model.objects.filter(event=week):
            row.starts_at, row.ends_at = row.starts_at + back, row.ends_at + back
            row.save(update_fields=["starts_at", "ends_at"])
    week.refresh_from_db()
    registrations.note_attendance(week, {row.pk for row in rows.values()}, by=manager)
    for name in ADOPTERS:
        met = week.encounters.of(rows["porteur"]).filter(seats__registration=rows[name]).first()
        if met is None:
            continue
        meetings.say_met(met, by=holder, met=True)
        meetings.say_met(met, by=people[name], met=True)
        meetings.begin_introduction(
            met, card, by=people[name],
            message="Nous nous sommes rencontrés à la semaine de l’innovation. (fictif)",
        )  # fmt: skip
    events.finish(week)
    return week.encounters.filter(introduction__isnull=False).count()
