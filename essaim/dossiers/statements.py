"""What the organisation states on its honour, in which words; given once, for all its files.

A text that changes takes a new version: what was given before was given on the old words, which
stay here. The operator checks them with its legal service, since law changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Text:
    key: str
    version: str
    label: Any
    text: Any
    needs_amount: bool = False  # euros over three fiscal years


TEXTS = {
    each.key: each
    for each in (
        Text(
            "regular", "2026-1", _("Situation régulière"),
            _("L’organisation est à jour de ses obligations administratives, comptables, sociales et fiscales."),
        ),
        Text(
            "republican_commitment", "2026-1", _("Contrat d’engagement républicain"),
            _("L’organisation souscrit au contrat d’engagement républicain annexé au décret n° 2021-1947 du 31 décembre 2021, ou en est dispensée par son statut."),
        ),
        Text(
            "charter", "2026-1", _("Charte des engagements réciproques"),
            _("L’organisation respecte les principes de la Charte des engagements réciproques entre l’État, les collectivités territoriales et les associations, ainsi que ses déclinaisons."),
        ),
        Text(
            "de_minimis", "2026-1", _("Aides de minimis"),
            _("L’organisation déclare le montant des aides publiques perçues au titre des règlements européens de minimis pendant les trois dernières années."),
            needs_amount=True,
        ),
        Text(
            "exact", "2026-1", _("Exactitude"),
            _("Les informations des dossiers de l’organisation sont exactes et sincères, y compris les demandes déposées auprès d’autres financeurs publics."),
        ),
    )
}  # fmt: skip
