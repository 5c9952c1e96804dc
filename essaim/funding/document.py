"""An option as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.money import show_euros

from .models import Option
from .reading import shares_of
from .templatetags.funding import show_share

TEMPLATES = Path(__file__).parent / "templates_typst"


def option_data(option: Option) -> dict[str, Any]:
    """Every text of the page, in the reader's language."""
    pool = option.pool
    rows = [
        (_("Initiative"), pool.initiative.title),
        (_("Financeur"), option.funder.name),
        (_("Territoire"), option.territory.label),
        (_("Montant de l’option"), show_euros(option.amount_cents)),
        (_("État"), str(option.get_state_display())),
        (_("Valable jusqu’au"), date_format(option.expires_on, "DATE_FORMAT")),
        (_("Chef de file"), pool.lead.name),
        (_("Territoire pilote"), pool.pilot_territory.label),
        (_("Montant par site"), show_euros(pool.site_cents)),
    ]
    if option.adopter is not None:
        rows.append((_("Repreneur"), option.adopter.name))
    site = Option.objects.of_site(option).counted().order_by("pk")
    if share := shares_of(site).get(option.pk):
        rows.append((_("Part du site"), show_share(share)))
    if option.confirmed_cents is not None:
        rows.append((_("Montant confirmé"), show_euros(option.confirmed_cents)))
    if option.conditions:
        rows.append((_("Conditions"), option.conditions))
    rule = _(
        "Preuve du concept : plus de %(majority)s %% des votants, quorum de %(quorum)s %% des membres."
    )
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "title": _("Option sur une subvention d’essaimage"),
        "name": f"{option.funder.name} – {option.territory.label}",
        "rows": [{"label": label, "value": value} for label, value in rows],
        "notice": _(
            "Une option est une intention : elle n’engage pas de fonds publics. Seule une"
            " délibération ou une décision du financeur les engage."
        ),
        "rule": rule % {"majority": pool.majority_percent, "quorum": pool.quorum_percent},
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        "page": _("Page"),
    }


def option_pdf(option: Option) -> bytes:
    return compiled("option.typ", option_data(option))


def compiled(template: str, data: dict[str, Any]) -> bytes:
    """An accessible PDF of a template of this room."""
    import typst

    made: bytes = typst.compile(
        str(TEMPLATES / template),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
