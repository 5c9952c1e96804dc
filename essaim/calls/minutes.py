"""The minutes of a jury as an accessible PDF (PDF/UA-1): meetings, who was there, who kept out,
votes, decisions. No reader is named.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.money import show_euros

from .models import Application, Call, Decision, Deliberation, Outcome

TEMPLATES = Path(__file__).parent / "templates_typst"


def minutes_data(call: Call) -> dict[str, Any]:
    """Every text of the page, in the reader's language."""
    deliberation = Deliberation.objects.filter(call=call).first()
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "title": _("Procès-verbal de délibération"),
        "name": call.title,
        "organiser": call.organiser.name,
        "status": _("Résultats publiés le %(date)s.")
        % {"date": date_format(timezone.localtime(call.results_at), "DATETIME_FORMAT")}
        if call.results_at
        else _("PROJET : les décisions ne sont pas publiées."),
        "meetings_title": _("Réunions"),
        "meetings": [
            _meeting(call, each) for each in call.meetings.prefetch_related("attendances")
        ],
        "no_meeting": _("Aucune réunion n’est notée."),
        "recusals_title": _("Déports"),
        "recusals": _recusals(call),
        "no_recusal": _("Aucun déport."),
        "how_title": _("Comment il a été décidé"),
        "how": _how(deliberation),
        "decisions_title": _("Décisions"),
        "columns": [_("N°"), _("Candidature"), _("Voix"), _("Montant")],
        "groups": _groups(call),
        "changes_title": _("Changements depuis la publication"),
        "changes": _changes(call),
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        "signature": _("Pour le jury, nom, qualité et signature :"),
        "page": _("Page"),
    }


def _meeting(call: Call, meeting: Any) -> dict[str, Any]:
    where = " – ".join(each for each in (meeting.place, meeting.link) if each)
    people = list(meeting.attendances.all())
    return {
        "title": date_format(meeting.at.astimezone(call.clock), "DATETIME_FORMAT"),
        "where": where,
        "present": [f"{p.name} ({p.get_part_display()})" for p in people if p.is_present],
        "absent": [p.name for p in people if not p.is_present],
        "present_label": _("Présents :"),
        "absent_label": _("Excusés ou absents :"),
        "notes": meeting.notes,
    }


def _recusals(call: Call) -> list[str]:
    rows = call.recusals.select_related("person", "application")
    return [
        _("%(who)s n’a pris part à rien de ce qui concerne la candidature n° %(number)s.")
        % {
            "who": row.person.name if row.person else _("Une personne dont le compte est fermé"),
            "number": row.application.number,
        }
        for row in rows
    ]


def _how(deliberation: Deliberation | None) -> list[str]:
    if deliberation is None:
        return []
    lines = []
    if deliberation.four_eyes:
        lines.append(
            _("Chaque décision a été préparée par une personne et vérifiée par une autre.")
        )
    if deliberation.uses_scores:
        lines.append(
            _("Les rangs et les notes des lectures ont éclairé les décisions ; ils ne les ont pas"
              " prises.")
        )  # fmt: skip
    if deliberation.uses_adjusted:
        lines.append(_("Le classement est fait sur les notes corrigées de la sévérité."))
    lines += [
        _("Quota : %(key)s, %(least)s au moins.") % {"key": each["key"], "least": each["least"]}
        for each in deliberation.quotas
    ]
    return lines


def _groups(call: Call) -> list[dict[str, Any]]:
    rows = (
        Decision.objects.filter(call=call)
        .standing()
        .select_related("application__organisation", "application__person")
        .order_by("rank", "application__number")
    )
    groups: dict[str, list[list[str]]] = {value: [] for value in Outcome.values}
    for row in rows:
        groups[row.outcome].append(_line(row))
    found = [
        {"title": str(Outcome(value).label).capitalize(), "rows": lines}
        for value, lines in groups.items()
        if lines
    ]
    refused = Application.objects.filter(call=call, state="ineligible").select_related(
        "organisation", "person"
    )
    lines = [
        [str(each.number), f"{each.title}\n{_applicant(each)}", "", ""]
        for each in refused.order_by("number")
    ]
    if lines:
        found.append({"title": _("Irrecevables"), "rows": lines})
    return found


def _line(row: Decision) -> list[str]:
    application = row.application
    votes = ""
    if row.votes_for is not None:
        votes = _("%(yes)s pour, %(no)s contre, %(none)s abstentions") % {
            "yes": row.votes_for, "no": row.votes_against or 0, "none": row.abstentions or 0,
        }  # fmt: skip
    rank = f"{row.rank}. " if row.rank else ""
    amount = show_euros(row.amount_cents) if row.amount_cents is not None else ""
    name = f"{rank}{application.title}\n{_applicant(application)}"
    return [str(application.number), name, votes, amount]


def _applicant(application: Application) -> str:
    if application.organisation is not None:
        return application.organisation.name
    return application.person.name if application.person else ""


def _changes(call: Call) -> list[str]:
    from .models import DecisionChange

    rows = DecisionChange.objects.filter(application__call=call).select_related("application")
    return [
        _("%(date)s, n° %(number)s : %(cause)s.")
        % {
            "date": date_format(timezone.localdate(row.at), "DATE_FORMAT"),
            "number": row.application.number,
            "cause": row.get_cause_display(),
        }
        for row in rows
    ]


def minutes_pdf(call: Call) -> bytes:
    import typst

    made: bytes = typst.compile(
        str(TEMPLATES / "minutes.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(minutes_data(call), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
