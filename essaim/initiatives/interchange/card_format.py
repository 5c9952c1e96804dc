"""The import format, field by field: the one table that reading, schema, pages and CSV follow."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Component, EconomicLine, Evidence, Status, Track
from essaim.people.models import OrganisationKind

from .issues import Notes
from .kinds import (
    Boolean,
    Choice,
    Identifier,
    Integer,
    Kind,
    Number,
    OpenChoice,
    PartialDate,
    Percent,
    Places,
    Record,
    Records,
    Text,
    WebAddress,
    Words,
)
from .mend import words

PEOPLE_AT_MOST = 10_000_000  # of one site in a year: more is a mistake of unit
BENEFICIARIES = ("beneficiaries_low", "beneficiaries", "beneficiaries_high")
COSTS_AT_MOST = {"day_cost": 999_999, "fte_cost": 9_999_999}  # €


def _ordered_range(line: dict[str, Any], where: str, notes: Notes) -> None:
    """Low, central and high in this order, those that are known."""
    known = [(name, line[name]) for name in ("low", "central", "high") if line[name] is not None]
    for (_name, before), (name, after) in pairwise(known):
        if before > after:
            notes.error(f"{where}.{name}", "range_order")
            return


def _sound_assumptions(given: dict[str, Any], where: str, notes: Notes) -> None:
    """A low, a central and a high in this order, or none; costs above zero."""
    low, central, high = (given[name] for name in BENEFICIARIES)
    if central is None and (low is not None or high is not None):
        notes.error(f"{where}.beneficiaries", "required")
    elif central is not None:
        given["beneficiaries_low"] = low = central if low is None else low
        given["beneficiaries_high"] = high = central if high is None else high
        if not low <= central <= high:
            notes.error(f"{where}.beneficiaries", "range_order")
    for name, largest in COSTS_AT_MOST.items():
        cost = given[name]
        if cost is not None and not 0 < cost <= largest:
            notes.error(f"{where}.{name}", "number_range", low="0,01", high=largest)


def _euros_written_with_amounts(line: dict[str, Any], raw: dict[str, Any]) -> None:
    """« 21 667,00 € » says the unit where the line does not."""
    texts = [raw.get(name) for name in ("low", "central", "high")]
    if not line["unit"] and any(
        isinstance(text, str) and text.strip().lower().endswith(("€", "eur", "euro", "euros"))
        for text in texts
    ):
        line["unit"] = "€"


class EconomicRecord(Record):
    def parse(self, value: Any, where: str, notes: Notes) -> dict[str, Any]:
        line = super().parse(value, where, notes)
        if line and isinstance(value, dict):
            _euros_written_with_amounts(line, value)
        return line


def _title_or_address(row: dict[str, Any], where: str, notes: Notes) -> None:
    """A material without a title goes by its address."""
    if not row["title"]:
        if row["url"]:
            row["title"] = row["url"][:250]
        elif not notes.errors:
            notes.error(f"{where}.title", "required")


def _name_or_siren(holder: dict[str, Any], where: str, notes: Notes) -> None:
    if not holder["name"] and not holder["siren"]:
        notes.error(f"{where}.name", "required")


COMPONENT = Record(
    fields={
        "name": Text(limit=250, required=True, label=_("Composante"), help=_("Ce dont le dispositif est fait.")),
        "kind": Choice(choices=Component.Kind.choices, synonyms=words.COMPONENT, required=True, label=_("Cœur ou marge"), help=_("À garder absolument, ou à adapter.")),
        "why": Text(block=True, label=_("Pourquoi"), help=_("Pourquoi il faut la garder, ou ce qu’elle permet.")),
        "variants": Text(block=True, lines=True, label=_("Variantes permises"), help=_("Une par ligne ; une liste est acceptée.")),
        "red_lines": Text(block=True, lines=True, label=_("Lignes rouges"), help=_("Une par ligne ; une liste est acceptée.")),
    }
)  # fmt: skip
PARTNER = Record(
    fields={
        "name": Text(limit=250, required=True, label=_("Partenaire")),
        "nature": Text(limit=100, label=_("Nature"), help=_("Financeur, opérateur, bailleur… en texte libre.")),
        "contribution": Text(block=True, label=_("Contribution")),
        "phase": Text(limit=100, label=_("Phase où il rejoint"), help=_("En texte libre.")),
    },
    shorthand="name",
)  # fmt: skip
ECONOMIC_LINE = EconomicRecord(
    fields={
        "line": Choice(choices=EconomicLine.Line.choices, synonyms=words.ECONOMIC_LINE, required=True, label=_("Ligne"), help=_("L’une des six lignes de la grille économique.")),
        "label": Text(limit=250, label=_("Libellé")),
        "low": Number(label=_("Bas"), help=_("Dans l’unité indiquée ; sans signe.")),
        "central": Number(label=_("Central")),
        "high": Number(label=_("Haut")),
        "unit": Text(limit=60, synonyms=words.UNITS, label=_("Unité"), help=_("€, jours, heures, ETP… en texte libre ; « euros » devient « € ».")),
        "period": Text(limit=60, synonyms=words.PERIODS, label=_("Période"), help=_("once, year, quarter, month, week ou texte libre ; « par an » devient « year ».")),
        "payer": Text(limit=200, label=_("Payeur"), help=_("Qui paie, ou qui évite la dépense.")),
        "source": Text(limit=300, label=_("Source")),
        "shared": Boolean(label=_("Payé une fois pour tous les sites"), help=_("Un coût partagé ; les autres se répètent à chaque site.")),
    },
    check=_ordered_range,
)  # fmt: skip
ASSUMPTIONS = Record(
    label=_("Hypothèses de la page économique"),
    help=_("Pour un site."),
    fields={
        "beneficiaries_low": Integer(low=1, high=PEOPLE_AT_MOST, label=_("Personnes touchées en un an, bas"), help=_("À défaut, le central.")),
        "beneficiaries": Integer(low=1, high=PEOPLE_AT_MOST, label=_("Personnes touchées en un an, central")),
        "beneficiaries_high": Integer(low=1, high=PEOPLE_AT_MOST, label=_("Personnes touchées en un an, haut"), help=_("À défaut, le central.")),
        "day_cost": Number(label=_("Coût d’une journée de travail (€)"), help=_("Plus que zéro.")),
        "fte_cost": Number(label=_("Coût d’un équivalent temps plein (€ par an)"), help=_("Plus que zéro.")),
        "years": Integer(low=1, high=30, label=_("Années regardées")),
        "source": Text(limit=300, label=_("Source des hypothèses")),
    },
    check=_sound_assumptions,
)  # fmt: skip
MATERIAL = Record(
    fields={
        "title": Text(limit=250, label=_("Titre"), help=_("À défaut, l’adresse en tient lieu.")),
        "url": WebAddress(label=_("Adresse")),
        "licence": Text(limit=100, label=_("Licence")),
    },
    shorthand="url",
    check=_title_or_address,
)
EVIDENCE = Record(
    fields={
        "kind": Choice(choices=Evidence.Kind.choices, synonyms=words.EVIDENCE, otherwise="other", label=_("Source de la preuve"), help=_("Une valeur inconnue est rangée sous « other ».")),
        "title": Text(limit=250, label=_("Titre")),
        "url": WebAddress(label=_("Adresse")),
        "year": Integer(low=1900, high=2200, year=True, label=_("Année")),
        "level": Integer(low=1, high=5, label=_("Niveau de preuve"), help=_("De 1 (une logique) à 5 (une reprise assurée).")),
    }
)  # fmt: skip
HOLDER = Record(
    label=_("Porteur de projet"),
    help=_("L’organisation qui porte l’initiative ; son nom seul est accepté."),
    fields={
        "name": Text(limit=200, label=_("Nom")),
        "kind": OpenChoice(choices=OrganisationKind.choices, synonyms=words.HOLDER, label=_("Nature")),
        "siren": Text(limit=30, label=_("SIREN"), help=_("Neuf chiffres ; un SIRET est raccourci.")),
        "territory": Text(limit=200, label=_("Territoire"), help=_("« nature:code », comme commune:38185.")),
    },
    shorthand="name",
    check=_name_or_siren,
)  # fmt: skip
SOURCE = Record(
    label=_("Source de la fiche"),
    fields={
        "name": Text(limit=300, label=_("Nom")),
        "url": WebAddress(label=_("Adresse")),
        "licence": Text(limit=100, label=_("Licence")),
    },
    shorthand="name",
)

FIELDS: dict[str, Kind] = {
    "external_id": Identifier(limit=200, required=True, label=_("Identifiant"), help=_("Sans espace. Une ligne de même identifiant met la fiche à jour au lieu d’en créer une autre.")),
    "title": Text(limit=250, required=True, label=_("Titre")),
    "summary": Text(limit=500, required=True, label=_("En une phrase")),
    "track": Choice(choices=Track.choices, synonyms=words.TRACK, label=_("Voie")),
    "status": Choice(choices=Status.choices, synonyms=words.STATUS, label=_("Maturité")),
    "themes": Words(limit=100, cut=True, label=_("Thèmes"), help=_("Identifiants de la liste ; leurs noms et synonymes sont compris. Un thème inconnu devient un mot-clé.")),
    "tags": Words(limit=100, cut=True, label=_("Mots-clés"), help=_("Libres. Sans thème indiqué, ceux que la liste connaît donnent les thèmes de la fiche.")),
    "need": Text(block=True, label=_("Besoin auquel elle répond")),
    "objectives": Text(block=True, markdown=True, label=_("Objectifs et effets")),
    "description": Text(block=True, markdown=True, label=_("Description"), help=_("En Markdown.")),
    "steps": Words(limit=10_000, item_block=True, label=_("Étapes")),
    "prerequisites": Words(limit=10_000, item_block=True, label=_("Prérequis")),
    "components": Records(record=COMPONENT, label=_("Cœur et marge")),
    "partners": Records(record=PARTNER, label=_("Partenaires")),
    "economics": Records(record=ECONOMIC_LINE, label=_("Grille économique")),
    "economic_assumptions": ASSUMPTIONS,
    "beneficiaries": Words(limit=200, cut=True, label=_("Bénéficiaires"), help=_("Tels qu’on les nomme ; la liste des publics en est tirée.")),
    "target_coverage": Percent(label=_("Part du besoin visée (%)"), help=_("Pourcentage, plus que 0 et jusqu’à 100.")),
    "holder": HOLDER,
    "territories": Places(limit=200, cut=True, label=_("Territoires"), help=_("Où l’initiative existe : « nature:code ».")),
    "started_on": PartialDate(label=_("Début"), help=_("Une année, un mois ou un jour.")),
    "materials": Records(record=MATERIAL, label=_("Matériel réutilisable")),
    "what_failed": Text(block=True, markdown=True, label=_("Ce qui n’a pas marché")),
    "evidence": Records(record=EVIDENCE, label=_("Preuves")),
    "consent_to_scale": Boolean(label=_("Le porteur accepte le changement d’échelle")),
    "contact": Text(block=True, label=_("Contact"), help=_("Jamais publié : réservé aux membres.")),
    "url": WebAddress(label=_("Site web")),
    "checked_on": PartialDate(label=_("Dernière vérification"), help=_("Une année, un mois ou un jour.")),
    "source": SOURCE,
}  # fmt: skip
