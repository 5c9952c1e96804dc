"""The annual report as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.templatetags.essaim import amount, colon
from essaim.common.text import without_marks
from essaim.insights import reading
from essaim.insights.definitions import DIMENSIONS
from essaim.insights.models import AnnualReport, Figure, ReportState

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
        "tables": [_table(name, parts) for name, parts in cuts.items() if parts],
    }


def _table(name: str, parts: list[reading.Part]) -> dict[str, Any]:
    """A breakdown: its interval and on how many it rests, where some part has them."""
    columns: list[tuple[str, list[str]]] = [
        (_("Selon"), [part.label for part in parts]),
        (_("Valeur"), [part.value for part in parts]),
        (_("Intervalle"), [part.interval for part in parts]),
        (_("Comptés / en tout"), [_rests_on(part.figure) for part in parts]),
    ]
    kept = [column for column in columns if any(column[1])]
    return {
        "title": str(DIMENSIONS[name]),
        "headings": [heading for heading, _cells in kept],
        "rows": [list(row) for row in zip(*(cells for _heading, cells in kept), strict=True)],
    }


def _rests_on(figure: Figure) -> str:
    if figure.total is None or figure.counted is None:
        return ""
    return f"{amount(figure.counted)} / {amount(figure.total)}"


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
