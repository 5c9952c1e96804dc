"""Two invented readings by peers, for a trial on one's own machine: one concluded, one under way."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.initiatives.models import Initiative, Publication
from essaim.peers.actions import (
    conclusions,
    confirming,
    invitations,
    planning,
    profiles,
    readings,
    rounds,
)
from essaim.peers.actions.items import add_card
from essaim.peers.models import CollegeKind, Reading, Round
from essaim.people.models import User
from essaim.search import encoder

CONCLUDED = "demo:plateforme-precarite-energetique"
INNOVATORS, USERS = CollegeKind.INNOVATORS, CollegeKind.USERS


def _key(name: str) -> uuid.UUID:
    """The same at each start, so that the demonstration is loaded once."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:peers:{name}")


def load_rounds(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people; nothing outside a local machine, since the
    accounts it speaks for have a public password."""
    if not settings.LOCAL or Round.objects.filter(submission=_key("concluded")).exists():
        return
    names = ("animateur", "reseau", "financeur", "membre", "repreneur", "porteur")
    people = {name: User.objects.filter(email=f"{name}@essaim.example").first() for name in names}
    first = Initiative.objects.filter(external_id=CONCLUDED).first()
    second = (
        Initiative.objects.filter(
            external_id__startswith="demo:", publication=Publication.PUBLISHED
        )
        .exclude(external_id=CONCLUDED)
        .exclude(holder=first.holder if first else None)
        .order_by("pk")
        .first()
    )
    if first is None or second is None or any(person is None for person in people.values()):
        return
    # Vectors would cost a second at each first start, and the two are small.
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic(), encoder.use(None):
        _peers(people, {"reseau": first, "financeur": first, "membre": second, "repreneur": second})
        _concluded(first, people)
        _reading(second, people)


def _peers(people: dict[str, Any], known: dict[str, Initiative]) -> None:
    for name, profession, words in (
        ("reseau", "Animatrice de réseau de CCAS", "Action sociale, accès aux droits (fictif)."),
        ("financeur", "Chargé de mission habitat", "Précarité énergétique, logement (fictif)."),
        ("membre", "Directrice de CCAS", "Accueil, insertion, budget d’un CCAS (fictif)."),
        ("repreneur", "Responsable d’insertion", "Chantiers d’insertion, formation (fictif)."),
    ):
        profiles.save_profile(
            people[name], is_peer=True, max_load=4, profession=profession, presentation=words,
            themes=known[name].themes.all(), territories=known[name].territories.all(),
        )  # fmt: skip


def _begin(
    name: str, card: Initiative, people: dict[str, Any], seats: dict[str, list[str]]
) -> Round:
    manager = people["animateur"]
    found = rounds.create_round(
        title=f"Lecture de « {card.title[:120]} » (fictif)",
        purpose="Savoir si cette pratique mérite d’être proposée à d’autres territoires. (fictif)",
        by=manager,
        key=_key(name),
    )
    add_card(found, card)
    now = timezone.now()
    days = {"answer_by": 10, "read_by": 30, "discuss_by": 45}
    rounds.change_settings(
        found, {name: now + dt.timedelta(days=n) for name, n in days.items()}, by=manager
    )
    for college in found.colleges.all():
        size = len(seats[college.kind])
        rounds.set_college(college, size=size, per_item=size, max_load=1, by=manager)
    found = rounds.open_invitations(found, by=manager)
    for college in found.colleges.all():
        for reader in seats[college.kind]:
            seat = invitations.invite_peer(college, people[reader], by=manager)
            invitations.accept(seat, by=people[reader])
    found = rounds.close_invitations(found, by=manager)
    confirming.confirm_plan(planning.request_plan(found, by=manager), by=manager)
    return Round.objects.get(pk=found.pk)


def _submit(found: Round, reader: Any, levels: list[int], words: str) -> None:
    reading = Reading.objects.select_related("seat__college", "item").get(
        item__round=found, seat__user=reader
    )
    criteria = list(reading.seat.college.criteria.all())
    readings.submit(
        reading,
        {
            "answers": {
                str(criterion.pk): {"level": level, "why": ""}
                for criterion, level in zip(criteria, levels, strict=True)
            },
            "comment": words,
        },
        by=reader,
        version=reading.version,
    )


def _concluded(card: Initiative, people: dict[str, Any]) -> None:
    manager = people["animateur"]
    found = _begin(
        "concluded", card, people, {INNOVATORS: ["reseau", "financeur"], USERS: ["membre"]}
    )
    _submit(
        found, people["reseau"], [4, 3, 3, 3],
        "Le besoin est établi et les résultats suivis. Le coût par foyer manque. (fictif)",
    )  # fmt: skip
    _submit(
        found, people["financeur"], [3, 3, 2, 3],
        "La convention entre opérateurs est la clé : donnez-la. (fictif)",
    )  # fmt: skip
    _submit(
        found, people["membre"], [4, 3, 3, 3],
        "Nous avons ce besoin ; il nous faudrait un référent à mi-temps. (fictif)",
    )  # fmt: skip
    rounds.open_discussion(found, by=manager)
    item = found.items.get()
    conclusions.save_feedback(
        item,
        "Les lecteurs reconnaissent un besoin établi et des résultats suivis. Ils demandent le"
        " coût par foyer et la convention entre opérateurs. (fictif)",
        by=manager,
        version=0,
    )
    conclusions.share_feedback(item, by=manager)
    conclusions.reply(
        item,
        "Merci. La convention sera jointe à la fiche, et le coût calculé cette année. (fictif)",
        by=people["porteur"],
        is_public=True,
    )
    conclusions.conclude_item(
        item,
        level=2,
        statement="Les innovateurs voient un besoin établi et un changement suivi chez les foyers ;"
        " un seul utilisateur potentiel a lu, trop peu pour conclure sur l’utilité. (fictif)",
        reasons="Des données de suivi existent, sans comparaison : le niveau 2 est retenu. (fictif)",
        by=manager,
    )


def _reading(card: Initiative, people: dict[str, Any]) -> None:
    found = _begin(
        "reading", card, people, {INNOVATORS: ["reseau", "repreneur"], USERS: ["membre"]}
    )
    _submit(
        found, people["reseau"], [3, 2, 2, 2],
        "Un vrai besoin ; les étapes restent à écrire pour qui voudrait reprendre. (fictif)",
    )  # fmt: skip
