"""The rows of a search as a table: which columns there are, and what each says of a card.

Read by batches of plain values, not of objects: a hundred thousand rows take seconds, and
memory stays constant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from essaim.common.spreadsheets import Cell
from essaim.common.take_away import public
from essaim.initiatives.models import Initiative, Phase, Status, Track
from essaim.people.models import OrganisationKind

BATCH = 500

Record = dict[str, Any]  # the values of a card, and its links by name


@dataclass(frozen=True)
class Column:
    name: str
    label: Any
    reads: str  # a field, or one of LINKS
    told: Callable[[Any], Cell] = lambda value: value
    by_default: bool = True
    prose: bool = False  # typed freely: may hold a telephone number


# Lists of a card: the link, and what names its other end; several columns joined by « : ».
LINKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "themes": ("themes", ("theme__name",)),
    "audiences": ("audiences", ("audience__name",)),
    "territories": ("territories", ("territory__label",)),
    "territory_codes": ("territories", ("territory__kind", "territory__code")),
}


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value else ""


def _yes_no(value: bool) -> str:
    return _("oui") if value else _("non")


def _list(values: list[str]) -> str:
    return " | ".join(values)


def _column(name: str, label: Any, reads: str = "", **more: Any) -> Column:
    return Column(name, label, reads or name, **more)


def _text(name: str, label: Any, reads: str = "", **more: Any) -> Column:
    return _column(name, label, reads, prose=True, **more)


_OPTIONAL: dict[str, Any] = {"by_default": False}
COLUMNS = {
    column.name: column
    for column in (
        _column("external_id", gettext_lazy("identifiant")),
        _text("title", gettext_lazy("titre")),
        _text("summary", gettext_lazy("en une phrase")),
        _column("track", gettext_lazy("voie"), told=partial(_label, Track)),
        _column("status", gettext_lazy("maturité"), told=partial(_label, Status)),
        _column("phase", gettext_lazy("phase"), told=partial(_label, Phase)),
        _column("proof_level", gettext_lazy("niveau de preuve")),
        _column("themes", gettext_lazy("thèmes"), told=_list),
        _column("audiences", gettext_lazy("bénéficiaires"), told=_list),
        _text("holder", gettext_lazy("porteur de projet"), "holder__name"),
        _column(
            "holder_kind",
            gettext_lazy("nature du porteur"),
            "holder__kind",
            told=partial(_label, OrganisationKind),
        ),
        _column("territories", gettext_lazy("territoires"), told=_list),
        _column("territory_codes", gettext_lazy("codes des territoires"), told=_list, **_OPTIONAL),
        _column("first_year_cost", gettext_lazy("coût pour commencer (€)")),
        _column("has_materials", gettext_lazy("matériel réutilisable"), told=_yes_no),
        _column("started_on", gettext_lazy("début"), **_OPTIONAL),
        _column("checked_on", gettext_lazy("dernière vérification")),
        _text("need", gettext_lazy("besoin"), **_OPTIONAL),
        _text("objectives", gettext_lazy("objectifs et effets"), **_OPTIONAL),
        _text("what_failed", gettext_lazy("ce qui n’a pas marché"), **_OPTIONAL),
        _column("card", gettext_lazy("adresse de la fiche"), "address"),
        _text("url", gettext_lazy("site web"), **_OPTIONAL),
        _text("source", gettext_lazy("source"), "source_name", **_OPTIONAL),
        _text("licence", gettext_lazy("licence de la source"), "source_licence", **_OPTIONAL),
    )
}
DEFAULT_COLUMNS = tuple(name for name, column in COLUMNS.items() if column.by_default)


def table(keys: Iterable[int], names: Sequence[str], site: str) -> Iterator[list[Cell]]:
    """The heading, then one row a card, in the order of their keys; ``site`` is the address
    that those of the cards begin with."""
    columns = [COLUMNS[name] for name in names]
    yield [str(column.label) for column in columns]
    remaining = iter(keys)
    while batch := list(islice(remaining, BATCH)):
        for record in _records(batch, {column.reads for column in columns}, site):
            yield [
                public(column.told(record[column.reads]), prose=column.prose) for column in columns
            ]


def _records(keys: Sequence[int], reads: set[str], site: str) -> Iterator[Record]:
    """The published cards among these, in this order; a query, and one a kind of list."""
    fields = {"pk", "slug", *reads} - {"address", *LINKS}
    known = {r["pk"]: r for r in Initiative.objects.published().filter(pk__in=keys).values(*fields)}
    lists = {name: _links(name, keys) for name in reads & LINKS.keys()}
    for key in keys:
        if record := known.get(key):
            record |= {name: links.get(key, []) for name, links in lists.items()}
            if "address" in reads:
                record["address"] = site + reverse("initiatives:detail", args=[record["slug"]])
            yield record


def _links(name: str, keys: Sequence[int]) -> dict[int, list[str]]:
    relation, columns = LINKS[name]
    if get_language() == "en" and relation != "territories":
        columns = tuple(f"{column}_en" for column in columns)
    rows = getattr(Initiative, relation).through.objects.filter(initiative__in=keys).order_by("pk")
    found: dict[int, list[str]] = defaultdict(list)
    for key, *names in rows.values_list("initiative", *columns):
        found[key].append(":".join(names))
    return found
