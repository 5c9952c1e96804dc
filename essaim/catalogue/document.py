"""The catalogue as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.catalogue.selection import Selection, for_catalogue, mode_of
from essaim.common.money import euros
from essaim.common.privacy import mask_personal
from essaim.common.templatetags.essaim import partial_date

TEMPLATE = Path(__file__).parent / "templates_typst" / "catalogue.typ"


def catalogue_data(selection: Selection, among: Collection[int] | None = None) -> dict[str, Any]:
    """Every text of the document, in the reader's language. Titles and sentences are masked as a
    visitor reads them. ``among``: no other card than these (primary keys)."""
    chosen = selection.cards()
    if among is not None:
        chosen = chosen.filter(pk__in=among)
    cards = list(for_catalogue(chosen))
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "title": _("Offre d’initiatives à dupliquer"),
        "said": selection.said(),
        "count": ngettext("%(n)s initiative", "%(n)s initiatives", len(cards)) % {"n": len(cards)},
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        "contents": _("Sommaire"),
        "page": _("Page"),
        "none": _("Aucune initiative ne répond à ces filtres."),
        "cards": [_entry(card) for card in cards],
    }


def _entry(card: Any) -> dict[str, Any]:
    rows = [(_("Porteur"), card.holder.name if card.holder else "")]
    places = [place.label for place in card.territories.all()]
    rows.append((_("Territoires"), ", ".join(places[:6]) + (" …" if len(places) > 6 else "")))
    rows.append((_("Thèmes"), ", ".join(str(theme) for theme in card.themes.all())))
    rows.append((_("Mode"), mode_of(card)))
    if card.proof_level:
        rows.append((_("Preuve"), _("niveau %(level)s sur 5") % {"level": card.proof_level}))
    if card.first_year_cost is not None:
        rows.append(
            (
                _("Coût pour commencer"),
                _("environ %(cost)s") % {"cost": euros(card.first_year_cost)},
            )
        )
    if card.has_materials:
        rows.append((_("Kit"), _("matériel réutilisable")))
    rows.append((_("Vérifiée"), partial_date(card.checked_on) if card.checked_on else _("jamais")))
    return {
        "title": mask_personal(card.title),
        "summary": mask_personal(card.summary),
        "rows": [{"label": label, "value": mask_personal(value)} for label, value in rows if value],
        "address": f"{settings.PUBLIC_URL}{card.get_absolute_url()}",
    }


def catalogue_pdf(selection: Selection, among: Collection[int] | None = None) -> bytes:
    import typst

    data = json.dumps(catalogue_data(selection, among), ensure_ascii=False)
    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
