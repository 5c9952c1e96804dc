"""The sections of a card as people write it (§ 5 of the domain), and their content as data.

The content of a section is one dictionary: columns by name, terms and territories as sorted
lists of primary keys, lists of the sheet as lists of rows. Actions, forms, locking and the
comparison shown on a conflict all speak of the same dictionary.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .models import Component, EconomicLine, Evidence, Initiative, Material, Partner

ROWS_AT_MOST = 200  # in one list of a card


@dataclass(frozen=True)
class Section:
    slug: str
    title: Any
    why: Any  # what the section brings to readers
    columns: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()  # many-to-many
    lists: tuple[str, ...] = ()
    guide: str = ""  # the page of the method that helps to write it


@dataclass(frozen=True)
class PartList:
    model: type[Model]
    fields: tuple[str, ...]
    key: str  # the field that names a row: a row typed again under it is the same row


PART_LISTS = {
    "components": PartList(Component, ("name", "kind", "why", "variants", "red_lines"), "name"),
    "partners": PartList(Partner, ("name", "nature", "contribution", "phase"), "name"),
    "economics": PartList(
        EconomicLine,
        ("line", "label", "low", "central", "high", "unit", "period", "payer", "source"),
        "label",
    ),
    "materials": PartList(Material, ("title", "url", "licence"), "title"),
    "evidence": PartList(Evidence, ("kind", "title", "url", "year", "level"), "title"),
}

_ALL = [
    Section(
        "essentiel",
        _("L’essentiel"),
        _("Ce que lit d’abord une personne pressée, et ce qui fait trouver la fiche."),
        columns=("title", "summary", "track", "status", "tags", "started_on", "holder"),
        relations=("themes", "territories"),
    ),
    Section(
        "besoin",
        _("Besoin et effets"),
        _("À quel problème l’initiative répond, pour qui, et ce qu’elle change."),
        columns=("need", "objectives", "beneficiaries", "target_coverage"),
        relations=("audiences",),
    ),
    Section(
        "dispositif",
        _("Le dispositif"),
        _("Ce qui est fait, par qui, comment, où et quand."),
        columns=("description", "steps", "prerequisites"),
    ),
    Section(
        "composantes",
        _("Cœur et marge"),
        _("Ce qu’un repreneur doit garder, et ce qu’il peut adapter."),
        lists=("components",),
        guide="coeur-et-marge",
    ),
    Section(
        "partenaires",
        _("Partenaires"),
        _("Avec qui, pour quelle contribution et à partir de quand."),
        lists=("partners",),
    ),
    Section(
        "economie",
        _("Économie"),
        _("Ce que coûtent l’installation et la vie courante, et ce que cela évite."),
        lists=("economics",),
        guide="modele-economique",
    ),
    Section(
        "preuves",
        _("Preuves et ce qui n’a pas marché"),
        _("Comment on sait que cela marche, et ce qu’il vaut mieux ne pas refaire."),
        columns=("what_failed", "checked_on"),
        lists=("evidence",),
        guide="evaluer",
    ),
    Section(
        "materiel",
        _("Matériel, contact et source"),
        _("De quoi reprendre sans repartir de zéro, et à qui parler."),
        columns=(
            *("consent_to_scale", "contact", "url"),
            *("source_name", "source_url", "source_licence"),
        ),
        lists=("materials",),
        guide="kit-de-reprise",
    ),
]
SECTIONS: dict[str, Section] = {section.slug: section for section in _ALL}

Content = dict[str, Any]


def read_section(card: Initiative, section: Section) -> Content:
    """What the section holds now; at most one query for each relation and list."""
    content: Content = {}
    for name in section.columns:
        content[name] = getattr(card, "holder_id" if name == "holder" else name)
    for name in section.relations:
        content[name] = sorted(row.pk for row in getattr(card, name).all())
    for name in section.lists:
        fields = PART_LISTS[name].fields
        content[name] = [
            {"id": row.pk} | {field: getattr(row, field) for field in fields}
            for row in getattr(card, name).all()
        ]
    return content


def plain(value: Any) -> Any:
    """A value as text compares it: ends of lines, useless zeros and row numbers do not count."""
    match value:
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n").strip()
        case Decimal():
            return f"{value.normalize():f}"
        case dict():
            return {k: plain(v) for k, v in value.items() if k not in {"id", "prefix"}}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


def changed_names(before: Content, after: Content) -> list[str]:
    """The columns, relations and lists that differ."""
    return sorted(name for name in after if plain(after[name]) != plain(before.get(name)))


def digest(content: Content) -> str:
    """A fingerprint of a section's content: what a form says it was opened on."""
    text = json.dumps(plain(content), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
