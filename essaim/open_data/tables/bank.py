"""What each kind of object holds when it leaves, field by field: the one table that records,
OpenAPI, files and published schemas follow (cards have their own: ``initiatives.interchange``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.calls.models import PUBLIC
from essaim.calls.models import Kind as CallKind
from essaim.events.models.event import PUBLIC as PUBLIC_EVENTS
from essaim.events.models.event import Kind as EventKind
from essaim.funding.models import State as PoolState
from essaim.needs.models import Need
from essaim.replications.models import Dimension, Mode, Origin
from essaim.replications.models import State as ReplicationState
from essaim.schemes.kinds import Applicant, Help, Point, Recurrence, Stage, Track

PLACE = r"^[a-z0-9_-]+:[^:\s]+$"
PLACE_HELP = _("Nature et code officiel : commune:38185, epci:200040715 (SIREN), department:38.")


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # string, integer, number, boolean, date, datetime, place, places, words, object…
    label: Any
    required: bool = False  # never absent nor null
    blank: bool = False  # though it may be an empty text
    choices: tuple[str, ...] = ()
    example: Any = None
    help: Any = ""
    limits: dict[str, Any] = field(default_factory=dict)  # further constraints, of Table Schema
    told: dict[str, Any] = field(default_factory=dict)  # what else Table Schema says of the field

    def schema(self) -> dict[str, Any]:
        """In JSON Schema."""
        kinds: dict[str, dict[str, Any]] = {
            "string": {"type": "string"},
            "integer": {"type": "integer"},
            "number": {"type": "number"},
            "boolean": {"type": "boolean"},
            "date": {"type": "string", "format": "date"},
            "datetime": {"type": "string", "format": "date-time"},
            "url": {"type": "string", "format": "uri"},
            "place": {"type": "string", "pattern": PLACE},
            "places": {"type": "array", "items": {"type": "string", "pattern": PLACE}},
            "words": {"type": "array", "items": {"type": "string"}},
            "object": {"type": "object"},
            "objects": {"type": "array", "items": {"type": "object"}},
        }
        found = kinds[self.type]
        if self.choices:
            if self.type == "words":
                found["items"] = {"type": "string", "enum": list(self.choices)}
            else:
                found["enum"] = list(self.choices)
        if not self.required:
            found["type"] = [found["type"], "null"]
            if "enum" in found:
                found["enum"] = [*found["enum"], None]
        words = ". ".join(str(part).rstrip(".") for part in (self.label, self.help) if part)
        return found | {"description": words}

    def table_field(self) -> dict[str, Any]:
        """In Table Schema, as schema.data.gouv.fr publishes it: of the CSV."""
        kind = {"words": "string", "places": "string", "place": "string", "object": "string",
                "objects": "string", "url": "string"}.get(self.type, self.type)  # fmt: skip
        found: dict[str, Any] = {
            "name": self.name,
            "title": str(self.label),
            "description": str(self.help or self.label),
            "type": kind,
        }
        if self.type == "url":
            found["format"] = "uri"
        if self.example is not None:
            found["example"] = self.example
        # An empty text or list is an empty cell, which is no value.
        filled = self.type not in {"words", "places", "object", "objects"} and not self.blank
        constraints: dict[str, Any] = {"required": self.required and filled}
        if self.choices and self.type == "string":
            constraints["enum"] = list(self.choices)
        if self.type == "place":
            constraints["pattern"] = PLACE
        return found | {"constraints": constraints | self.limits} | self.told


@dataclass(frozen=True)
class Table:
    name: str
    title: Any
    description: Any
    columns: list[Column]
    key: str = "id"
    extra: dict[str, Any] = field(default_factory=dict)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "title": str(self.title),
            "required": [c.name for c in self.columns if c.required],
            "properties": {c.name: c.schema() for c in self.columns},
        }


_ID = Column("id", "integer", _("Numéro"), True, example=12)
_URL = Column("url", "url", _("Page sur la plateforme"), True)
_API = Column("api_url", "url", _("Adresse dans l’API"), True)
_CARD = Column(
    "initiative", "string", _("Identifiant externe de la fiche"), True,
    help=_("Le champ external_id de la fiche."),
)  # fmt: skip

TERRITORIES = Table(
    "territories",
    _("Territoires"),
    _("Les territoires de France par leur code officiel (COG ; SIREN pour une intercommunalité)."),
    [
        Column("address", "place", _("Nature et code officiel"), True, help=PLACE_HELP),
        Column("kind", "string", _("Nature"), True),
        Column("code", "string", _("Code officiel"), True),
        Column("name", "string", _("Nom"), True),
        Column("label", "string", _("Nom, sans homonyme"), True),
        Column("siren", "string", _("SIREN")),
        Column("population", "integer", _("Population")),
        Column("postal_codes", "words", _("Codes postaux"), True),
        Column("gone_on", "date", _("N’existe plus depuis")),
        Column("successor", "place", _("Successeur")),
        _URL,
        _API,
    ],
    key="address",
)
THEMES = Table(
    "themes",
    _("Thèmes"),
    _("La liste contrôlée des thèmes."),
    [
        Column("slug", "string", _("Identifiant"), True),
        Column("name", "string", _("Nom français"), True),
        Column("name_en", "string", _("Nom anglais"), True, blank=True),
        Column("synonyms", "words", _("Synonymes"), True),
    ],
    key="slug",
)
NEEDS = Table(
    "needs",
    _("Besoins"),
    _("Les besoins que leurs auteurs montrent à tout le monde, sans donnée personnelle."),
    [
        _ID,
        Column("text", "string", _("Besoin"), True, help=_("Dans les mots de l’auteur.")),
        Column("territory", "place", _("Territoire"), help=PLACE_HELP, example="commune:38185"),
        Column("theme", "string", _("Thème"), help=_("Identifiant de la liste des thèmes.")),
        Column("organisation", "string", _("Organisation")),
        Column("organisation_siren", "string", _("SIREN de l’organisation")),
        Column("for_whom", "string", _("Pour qui"), True, blank=True),
        Column("count_min", "integer", _("Combien, au moins")),
        Column("count_max", "integer", _("Combien, au plus")),
        Column("count_unit", "string", _("De quoi"), True, blank=True),
        Column("tried", "string", _("Ce qui a été essayé"), True, blank=True),
        Column("budget_min", "number", _("Budget, au moins (€)")),
        Column("budget_max", "number", _("Budget, au plus (€)")),
        Column("staff_days", "integer", _("Temps d’agent, en jours par an")),
        Column("needed_by", "date", _("Échéance")),
        Column("state", "string", _("État"), True, choices=tuple(Need.State.values[:2])),
        Column("answer", "string", _("Ce qui y a répondu"), True, blank=True),
        Column("found", "integer", _("Initiatives trouvées"), help=_("0 : besoin sans réponse.")),
        Column("created_at", "datetime", _("Exprimé le"), True),
        Column("updated_at", "datetime", _("Modifié le"), True),
        _URL,
        _API,
    ],
)
SCHEMES = Table(
    "schemes",
    _("Dispositifs"),
    _("L’annuaire des dispositifs d’appui."),
    [
        Column("id", "string", _("Identifiant"), True),
        Column("title", "string", _("Intitulé"), True),
        Column("funders", "words", _("Qui le porte"), True),
        Column("track", "string", _("Voie"), choices=tuple(Track.values)),
        Column("stages", "words", _("Étapes"), True, choices=tuple(Stage.values)),
        Column("stage_notes", "object", _("Précisions par étape")),
        Column("helps", "words", _("Natures d’aide"), True, choices=tuple(Help.values)),
        Column("applicants", "words", _("Qui le demande"), True, choices=tuple(Applicant.values)),
        Column("points", "words", _("Questions auxquelles il aide"), True, choices=tuple(Point.values)),
        Column("themes", "words", _("Thèmes"), True),
        Column("territories", "places", _("Territoires"), True, help=PLACE_HELP),
        Column("description", "string", _("Description")),
        Column("amount", "string", _("Montant")),
        Column("recurrence", "string", _("Rythme"), choices=tuple(Recurrence.values)),
        Column("windows", "objects", _("Périodes de dépôt"), help=_("label, opens_on, closes_on.")),
        Column("site", "string", _("Site web")),
        Column("source", "object", _("Source"), help=_("name, url, licence.")),
        Column("as_of", "string", _("État au"), help=_("Une année, un mois ou un jour.")),
        Column("checked_on", "string", _("Dernière vérification"), help=_("Une année, un mois ou un jour.")),
        Column("ended_on", "date", _("N’existe plus depuis")),
        _URL,
        _API,
    ],
)  # fmt: skip
POOLS = Table(
    "pools",
    _("Subventions d’essaimage"),
    _("Les groupements de financeurs publics : montants en centimes d’euro."),
    [
        Column("id", "string", _("Identifiant"), True),
        _CARD,
        Column("lead", "string", _("Chef de file"), True),
        Column("lead_siren", "string", _("SIREN du chef de file")),
        Column("pilot_territory", "place", _("Territoire pilote"), True, help=PLACE_HELP),
        Column("state", "string", _("État"), True, choices=tuple(PoolState.values)),
        Column("period", "integer", _("Période du pilote"), True),
        Column("site_cents", "integer", _("Montant par site (centimes)"), True),
        Column("sites_sought", "integer", _("Sites recherchés"), True),
        Column("minimum_options", "integer", _("Options nécessaires pour commencer"), True),
        Column("options", "integer", _("Sites qui ont une option"), True),
        Column("pledged_cents", "integer", _("Options prises (centimes)"), True),
        Column("confirmed_cents", "integer", _("Confirmé (centimes)"), True),
        Column("committed_cents", "integer", _("Engagé juridiquement (centimes)"), True),
        Column("paid_cents", "integer", _("Versé (centimes)"), True),
        Column("pledges_until", "date", _("Options attendues jusqu’au"), True),
        Column("confirm_until", "date", _("Confirmations attendues jusqu’au")),
        Column("opened_on", "date", _("Ouverte le")),
        Column("activating_on", "date", _("Preuve constatée le")),
        Column("closed_on", "date", _("Close le")),
        Column("abandoned_on", "date", _("Abandonnée le")),
        _URL,
        _API,
    ],
)
FINDINGS = Table(
    "findings",
    _("Constats"),
    _("Ce que les groupements de financeurs ont constaté après un pilote."),
    [
        _ID,
        Column("pool", "string", _("Subvention d’essaimage"), True),
        _CARD,
        Column("period", "integer", _("Période du pilote"), True),
        Column("is_positive", "boolean", _("Preuve du concept"), True),
        Column("members", "integer", _("Membres"), True),
        Column("voters", "integer", _("Votants"), True),
        Column("favourable", "integer", _("Avis favorables"), True),
        Column("on", "date", _("Date"), True),
        _URL,
    ],
)
REPLICATIONS = Table(
    "replications",
    _("Reprises"),
    _("Les reprises engagées : une initiative sur un nouveau site."),
    [
        _ID,
        _CARD,
        Column("adopter", "string", _("Repreneur"), True),
        Column("adopter_siren", "string", _("SIREN du repreneur")),
        Column("territory", "place", _("Territoire"), True, help=PLACE_HELP),
        Column("site_name", "string", _("Nom du site"), True, blank=True),
        Column("state", "string", _("État"), True, choices=tuple(ReplicationState.values)),
        Column("mode", "string", _("Mode d’essaimage"), True, choices=tuple(Mode.values)),
        Column("dimensions", "words", _("Ce qui change"), True, choices=tuple(Dimension.values)),
        Column("origin", "string", _("Née"), True, choices=tuple(Origin.values)),
        Column("learnt_from", "integer", _("A appris de la reprise n°")),
        Column("beneficiaries_target", "integer", _("Personnes à servir")),
        Column("planned_on", "date", _("Mise en service prévue le")),
        Column("committed_on", "date", _("Engagée le"), True),
        Column("preparing_on", "date", _("Préparation commencée le")),
        Column("live_on", "date", _("En service le")),
        Column("sustained_on", "date", _("Pérennisée le")),
        Column("stopped_on", "date", _("Arrêtée le")),
        Column("stop_reason", "string", _("Pourquoi elle s’arrête"), True, blank=True),
        Column("stop_lesson", "string", _("Ce que l’on en a appris"), True, blank=True),
        _URL,
        _API,
    ],
)
PROOFS = Table(
    "evidence",
    _("Preuves"),
    _("Les preuves d’une fiche, source par source."),
    [
        Column("source", "string", _("Source de la preuve"), True),
        Column("title", "string", _("Titre"), True),
        Column("url", "string", _("Adresse"), True, blank=True),
        Column("on", "string", _("Date"), True, blank=True),
        Column("level", "integer", _("Niveau de preuve")),
    ],
    key="title",
)
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
        _URL,
        _API,
    ],
    key="slug",
)
LAUREATES = Table(
    "laureates",
    _("Lauréats"),
    _("Les lauréats des appels dont les résultats sont publics, sous le nom qu’ils ont choisi."),
    [
        _ID,
        Column("call", "string", _("Appel"), True),
        Column("title", "string", _("Projet"), True),
        Column("name", "string", _("Lauréat"), True),
        Column("organisation_siren", "string", _("SIREN de l’organisation")),
        Column("territory", "place", _("Territoire")),
        Column("initiatives", "words", _("Fiches"), True, help=_("Leurs identifiants externes.")),
        _URL,
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
        _URL,
        _API,
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
        _URL,
        _API,
    ],
    key="slug",
)
TABLES = {
    table.name: table
    for table in (
        *(TERRITORIES, THEMES, NEEDS, SCHEMES, POOLS, FINDINGS, REPLICATIONS, PROOFS),
        *(CALLS, LAUREATES, EVENTS, ORGANISATIONS),
    )
}
