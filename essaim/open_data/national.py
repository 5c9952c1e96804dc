"""Tables that a national schema describes: its columns, its constraints, its own words in cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.funding.models import LegalAct
from essaim.funding.scdl import LONGEST, rows_of
from essaim.open_data.tables import TABLES, Column, Table

SIRET = {"pattern": r"^\d{14}$"}
PERIOD = {"pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?$"}
IN_KIND = (
    *("aide en numéraire", "aide en nature"),
    *("aide en numéraire;aide en nature", "aide en nature;aide en numéraire"),
)
NOT_GIVEN = _("Vide où l’organisation n’a pas donné de SIRET : il n’est pas deviné.")
GRANTS = Table(
    "grants",
    _("Subventions attribuées"),
    _(
        "Toutes les subventions des groupements publics, une ligne par acte juridique et par"
        " bénéficiaire, dans le schéma national « subventions » (SCDL 2.1)."
    ),
    [
        Column("nomAttribuant", "string", _("Attribuant"), True),
        Column("idAttribuant", "string", _("SIRET de l’attribuant"), help=NOT_GIVEN, limits=SIRET),
        Column("dateConvention", "date", _("Date de la convention"), True,
               help=_("De l’acte, où il n’y a pas de convention.")),
        Column("referenceDecision", "string", _("Référence de la décision"), True),
        Column("nomBeneficiaire", "string", _("Bénéficiaire"),
               help=_("Le repreneur ; le porteur de la fiche, où le site n’a pas de repreneur et pour ce qui paie son transfert.")),
        Column("idBeneficiaire", "string", _("SIRET du bénéficiaire"), help=NOT_GIVEN, limits=SIRET),
        Column("rnaBeneficiaire", "string", _("RNA du bénéficiaire"),
               limits={"pattern": r"^W\d{9}$"}),
        Column("objet", "string", _("Objet"), True, limits={"maxLength": LONGEST}),
        Column("montant", "number", _("Montant (€)"), True, limits={"minimum": 0}),
        Column("nature", "string", _("Nature"), True, choices=IN_KIND),
        Column("conditionsVersement", "string", _("Conditions de versement"), True,
               limits={"maxLength": 256}),
        Column("datesPeriodeVersement", "string", _("Date ou période de versement"),
               help=_("Vide tant qu’aucun versement n’est prévu."), limits=PERIOD),
        Column("idRAE", "string", _("Identifiant RAE"), limits={"maxLength": 5}),
        Column("notificationUE", "boolean", _("Aide notifiée à la Commission européenne"), True,
               told={"trueValues": ["oui"], "falseValues": ["non"]}),
        Column("pourcentageSubvention", "number", _("Part dans ce que coûte le site"), True,
               help=_("En fraction décimale : 0.45 pour 45 %."),
               limits={"minimum": 0.01, "maximum": 1}),
        Column("dispositifAide", "string", _("Dispositif d’aide"), True),
    ],
    key="",
    extra={
        "sources": [
            {
                "title": "SCDL Subventions 2.1",
                "path": "https://schema.data.gouv.fr/scdl/subventions/",
            }
        ]
    },
)  # fmt: skip
NUMBERS = {column.name for column in GRANTS.columns if column.type == "number"}
# What files hold; the API's own tables, and those that leave as files alone.
FILE_TABLES = {**TABLES, GRANTS.name: GRANTS}


def grants(acts: Iterable[LegalAct]) -> list[dict[str, Any]]:
    """Of acts read by ``for_scdl``: numbers as numbers, what is not known as nothing."""
    return [
        {
            name: float(value) if name in NUMBERS else value or None
            for name, value in row.items()
        }
        for row in rows_of(acts)
    ]  # fmt: skip
