"""A version, and a report, as accessible PDFs (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.money import show_euros

from .accounts import account_label, totals
from .forms.acts import FinancialReportForm
from .models import Application, FinancialReport, SubmittedVersion
from .reading import (
    documents_of_version,
    sections_of_version,
    statements_of_version,
)

TEMPLATE = Path(__file__).parent / "templates_typst" / "file.typ"


def made(data: dict[str, Any]) -> bytes:
    import typst

    common = {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "page": _("Page"),
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
    }
    found: bytes = typst.compile(
        str(TEMPLATE), format="pdf",
        sys_inputs={"data": json.dumps({**common, **data}, ensure_ascii=False)},
        pdf_standards=["ua-1"], ignore_system_fonts=True,
    )  # fmt: skip
    return found


def table(caption: str, heads: list[str], rows: list[list[str]], numbers: int) -> dict[str, Any]:
    """``numbers``: how many of the last columns hold amounts."""
    return {"caption": caption, "heads": heads, "rows": rows, "numbers": numbers}


def _budget(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sums = totals(lines)
    found = []
    for side, caption, total in (
        ("charge", _("Charges"), sums.charges + sums.in_kind_charges),
        ("product", _("Produits"), sums.products + sums.in_kind_products),
    ):
        rows = [
            [line["account_label"], line["label"], show_euros(line["amount_cents"])]
            for line in lines
            if line["side"] == side
        ]
        rows.append([_("Total"), "", show_euros(total)])
        found.append(table(caption, [_("Compte"), _("Libellé"), _("Montant")], rows, 1))
    return found


def version_document(application: Application, version: SubmittedVersion) -> bytes:
    """The parts of Cerfa 12156, in its order."""
    sections = []
    for section in sections_of_version(version, application.form):
        rows = section.rows
        sections.append(
            {
                "title": f"{section.block.part}. {section.block.title}",
                "rows": [
                    {"label": row.label, "value": row.text or _("non renseigné")}
                    for row in rows if row.lines is None
                ],
                "tables": [
                    table for row in rows if row.lines for table in _budget(row.lines)
                ],
            }
        )  # fmt: skip
    statements = statements_of_version(version)
    sections.append(
        {
            "title": "7. " + _("Attestations"),
            "rows": [
                {
                    "label": f"{row['label']} ({row['text_version']})",
                    "value": " ".join(
                        part for part in (
                            row["text"], row["amount"],
                            _("Donnée le %(day)s.") % {"day": date_format(row["given_on"], "DATE_FORMAT")},
                        ) if part
                    ),
                }
                for row in statements
            ],
            "tables": [],
        }
    )  # fmt: skip
    documents = documents_of_version(version)
    sections.append(
        {
            "title": _("Pièces jointes"),
            "rows": [
                {"label": row["kind_label"], "value": f"{row['title']} ({row['sha256'][:16]}…)"}
                for row in documents
            ]
            or [{"label": _("Aucune."), "value": ""}],
            "tables": [],
        }
    )
    return made(
        {
            "title": _("Demande de subvention(s)"),
            "form": _("Suit le formulaire Cerfa n° 12156*06"),
            "name": application.organisation.name,
            "subject": application.initiative.title,
            "facts": [
                _("Version %(n)s, déposée le %(day)s.")
                % {"n": version.number, "day": date_format(timezone.localtime(version.at), "DATETIME_FORMAT")},
                _("Subvention demandée : %(amount)s, pour tous les sites et à tous les financeurs.")
                % {"amount": show_euros(version.requested_cents)},
                _("Empreinte : %(sha)s") % {"sha": version.sha256},
            ],
            "sections": sections,
        }
    )  # fmt: skip


def report_document(application: Application, report: FinancialReport) -> bytes:
    """The parts of Cerfa 15059: what was done, the table, the annex."""
    content = report.content
    lines = [{**line, "account_label": account_label(line)} for line in content["lines"]]
    labels = {
        name: str(FinancialReportForm.base_fields[name].label)
        for name in content
        if name in FinancialReportForm.base_fields
    }
    said = {
        name: {"label": label, "value": content[name] or _("non renseigné")}
        for name, label in labels.items()
    }

    def rows(*names: str) -> list[dict[str, str]]:
        return [said[name] for name in names if name in said]

    planned, realised = totals(lines), totals(lines, "realised_cents")
    tables = []
    for side, caption, one, two in (
        ("charge", _("Charges"), planned.charges + planned.in_kind_charges,
         realised.charges + realised.in_kind_charges),
        ("product", _("Produits"), planned.products + planned.in_kind_products,
         realised.products + realised.in_kind_products),
    ):  # fmt: skip
        body = [
            [
                " – ".join(part for part in (line["account_label"], line["label"]) if part),
                line["why"],
                show_euros(line["amount_cents"]),
                # A draft's blank is no zero.
                "–" if line["realised_cents"] is None else show_euros(line["realised_cents"]),
            ]
            for line in lines
            if line["side"] == side
        ]
        body.append([_("Total"), "", show_euros(one), show_euros(two)])
        heads = [_("Ligne"), _("Raison de l’écart"), _("Prévu"), _("Réalisé")]
        tables.append(table(caption, heads, body, 2))
    state = report.get_state_display()
    when = report.submitted_at
    return made(
        {
            "title": _("Compte rendu financier de subvention"),
            "form": _("Suit le formulaire Cerfa n° 15059*02"),
            "name": application.organisation.name,
            "subject": application.initiative.title,
            "facts": [
                _("Du %(start)s au %(end)s.")
                % {"start": date_format(report.starts_on, "DATE_FORMAT"), "end": date_format(report.ends_on, "DATE_FORMAT")},
                _("Déposé le %(day)s.") % {"day": date_format(timezone.localtime(when), "DATETIME_FORMAT")}
                if when else str(state).capitalize(),
            ],
            "sections": [
                {"title": "1. " + _("Bilan qualitatif"), "rows": rows("done", "participants", "places", "objectives"), "tables": []},
                {"title": "2. " + _("Tableau de synthèse"), "rows": [], "tables": tables},
                {"title": "3. " + _("Données chiffrées : annexe"), "rows": rows("indirect", "gaps", "in_kind", "remarks"), "tables": []},
            ],
        }
    )  # fmt: skip
