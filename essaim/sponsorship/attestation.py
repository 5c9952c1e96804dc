"""What a sponsor gave, as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import HelpRequest, Proposal, Sponsor
from .notifications import shown

TEMPLATE = Path(__file__).parent / "templates_typst" / "attestation.typ"


class Given(NamedTuple):
    taken: int
    helped: int
    minutes: int
    since: Any


def given_by(sponsor: Sponsor) -> Given:
    """Requests taken up, those that helped, and the time; one query."""
    held = HelpRequest.objects.filter(
        pk__in=Proposal.objects.filter(
            sponsor=sponsor, state__in=[Proposal.State.TAKEN, Proposal.State.ENDED]
        ).values("request")
    )
    found = held.aggregate(
        taken=Count("pk"),
        helped=Count("pk", filter=Q(state__in=["helped", "helped_in_part"])),
        minutes=Sum("minutes"),
        since=Min("taken_on"),
    )
    return Given(found["taken"], found["helped"], found["minutes"] or 0, found["since"])


def time_text(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}
    text = ngettext("%(n)s heure", "%(n)s heures", hours) % {"n": hours}
    return f"{text} {rest:02d}" if rest else text


def attestation_data(sponsor: Sponsor) -> dict[str, Any]:
    """Every text of the page, in the reader's language."""
    given = given_by(sponsor)

    def day(value: Any) -> str:
        return date_format(value, "DATE_FORMAT") if value else "–"

    rows = [
        (_("Employeur"), sponsor.employer.name),
        (_("Territoire"), sponsor.territory.label),
        (_("Cadre juridique"), str(sponsor.get_legal_frame_display())),
        (_("Texte"), settings.SPONSORSHIP["legal_frames"][sponsor.legal_frame]),
        (
            _("Accord de l’employeur"),
            _("%(state)s, du %(start)s au %(end)s")
            % {
                "state": sponsor.get_agreement_display(),
                "start": day(sponsor.starts_on),
                "end": day(sponsor.ends_on),
            },
        ),
        (_("Demandes prises en charge"), str(given.taken)),
        (_("Demandes qui ont abouti à une aide"), str(given.helped)),
        (_("Temps donné"), time_text(given.minutes)),
        (_("Depuis le"), day(given.since)),
    ]
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "title": _("Attestation de parrainage"),
        "name": shown(sponsor.user),
        "rows": [{"label": label, "value": value} for label, value in rows],
        "made_on": _("Établi le %(date)s.") % {"date": day(timezone.localdate())},
        "page": _("Page"),
    }


def attestation_pdf(sponsor: Sponsor) -> bytes:
    import typst

    data = json.dumps(attestation_data(sponsor), ensure_ascii=False)
    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
