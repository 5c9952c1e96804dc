"""Calls, laureates, events, organisations, third places and groups of territories."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.calls.models import PUBLIC
from essaim.calls.models import Kind as CallKind
from essaim.events.models.event import PUBLIC as PUBLIC_EVENTS
from essaim.events.models.event import Kind as EventKind
from essaim.groups.models import Group

from .columns import API, ID, PLACE_HELP, URL, Column, Table

CALLS = Table(
    "calls",
    _("Appels et prix"),
    _("Les appels annoncés, ouverts ou clos. Les instants portent leur décalage horaire."),
    [
        Column("slug", "string", _("Identifiant"), True),
        Column("kind", "string", _("Nature"), True, choices=tuple(CallKind.values)),
        Column("state", "string", _("Étape"), True, choices=tuple(PUBLIC)),
        Column("title", "string", _("Titre"), True),
        Column("summary", "string", _("En deux phrases"), True),
        Column("organiser", "string", _("Organisé par"), True),
        Column("organiser_siren", "string", _("SIREN de l’organisateur")),
        Column("themes", "words", _("Thèmes"), True),
        Column("territories", "places", _("Territoires"), True, help=_("Aucun : ouvert partout.")),
        Column("wave", "integer", _("Vague d’un appel permanent")),
        Column("opens_at", "datetime", _("Ouvre le")),
        Column("closes_at", "datetime", _("Ferme le")),
        Column("results_on", "date", _("Résultats attendus le")),
        Column("results_at", "datetime", _("Résultats publiés le")),
        Column("budget_cents", "integer", _("Budget (centimes)")),
        URL,
        API,
    ],
    key="slug",
)
LAUREATES = Table(
    "laureates",
    _("Lauréats"),
    _("Les lauréats des appels dont les résultats sont publics, sous le nom qu’ils ont choisi."),
    [
        ID,
        Column("call", "string", _("Appel"), True),
        Column("title", "string", _("Projet"), True),
        Column("name", "string", _("Lauréat"), True),
        Column("organisation_siren", "string", _("SIREN de l’organisation")),
        Column("territory", "place", _("Territoire")),
        Column("initiatives", "words", _("Fiches"), True, help=_("Leurs identifiants externes.")),
        URL,
    ],
)
EVENTS = Table(
    "events",
    _("Événements"),
    _("Les rencontres annoncées. Le lien pour suivre en ligne est pour les inscrits."),
    [
        Column("slug", "string", _("Identifiant"), True),
        Column("kind", "string", _("Nature"), True, choices=tuple(EventKind.values)),
        Column("state", "string", _("État"), True, choices=tuple(PUBLIC_EVENTS)),
        Column("title", "string", _("Titre"), True),
        Column("summary", "string", _("En deux phrases"), True),
        Column("organisers", "words", _("Organisateurs"), True),
        Column("themes", "words", _("Thèmes"), True),
        Column("territory", "place", _("Territoire")),
        Column("address", "string", _("Lieu"), True, blank=True),
        Column("starts_at", "datetime", _("Commence le"), True),
        Column("ends_at", "datetime", _("Finit le"), True),
        URL,
        API,
    ],
    key="slug",
)
ORGANISATIONS = Table(
    "organisations",
    _("Organisations"),
    _("Les organisations présentes sur la plateforme ; jamais leurs membres."),
    [
        Column("slug", "string", _("Identifiant"), True),
        Column("name", "string", _("Nom"), True),
        Column("kind", "string", _("Nature"), True, blank=True),
        Column("siren", "string", _("SIREN")),
        Column("siret", "string", _("SIRET")),
        Column("territory", "place", _("Territoire")),
        URL,
        API,
    ],
    key="slug",
)
THIRD_PLACES = Table(
    "third_places",
    _("Tiers-lieux"),
    _("Les tiers-lieux de l’annuaire, publiés par la plateforme."),
    [
        Column("slug", "string", _("Identifiant"), True),
        Column("name", "string", _("Nom"), True),
        Column("summary", "string", _("En quelques phrases"), True, blank=True),
        Column("services", "string", _("Ce qu’on y trouve"), True, blank=True),
        Column("organisation", "string", _("Géré par")),
        Column("organisation_siren", "string", _("SIREN de l’organisation")),
        Column("territory", "place", _("Territoire"), True, help=PLACE_HELP),
        Column("address", "string", _("Adresse postale"), True, blank=True),
        Column("site", "string", _("Site web"), True, blank=True),
        Column("themes", "words", _("Thèmes"), True),
        URL,
        API,
    ],
    key="slug",
)
GROUPS = Table(
    "groups",
    _("Groupes de territoires"),
    _("Les groupes de territoires que tout le monde lit ; jamais leurs animateurs."),
    [
        Column("code", "string", _("Code"), True),
        Column("name", "string", _("Nom"), True),
        Column("purpose", "string", _("Pourquoi se grouper"), True, blank=True),
        Column("state", "string", _("État"), True, choices=tuple(Group.State.values)),
        Column("territory", "place", _("Le groupe, comme territoire"), True),
        Column("members", "places", _("Territoires membres"), True, help=PLACE_HELP),
        Column("invited", "places", _("Territoires en attente d’accord"), True, help=PLACE_HELP),
        Column("created_at", "datetime", _("Formé le"), True),
        Column("ended_on", "date", _("Terminé le")),
        URL,
        API,
    ],
    key="code",
)
