"""The receipt, and what was submitted, as accessible PDFs (PDF/UA-1): see ``dossiers/document``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.calls import clock
from essaim.calls.models import Kind, Partner, Submission
from essaim.calls.reading import APPLICANT, applicant_name, sections_of_version
from essaim.common.money import show_euros
from essaim.common.typography import in_series
from essaim.dossiers.document import made, table
from essaim.dossiers.reading import Row


def receipt_facts(version: Submission) -> list[tuple[str, str]]:
    """What a receipt must name (code des relations entre le public et l’administration, R. 112-5;
    § 15 of the domain): when it arrived, who instructs, whom to ask, when silence is an answer."""
    application, call = version.application, version.application.call
    answer_by = timezone.localdate(version.at) + dt.timedelta(days=call.answer_days)
    contact = " – ".join(part for part in (call.contact_email, call.contact_phone) if part)
    facts = [
        (_("Candidature"), f"n° {application.number} – {version.content['title']}"),
        (_("Appel"), call.title),
        (_("Déposée le"), clock.shown(version.at, call)),
        (_("Version"), str(version.number)),
        (_("Service qui instruit"), call.service or call.organiser.name),
        (_("Contact"), contact or call.organiser.name),
        (
            _("Réponse attendue au plus tard le"),
            date_format(max(answer_by, call.results_on or answer_by), "DATE_FORMAT"),
        ),
        (
            _("Sans réponse à cette date"),
            _("Le silence gardé ne vaut pas acceptation.")
            if call.kind == Kind.PRIZE
            else _("Le silence gardé sur une demande de subvention vaut rejet (code des relations entre le public et l’administration, article L. 231-4)."),
        ),
        (
            _("Voies et délais de recours"),
            call.appeal
            or _("Recours gracieux auprès du service, ou recours devant le tribunal administratif, dans les %(days)s jours de la décision.")
            % {"days": call.appeal_days},
        ),
        (_("Empreinte (SHA-256) de ce qui est déposé"), version.sha256),
    ]  # fmt: skip
    return facts


def receipt_document(version: Submission) -> bytes:
    rows = [{"label": label, "value": value} for label, value in receipt_facts(version)]
    files = [
        {"label": row["name"], "value": f"SHA-256 : {row['sha256']}"}
        for row in version.content["files"]
    ]
    sections: list[dict[str, Any]] = [
        {"title": _("Ce récépissé atteste"), "rows": rows, "tables": []}
    ]
    if files:
        sections.append({"title": _("Fichiers joints"), "rows": files, "tables": []})
    return made(
        {
            "title": _("Récépissé de candidature"),
            "form": _("Récépissé de dépôt"),
            "name": _named(version),
            "subject": version.content["title"],
            "facts": [
                _("Ce récépissé atteste du dépôt, non de la recevabilité.")
            ],
            "sections": sections,
        }
    )  # fmt: skip


def version_document(version: Submission, *, persons_too: bool = True) -> bytes:
    application, call = version.application, version.application.call
    sections = [
        {
            "title": str(section.block.title),
            "rows": [
                {"label": row.label, "value": row.text or _("non renseigné")}
                for row in section.rows
                if row.costs is None
            ],
            "tables": [_costs(row) for row in section.rows if row.costs and row.costs.lines],
        }
        for section in sections_of_version(version, persons_too=persons_too)
    ]
    partners = partners_of_version(version)
    if partners:
        rows = [{"label": row["organisation"], "value": _partner(row)} for row in partners]
        sections.append({"title": _("Partenaires signataires"), "rows": rows, "tables": []})
    return made(
        {
            "title": _("Candidature n° %(n)s") % {"n": application.number},
            "form": call.title,
            "name": _named(version),
            "subject": version.content["title"],
            "facts": [
                _("Version %(n)s, déposée le %(when)s.")
                % {"n": version.number, "when": clock.shown(version.at, call)},
                _("Empreinte : %(sha)s") % {"sha": version.sha256},
            ],
            "sections": sections,
        }
    )


def _named(version: Submission) -> str:
    """As submitted: a person's name while it is kept."""
    said = version.content["applicant"]["name"]
    people = getattr(version, "persons", None)
    person = people.content.get(APPLICANT, {}).get("name", "") if people else ""
    return said or person or applicant_name(version.application)


def partners_of_version(version: Submission) -> list[dict[str, Any]]:
    roles = dict(Partner.Role.choices)
    return [
        {
            **row,
            "role_label": str(roles.get(row["role"], row["role"])),
            "signed_on": parse_date(row["signed_on"]) if row["signed_on"] else None,
            "amount": show_euros(row["amount_cents"]) if row["amount_cents"] is not None else "",
        }
        for row in version.content["partners"]
    ]


def _partner(row: dict[str, Any]) -> str:
    signed = (
        _("a signé le %(day)s") % {"day": date_format(row["signed_on"], "DATE_FORMAT")}
        if row["signed_on"]
        else ""
    )
    parts = (row["role_label"], row["territory"], row["part"], row["amount"], signed)
    return in_series(part for part in parts if part)


def _costs(row: Row) -> dict[str, Any]:
    costs = row.costs
    assert costs is not None
    lines = [
        [line["label"], show_euros(line["amount_cents"]), show_euros(line["requested_cents"])]
        for line in costs.lines
    ]
    lines.append([_("Total"), show_euros(costs.total), show_euros(costs.requested)])
    return table(row.label, [_("Dépense"), _("Montant"), _("Dont demandé")], lines, 2)
