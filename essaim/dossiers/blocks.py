"""The blocks of a file: what is asked, in which order, under which part of the Cerfa.

A form is a list of blocks, a block a list of fields; both are data, so that a call can make its
own forms of the same blocks (``definitions.py`` reads and writes them). Cerfa 12156 (request for
grants) is the form of a pool.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TEXT, LONG, CHOICE, NUMBER, MONEY = "text", "long", "choice", "number", "money"
DATE, EMAIL, PHONE, YEAR, DECIMAL = "date", "email", "phone", "year", "decimal"
SIREN, SIRET, RNA = "siren", "siret", "rna"
BUDGET = "budget"  # the only field of a block that holds a table of charges and products
# What a field of these kinds holds: CHECKS a list of keys; TERRITORY {"key", "label"};
# ORGANISATION {"siren", "label"}; INITIATIVE {"slug", "label"}; COMPONENTS, the core of the
# initiative chosen that is kept, a list of {"key", "label"}; COSTS a list of {"label",
# "amount_cents", "requested_cents"}; FILE a list of {"id", "name", "size", "sha256"}, of which the
# app that asks keeps the rows.
CHECKS, TERRITORY, ORGANISATION, FILE = "checks", "territory", "organisation", "file"
COSTS, INITIATIVE, COMPONENTS = "costs", "initiative", "components"
# Where a block is answered by something else than its fields: what the card says already (shown,
# read again, never asked again), the replication of what exists, those who apply together.
MODEL, ECONOMICS, EVIDENCE = "card:model", "card:economics", "card:evidence"
REPLICATION, CONSORTIUM = "replication", "consortium"
CARD_SOURCES = (MODEL, ECONOMICS, EVIDENCE)
SOURCES: dict[str, Any] = {
    MODEL: _("la modélisation de la fiche"),
    ECONOMICS: _("la grille économique de la fiche"),
    EVIDENCE: _("les preuves de la fiche"),
    REPLICATION: _("la reprise d’une initiative, ou sa capacité à être reprise"),
    CONSORTIUM: _("les partenaires et les sites suiveurs"),
}


@dataclass(frozen=True)
class Field:
    name: str
    label: Any
    kind: str = TEXT
    required: bool = True
    longest: int = 250  # characters of a text
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class When:
    """A block is asked where an earlier answer, to a choice, is one of these."""

    block: str
    field: str
    values: tuple[str, ...]

    def holds(self, content: Mapping[str, Any]) -> bool:
        """``content``: what that earlier block says."""
        given = content.get(self.field)
        keys = given if isinstance(given, list) else [given]
        return any(key in self.values for key in keys)


@dataclass(frozen=True)
class Block:
    slug: str  # in addresses, kept for ever
    title: Any
    part: str  # of the Cerfa
    why: Any
    fields: tuple[Field, ...]
    # Names and addresses of persons: kept apart from what is frozen, so that they can be erased.
    of_persons: bool = False
    when: When | None = None
    source: str = ""  # one of SOURCES: what answers it besides its fields

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)


YES_NO = (("yes", _("oui")), ("no", _("non")))


def _count(name: str, label: Any, help: Any = "") -> Field:
    return Field(name, label, NUMBER, required=False, help=help)


IDENTITY = Block(
    "identite", _("L’organisation"), "1",
    _("Ces numéros sont contrôlés ; ils servent à tous les financeurs."),
    (
        Field("name", _("Nom"), longest=200),
        Field("acronym", _("Sigle de l’organisation"), required=False, longest=50),
        Field("siret", _("SIRET"), SIRET, help=_("14 chiffres ; ses 9 premiers sont le SIREN.")),
        Field(
            "rna", _("Numéro RNA"), RNA, required=False,
            help=_("Pour une association : W et neuf chiffres."),
        ),
        Field("object", _("Objet"), LONG, longest=2000),
        Field("address", _("Adresse du siège social"), LONG, longest=500),
        Field("website", _("Site internet"), required=False, longest=200),
    ),
)  # fmt: skip
PERSONS = Block(
    "personnes", _("Représentant légal et contact"), "1",
    _("Lus par les financeurs du groupement ; effacés après le délai de conservation."),
    (
        Field("representative", _("Représentant légal : nom et prénom"), longest=150),
        Field("representative_function", _("Sa fonction"), longest=150),
        Field("representative_email", _("Son adresse électronique"), EMAIL),
        Field("representative_phone", _("Son téléphone"), PHONE, required=False),
        Field("contact", _("Personne chargée du dossier"), required=False, longest=150),
        Field("contact_email", _("Adresse électronique de cette personne"), EMAIL, required=False),
        Field("contact_phone", _("Téléphone de cette personne"), PHONE, required=False),
    ),
    of_persons=True,
)  # fmt: skip
RELATIONS = Block(
    "relations", _("Relations avec l’administration et les réseaux"), "2 et 3",
    _("Agréments, fiscalité, appartenance à des réseaux : demandés une fois."),
    (
        Field(
            "approvals", _("Agréments administratifs"), LONG, required=False, longest=2000,
            help=_("Un par ligne : type, attribué par, date."),
        ),
        Field("public_utility", _("Reconnue d’utilité publique ?"), CHOICE, choices=YES_NO),
        Field(
            "commercial_taxes", _("Assujettie aux impôts commerciaux ?"), CHOICE, choices=YES_NO
        ),
        Field(
            "networks", _("Réseaux, unions ou fédérations"), LONG, required=False, longest=2000
        ),
        _count("member_bodies", _("Adhérents personnes morales")),
    ),
)  # fmt: skip
MEANS = Block(
    "moyens", _("Moyens humains"), "4",
    _("Au 31 décembre de l’année écoulée."),
    (
        _count("volunteers", _("Bénévoles")),
        _count("civic_volunteers", _("Volontaires (service civique…)")),
        _count("employees", _("Salariés")),
        Field("fte", _("Dont emplois en équivalent temps plein travaillé"), DECIMAL, required=False),
        _count("lent", _("Personnes mises à disposition par une autorité publique")),
        _count("members", _("Adhérents personnes physiques")),
    ),
)  # fmt: skip
PROJECT = Block(
    "projet", _("Le projet"), "6",
    _("Repris de la fiche : relisez, puis dites ce qui est propre aux nouveaux sites."),
    (
        Field("title", _("Intitulé"), longest=250),
        Field("objectives", _("Objectifs"), LONG, longest=5000),
        Field("need", _("À quel besoin répond-il ?"), LONG, longest=3000),
        Field("description", _("Description"), LONG, longest=10_000),
        Field("beneficiaries", _("Bénéficiaires"), LONG, longest=3000),
        Field("territory", _("Territoires"), LONG, longest=2000),
        Field("resources", _("Moyens matériels et humains"), LONG, longest=3000),
        Field("starts_on", _("Date de début"), DATE),
        Field("ends_on", _("Date de fin"), DATE),
        Field("evaluation", _("Évaluation : indicateurs et méthode"), LONG, longest=3000),
    ),
)  # fmt: skip
MONEY_ASKED = Block(
    "budget", _("Budget du projet"), "6",
    _("Charges et produits s’équilibrent, au centime. Les contributions volontaires aussi."),
    (
        Field("year", _("Année ou premier exercice"), YEAR),
        Field(
            "requested_cents", _("Subvention demandée, en tout (€)"), MONEY,
            help=_("Pour tous les sites et à tous les financeurs ; elle figure au compte 74."),
        ),
        Field("lines", _("Lignes"), BUDGET),
        Field(
            "indirect", _("Règles de répartition des charges indirectes"), LONG, required=False,
            longest=2000,
        ),
    ),
)  # fmt: skip

GRANT = "cerfa-12156"
FORMS: dict[str, tuple[Block, ...]] = {
    GRANT: (IDENTITY, PERSONS, RELATIONS, MEANS, PROJECT, MONEY_ASKED),
}


def blocks_of(form: str) -> tuple[Block, ...]:
    return FORMS[form]


def block_of(form: str, slug: str) -> Block | None:
    return next((block for block in FORMS[form] if block.slug == slug), None)


def shown_fields(block: Block) -> Iterator[Field]:
    """All but tables, which are shown as such, and files, which have forms of their own."""
    yield from (field for field in block.fields if field.kind not in (BUDGET, COSTS, FILE))


def asked(form: tuple[Block, ...], answers: Mapping[str, Mapping[str, Any]]) -> tuple[Block, ...]:
    """The blocks whose condition holds; one whose condition rests on a block that is not asked is
    not asked either. ``answers``: content by block."""
    found: list[Block] = []
    for block in form:
        rests_on = block.when
        if rests_on is None or (
            any(each.slug == rests_on.block for each in found)
            and rests_on.holds(answers.get(rests_on.block, {}))
        ):
            found.append(block)
    return tuple(found)
