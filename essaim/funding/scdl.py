"""Grants in the national schema « subventions » (SCDL 2.1): what each funder must publish.

One row for each legal act and each of its beneficiaries: the platform knows the acts, not what the
funder had published before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from essaim.common.privacy import mask_personal
from essaim.common.spreadsheets import safe
from essaim.dossiers.prefill import rna_of
from essaim.people.models import Organisation

from .beneficiaries import beneficiary_of, for_parts, parts_of
from .models import LegalAct, Option, Pool, SiteCost

COLUMNS = (
    *("nomAttribuant", "idAttribuant", "dateConvention", "referenceDecision"),
    *("nomBeneficiaire", "idBeneficiaire", "rnaBeneficiaire", "objet", "montant", "nature"),
    *("conditionsVersement", "datesPeriodeVersement", "idRAE", "notificationUE"),
    *("pourcentageSubvention", "dispositifAide"),
)
LONGEST = 256  # characters of « objet »


def row_of(
    act: LegalAct,
    beneficiary: Organisation | None,
    cents: int,
    rna: dict[int, str] | None = None,
    budgets: dict[int, int] | None = None,
) -> dict[str, Any]:
    """What one beneficiary gets by an act. The schema asks for SIRETs: where an organisation gave
    none, the cell is left empty rather than guessed. ``rna``: of organisations, by key;
    ``budgets``: cents that a site costs where it has its own, by its first option."""
    option = act.option
    site_cents = (budgets or {}).get(option.cofunds_id or option.pk, option.pool.site_cents)
    instalments = sorted(
        each.planned_on
        for each in option.instalments.all()
        if each.cancelled_on is None and beneficiary_of(option, each) == beneficiary
    )
    period = ""
    if instalments:
        first, last = instalments[0].isoformat(), instalments[-1].isoformat()
        period = first if first == last else f"{first}/{last}"
    return {
        "nomAttribuant": mask_personal(option.funder.name),
        "idAttribuant": option.funder.siret,
        "dateConvention": (act.convention_on or act.on).isoformat(),
        "referenceDecision": act.reference,
        "nomBeneficiaire": mask_personal(beneficiary.name) if beneficiary else "",
        "idBeneficiaire": beneficiary.siret if beneficiary else "",
        "rnaBeneficiaire": (rna or {}).get(beneficiary.pk, "") if beneficiary else "",
        "objet": _purpose(option),
        "montant": f"{Decimal(cents) / 100:.2f}",
        "nature": "aide en numéraire",
        "conditionsVersement": "échelonné" if len(instalments) > 1 else "unique",
        "datesPeriodeVersement": period,
        "notificationUE": "non",
        # Of the grant in what the site costs, as a decimal fraction.
        "pourcentageSubvention": _share(cents, site_cents),
        "dispositifAide": "subvention d’essaimage",
    }


def _purpose(option: Option) -> str:
    """What it is for and where, within the schema's 256 characters: the place stays whole."""
    title, place = mask_personal(option.pool.initiative.title), f" – {option.territory.label}"
    room = LONGEST - len(place)
    return (title if len(title) <= room else f"{title[: room - 1].rstrip()}…") + place


def _share(part: int, whole: int) -> str:
    """From 0.01, the least that the schema takes, to 1."""
    hundredth = Decimal("0.01")
    return str(min(Decimal(1), max(hundredth, (Decimal(part) / whole).quantize(hundredth))))


def _budgets(acts: Iterable[LegalAct]) -> dict[int, int]:
    first = {act.option.cofunds_id or act.option.pk for act in acts}
    own = SiteCost.objects.filter(option__in=first).order_by().values("option")
    return {row["option"]: int(row["total"]) for row in own.annotate(total=Sum("amount_cents"))}


def for_scdl(acts: Any) -> Any:
    return for_parts(acts).select_related("option__funder", "option__territory")


def rows_of(acts: Iterable[LegalAct]) -> list[dict[str, Any]]:
    """Of acts read by ``for_scdl``, one for each beneficiary; two queries more, whatever their
    number."""
    rows = list(acts)
    parts = [(act, whose, cents) for act in rows for whose, cents in parts_of(act)]
    rna = rna_of({whose.pk for _act, whose, _cents in parts if whose is not None})
    budgets = _budgets(rows)
    return [row_of(act, whose, cents, rna, budgets) for act, whose, cents in parts]


def lines_of(acts: Iterable[LegalAct]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows_of(acts):
        writer.writerow({key: safe(value) for key, value in row.items()})
    return out.getvalue()


def scdl_lines(pool: Pool) -> str:
    return lines_of(for_scdl(LegalAct.objects.filter(option__pool=pool)).order_by("on", "pk"))
