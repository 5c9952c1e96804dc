"""The managers' rooms, each with how much waits there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.contributions.models import ModerationCase
from essaim.harvest.models import Duplicate
from essaim.initiatives.models import CardImport, Initiative
from essaim.initiatives.models.imports import ImportState
from essaim.innovators.models import InnovationFile
from essaim.schemes.models import Scheme, SchemeImport
from essaim.sponsorship.models import HelpRequest
from essaim.themes.models import UnmappedTag


@dataclass(frozen=True)
class Room:
    title: Any
    description: Any
    view: str
    waiting: Callable[[], int] | None = None  # one query each


@dataclass(frozen=True)
class Door:
    title: Any
    description: Any
    address: str
    waiting: int


ROOMS = [
    Room(
        _("Fiches soumises"),
        _("Les relire, les publier, les renvoyer ou les refuser ; décider des contestations."),
        "initiatives:review",
        lambda: Initiative.objects.awaiting_managers().count(),
    ),
    Room(
        _("Signalements"),
        _("Ce que des lecteurs signalent : masquer, laisser, répondre à un recours."),
        "contributions:cases",
        lambda: ModerationCase.objects.to_decide().count(),
    ),
    Room(
        _("Imports et exports"),
        _("Charger des fiches d’un fichier, voir ce qu’un import a fait, tout reprendre."),
        "initiatives:imports",
        lambda: CardImport.objects.filter(state=ImportState.READY).count(),
    ),
    Room(
        _("Moissonnage"),
        _(
            "Les banques de partenaires lues chaque nuit, ce qui en est venu, les doublons probables."
        ),
        "harvest:sources",
        lambda: Duplicate.objects.waiting().count(),
    ),
    Room(
        _("Dispositifs proposés"),
        _("Relire ce que des membres proposent pour l’annuaire ; remettre ce qui en fut retiré."),
        "schemes:proposals",
        lambda: Scheme.objects.proposed().count(),
    ),
    Room(
        _("Dispositifs : imports et exports"),
        _("Charger des dispositifs de soutien d’un fichier, reprendre tout l’annuaire."),
        "schemes:imports",
        lambda: SchemeImport.objects.filter(state="running").count(),
    ),
    Room(
        _("Thèmes, publics et mots à rattacher"),
        _("Les deux listes contrôlées, et les mots des fiches qu’elles ne connaissent pas."),
        "themes:lists",
        lambda: UnmappedTag.objects.waiting().count(),
    ),
    Room(
        _("Zonages"),
        _("Charger des quartiers prioritaires, des parcs, des académies, ses propres ressorts."),
        "territories:zonings",
    ),
    Room(
        _("Indicateurs"),
        _("Charger des séries de chiffres sur les territoires, pour trouver leurs semblables."),
        "territories:indicators",
    ),
    Room(
        _("Organisations"),
        _("Les chercher, corriger leur nom, leur SIREN ou leur territoire."),
        "people:organisations",
    ),
    Room(
        _("Parcours de l’innovateur"),
        _("Où en sont les dossiers, qui les suit, lesquels attendent un chargé de dossier."),
        "innovators:manage",
        lambda: InnovationFile.objects.active().filter(case_officer=None).count(),
    ),
    Room(
        _("Parrains"),
        _("Suivre les demandes d’aide, voir les retards, les confier à un autre parrain."),
        "sponsorship:manage",
        lambda: HelpRequest.objects.without_sponsor().count(),
    ),
    Room(
        _("Besoins sans réponse"),
        _("Ce que la banque ne sait pas résoudre, par thème et territoire ; ce qui est écarté."),
        "matching:board",
    ),
    Room(
        _("Journal"),
        _("Qui a changé quoi, quand, avant et après, tel que la base l’a gardé."),
        "people:audit",
    ),
]


def doors() -> list[Door]:
    return [
        Door(
            room.title,
            room.description,
            reverse(room.view),
            room.waiting() if room.waiting else 0,
        )
        for room in ROOMS
    ]
