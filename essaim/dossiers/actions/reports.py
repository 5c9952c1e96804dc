"""The account given of the money: lines planned and realised, gaps explained (Cerfa 15059)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.typography import in_series
from essaim.dossiers import notifications, rules, targets
from essaim.dossiers.accounts import MOST_CENTS, account_label, in_order, totals
from essaim.dossiers.models import Application, FinancialReport, State
from essaim.dossiers.unreported import unreported

from .common import lock, require_signer, require_writer

TEXTS = ("done", "participants", "places", "objectives", "indirect", "gaps", "in_kind", "remarks")


class ReportConflict(DomainError):
    """Someone saved this report since the form was opened."""

    def __init__(self, report: FinancialReport):
        super().__init__(
            _("Quelqu’un d’autre a enregistré ce compte rendu depuis : relisez, puis enregistrez de nouveau.")
        )  # fmt: skip
        self.report = report


@transaction.atomic
def start_report(
    application: Application,
    *,
    by: Any,
    submission: uuid.UUID,
    starts_on: dt.date,
    ends_on: dt.date,
) -> FinancialReport:
    """Its lines are those of the latest submitted budget."""
    application = lock(application)
    require_writer(by, application)
    known = made_by_form(FinancialReport.objects, submission, application=application)
    if known is not None:
        return known
    if not rules.can_report(by, application):
        raise DomainError(_("Rien n’a encore été versé : il n’y a rien à rendre compte."))
    if ends_on <= starts_on:
        raise DomainError(_("La fin de la période vient après son début."), field="ends_on")
    if ends_on > timezone.localdate():
        raise DomainError(_("Cette période n’est pas terminée."), field="ends_on")
    if application.reports.filter(ends_on=ends_on).exists():
        raise DomainError(_("Cette période a déjà son compte rendu."), field="ends_on")
    planned = application.versions.get(number=application.last_number)
    lines = [
        {**line, "realised_cents": None, "why": ""}
        for line in in_order(planned.content["blocks"]["budget"]["lines"])
    ]
    return FinancialReport.objects.create(
        submission=submission, application=application, planned=planned, starts_on=starts_on,
        ends_on=ends_on, content={"lines": lines},
    )  # fmt: skip


@transaction.atomic
def save_report(
    report: FinancialReport, *, by: Any, version: int, realised: list[tuple[int | None, str]],
    texts: dict[str, str],
) -> FinancialReport:  # fmt: skip
    """``realised``: (cents, why it differs) for each line, in their order."""
    lock(report.application)
    report = FinancialReport.objects.select_for_update().get(pk=report.pk)
    require_writer(by, report.application)
    _require_draft(report)
    lines = report.content["lines"]
    if len(realised) != len(lines):
        raise DomainError(_("Les lignes du budget ont changé : rouvrez le compte rendu."))
    if any(cents is not None and not 0 <= cents <= MOST_CENTS for cents, _why in realised):
        raise DomainError(_("Un montant est négatif ou hors de mesure."))
    content = {
        **{name: texts.get(name, "").strip() for name in TEXTS},
        "lines": [
            {**line, "realised_cents": cents, "why": why.strip()}
            for line, (cents, why) in zip(lines, realised, strict=True)
        ],
    }
    if content == report.content:
        return report
    if report.version != version:
        raise ReportConflict(report)
    report.content = content
    report.version += 1
    report.save(update_fields=["content", "version", "at"])
    return report


def unexplained(report: FinancialReport) -> list[str]:
    """Lines whose gap is beyond the setting and has no word of explanation, in either sense."""
    limit = settings.DOSSIERS["gap_percent"]
    found = []
    for line in report.content["lines"]:
        planned, realised = line["amount_cents"], line["realised_cents"] or 0
        far = abs(realised - planned) * 100 > limit * planned
        if far and not line["why"]:
            found.append(line["label"] or account_label(line))
    return found


def missing_in_report(report: FinancialReport) -> list[str]:
    found = []
    content = report.content
    if any(line["realised_cents"] is None for line in content["lines"]):
        found.append(_("le montant réalisé de chaque ligne, zéro compris"))
    for name, label in (
        ("done", _("la mise en œuvre de l’action")),
        ("participants", _("le nombre de bénéficiaires")),
        ("objectives", _("les objectifs atteints")),
    ):
        if not content.get(name):
            found.append(label)
    if lines := unexplained(report):
        found.append(_("la raison des écarts : %(lines)s") % {"lines": in_series(lines)})
    sums = totals(content["lines"], "realised_cents")
    if sums.in_kind_gap:
        found.append(_("des contributions volontaires équilibrées (comptes 86 et 87)"))
    return found


@transaction.atomic
def submit_report(report: FinancialReport, *, by: Any) -> FinancialReport:
    """By who represents the organisation; then it no longer changes."""
    lock(report.application)
    report = FinancialReport.objects.select_for_update().get(pk=report.pk)
    require_signer(by, report.application.organisation)
    if not report.is_writable:
        return report
    if missing := missing_in_report(report):
        raise DomainError(_("Il manque encore : %(what)s.") % {"what": in_series(missing)})
    report.submit()
    report.submitted_at, report.submitted_by = timezone.now(), by
    report.save(update_fields=["state", "submitted_at", "submitted_by"])
    notifications.reported(report.application, by=by)
    return report


def _require_draft(report: FinancialReport) -> None:
    if not report.is_writable:
        raise DomainError(_("Ce compte rendu est déposé : il ne change plus."))


def remind(today: dt.date | None = None) -> int:
    """Tell those whose report is due within the notice, or late, money having been used; each
    period once. Returns how many files."""
    day = today or timezone.localdate()
    notice = dt.timedelta(days=settings.DOSSIERS["report_notice_days"])
    files = Application.objects.exclude(state=State.WITHDRAWN)
    told = 0
    for version, ended in unreported(files, day):
        application = version.application
        found = targets.of(application.applies_to)
        # A file of another age is no news: it waits in the workspace, without a mail.
        recent = due_on(ended) + notice >= day
        if day >= due_on(ended) - notice and recent and found and found[0].is_used(found[1]):
            notifications.report_due(application, ended)
            told += 1
    return told


def due_on(ends_on: dt.date) -> dt.date:
    """Six months after the end of the period (loi n° 2000-321, art. 10; arrêté du 11 octobre
    2006); the delay is a setting, to be checked by the operator."""
    return ends_on + dt.timedelta(days=settings.DOSSIERS["report_days"])
