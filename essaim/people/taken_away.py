"""The list of organisations as a table that people take away."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.common.take_away import Column

ORGANISATIONS = (
    Column("name", _("nom"), lambda each: each.name, prose=True),
    Column("kind", _("nature"), lambda each: str(each.get_kind_display()) if each.kind else ""),
    Column("siren", _("SIREN"), lambda each: each.siren),
    Column("siret", _("SIRET"), lambda each: each.siret, by_default=False),
    Column("territory", _("territoire"), lambda each: each.territory.label if each.territory else ""),
    Column("code", _("code du territoire"), lambda each: each.territory.address if each.territory else ""),
    Column("address", _("adresse"), lambda each: each.get_absolute_url(), here=True),
)  # fmt: skip
