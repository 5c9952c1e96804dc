"""The rows of a search as a table: which columns there are, and what each says of a card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.personal_data import EMAIL
from essaim.common.spreadsheets import Cell
from essaim.initiatives.models import Initiative
from essaim.initiatives.privacy import mask_personal


@dataclass(frozen=True)
class Column:
    name: str
    label: Any
    value: Callable[[Initiative, str], Cell]  # of a card, and of the site's address
    by_default: bool = True
    identifier: bool = False  # ten digits there are no telephone number


COLUMNS = {
    column.name: column
    for column in (
        Column(
            "external_id", gettext_lazy("identifiant"), lambda c, s: c.external_id, identifier=True
        ),
        Column("title", gettext_lazy("titre"), lambda c, s: c.title),
        Column("summary", gettext_lazy("en une phrase"), lambda c, s: c.summary),
        Column("track", gettext_lazy("voie"), lambda c, s: c.get_track_display()),
        Column("status", gettext_lazy("maturité"), lambda c, s: c.get_status_display()),
        Column("phase", gettext_lazy("phase"), lambda c, s: c.get_phase_display()),
        Column("proof_level", gettext_lazy("niveau de preuve"), lambda c, s: c.proof_level),
        Column("themes", gettext_lazy("thèmes"), lambda c, s: _join(c.themes.all())),
        Column("audiences", gettext_lazy("bénéficiaires"), lambda c, s: _join(c.audiences.all())),
        Column(
            "holder",
            gettext_lazy("porteur de projet"),
            lambda c, s: c.holder.name if c.holder else "",
        ),
        Column(
            "holder_kind",
            gettext_lazy("nature du porteur"),
            lambda c, s: c.holder.get_kind_display() if c.holder else "",
        ),
        Column("territories", gettext_lazy("territoires"), lambda c, s: _join(c.territories.all())),
        Column(
            "territory_codes",
            gettext_lazy("codes des territoires"),
            lambda c, s: _join(t.address for t in c.territories.all()),
            by_default=False,
        ),
        Column(
            "first_year_cost",
            gettext_lazy("coût pour commencer (€)"),
            lambda c, s: c.first_year_cost,
        ),
        Column(
            "has_materials",
            gettext_lazy("matériel réutilisable"),
            lambda c, s: _("oui") if c.has_materials else _("non"),
        ),
        Column("started_on", gettext_lazy("début"), lambda c, s: c.started_on, by_default=False),
        Column("checked_on", gettext_lazy("dernière vérification"), lambda c, s: c.checked_on),
        Column("need", gettext_lazy("besoin"), lambda c, s: c.need, by_default=False),
        Column(
            "objectives",
            gettext_lazy("objectifs et effets"),
            lambda c, s: c.objectives,
            by_default=False,
        ),
        Column(
            "what_failed",
            gettext_lazy("ce qui n’a pas marché"),
            lambda c, s: c.what_failed,
            by_default=False,
        ),
        Column("card", gettext_lazy("adresse de la fiche"), lambda c, s: s + c.get_absolute_url()),
        Column("url", gettext_lazy("site web"), lambda c, s: c.url, by_default=False),
        Column("source", gettext_lazy("source"), lambda c, s: c.source_name, by_default=False),
        Column(
            "licence",
            gettext_lazy("licence de la source"),
            lambda c, s: c.source_licence,
            by_default=False,
        ),
    )
}
DEFAULT_COLUMNS = tuple(name for name, column in COLUMNS.items() if column.by_default)


def _join(values: Iterable[Any]) -> str:
    return " | ".join(str(value) for value in values)


def table(cards: Iterable[Initiative], names: Sequence[str], site: str) -> Iterator[list[Cell]]:
    """The heading, then one row a card, with the same columns."""
    columns = [COLUMNS[name] for name in names]
    yield [str(column.label) for column in columns]
    for card in cards:
        yield [_public(column, column.value(card, site)) for column in columns]


def _public(column: Column, value: Cell) -> Cell:
    """Personal addresses and numbers never leave in a file, wherever they were typed."""
    if not isinstance(value, str):
        return value
    return EMAIL.sub("", value) if column.identifier else mask_personal(value)
