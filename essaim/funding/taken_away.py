"""The list of pools as a table that people take away."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.take_away import Column
from essaim.funding.models import Pool
from essaim.funding.reading import totals

Row = tuple[Pool, Any]  # a pool and its totals


def with_totals(pools: list[Pool]) -> Iterable[Row]:
    sums = totals(pools)
    return ((pool, sums[pool.pk]) for pool in pools)


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100


COLUMNS = (
    Column("initiative", _("Initiative"), lambda row: row[0].initiative.title, prose=True),
    Column("state", _("Étape"), lambda row: str(row[0].get_state_display())),
    Column("lead", _("Chef de file"), lambda row: row[0].lead.name, prose=True),
    Column("pilot", _("Territoire pilote"), lambda row: row[0].pilot_territory.label),
    Column("pilot_code", _("Code du territoire pilote"), lambda row: row[0].pilot_territory.address, by_default=False),
    Column("site", _("Montant par site (€)"), lambda row: _euros(row[0].site_cents)),
    Column("sites", _("Sites recherchés"), lambda row: row[0].sites_sought),
    Column("options", _("Options"), lambda row: row[1].options),
    Column("sought", _("Recherché (€)"), lambda row: _euros(row[1].sought)),
    Column("pledged", _("Options prises (€)"), lambda row: _euros(row[1].balance.pledged)),
    Column("confirmed", _("Confirmé (€)"), lambda row: _euros(row[1].balance.confirmed)),
    Column("committed", _("Engagé juridiquement (€)"), lambda row: _euros(row[1].balance.committed)),
    Column("paid", _("Versé (€)"), lambda row: _euros(row[1].balance.paid)),
    Column("address", _("Adresse"), lambda row: row[0].get_absolute_url(), here=True),
)  # fmt: skip
