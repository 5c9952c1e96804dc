"""The status as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .credits import credits_of
from .models import StatusCard
from .notifications import shown
from .wording import agreement_text, days_text, period, replications

TEMPLATE = Path(__file__).parent / "templates_typst" / "attestation.typ"


def attestation_data(card: StatusCard) -> dict[str, Any]:
    """Every text of the page, in the reader's language."""
    rows = [(_("Employeur"), str(card.employer or _("non renseigné")))]
    rows.append((_("Temps pour innover"), days_text(card.innovation_days)))
    rows.append((_("Temps pour conseiller les repreneurs"), days_text(card.advice_days)))
    rows.append((_("Période"), period(card)))
    rows.append((_("Accord de l’employeur"), agreement_text(card)))
    if card.recognition:
        rows.append((_("Reconnaissance"), card.recognition))
    if card.mobility:
        rows.append((_("Mobilité"), card.mobility))
    made = [
        {"title": credit.card.title, "note": replications(credit.replications)}
        for credit in credits_of(card.user)
    ]
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "title": _("Statut d’innovateur public"),
        "name": shown(card.user),
        "rows": [{"label": label, "value": value} for label, value in rows],
        "credits_title": _("Initiatives et reprises créditées"),
        "credits": made,
        "none": _("Aucune initiative publiée à ce jour."),
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        "page": _("Page"),
    }


def attestation_pdf(card: StatusCard) -> bytes:
    import typst

    data = json.dumps(attestation_data(card), ensure_ascii=False)
    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
