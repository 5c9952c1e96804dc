"""The annual report as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.templatetags.essaim import colon
from essaim.common.text import without_marks
from essaim.insights import reading
from essaim.insights.definitions import DIMENSIONS
from essaim.insights.models import AnnualReport, ReportState

TEMPLATE = Path(__file__).parent / "templates_typst" / "report.typ"


def report_data(report: AnnualReport) -> dict[str, Any]:
    """Every text of the document, in the reader's language."""
    board = reading.of_report(report)
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "title": report.title,
        "draft": "" if report.state == ReportState.PUBLISHED else _("En préparation : non publié."),
        "made_on": _("Chiffres du %(date)s.")
        % {"date": date_format(timezone.localtime(report.figures_at), "DATE_FORMAT")},
        "page": _("Page"),
        "colon": colon(),
        "texts": [
            {"title": title, "paragraphs": without_marks(body).split("\n\n")}
            for title, body in (
                ("", report.introduction),
                (_("Ce que l’année a montré"), report.highlights),
            )
            if body
        ],
        "figures": _("Les chiffres"),
        "sections": [
            {
                "title": str(section.title),
                "figures": [_figure(each, board.departments) for each in figures],
            }
            for section, figures in board.sections
        ],
        "limits": {
            "title": _("Ce que ces chiffres ne disent pas"),
            "paragraphs": without_marks(report.limits).split("\n\n") if report.limits else [],
        },
        "headings": [_("Selon"), _("Valeur"), _("Intervalle")],
    }


def _figure(shown: reading.Shown, departments: list[reading.Part]) -> dict[str, Any]:
    cuts = dict(shown.parts)
    if shown.definition.key == "sites" and departments:
        cuts["department"] = departments
    return {
        "title": str(shown.definition.title),
        "value": shown.value if shown.figure else "",
        "interval": shown.interval,
        "coverage": "\n".join(
            filter(
                None,
                [
                    _("L’année d’avant : %(value)s") % {"value": shown.before}
                    if shown.before
                    else "",
                    shown.coverage,
                ],
            )
        ),
        "what": str(shown.definition.what),
        "tables": [
            {
                "title": str(DIMENSIONS[name]),
                "intervals": any(p.interval for p in parts),
                "rows": [[p.label, p.value, p.interval] for p in parts],
            }
            for name, parts in cuts.items()
        ],
    }


def report_pdf(report: AnnualReport) -> bytes:
    import typst

    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": json.dumps(report_data(report), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
