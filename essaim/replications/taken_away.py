"""The list of replications as a table that people take away."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from essaim.common.take_away import Column


def _day(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


COLUMNS = (
    Column("title", _("reprise"), lambda site: site.title, prose=True),
    Column("initiative", _("initiative"), lambda site: site.initiative.title, prose=True),
    Column("adopter", _("repreneur"), lambda site: site.adopter.name if site.adopter else "", prose=True),
    Column("territory", _("territoire"), lambda site: site.territory.label if site.territory else ""),
    Column("code", _("code du territoire"), lambda site: site.territory.address if site.territory else ""),
    Column("state", _("étape"), lambda site: str(site.get_state_display())),
    Column("mode", _("mode d’essaimage"), lambda site: str(site.get_mode_display()) if site.mode else ""),
    Column("committed_on", _("engagée le"), lambda site: _day(site.committed_on)),
    Column("live_on", _("en service le"), lambda site: _day(site.live_on)),
    Column("stopped_on", _("arrêtée le"), lambda site: _day(site.stopped_on), by_default=False),
    Column("target", _("bénéficiaires visés"), lambda site: site.beneficiaries_target, by_default=False),
    Column("address", _("adresse"), lambda site: site.get_absolute_url(), here=True),
)  # fmt: skip
