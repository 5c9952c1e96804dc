"""The annual report: generated, edited by a person, published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.insights.models import AnnualReport, Figure, Snapshot
from essaim.people.models import User


def _figures(snapshot: Snapshot) -> list[Figure]:
    found = Figure.objects.filter(snapshot=snapshot).of_the_whole()
    return list(found.filter(scope="public").order_by("pk"))


def _frozen(snapshot: Snapshot, before: Snapshot | None) -> list[dict[str, Any]]:
    """Figures as plain values, with that of the year before: the report's no longer move. Codes
    and keys, no words: they are said in the reader's language."""
    known = {
        (f.key, f.dimension, f.code): f.value
        for f in (_figures(before) if before is not None else [])
    }

    def earlier(f: Figure) -> str | None:
        value = known.get((f.key, f.dimension, f.code))
        return None if value is None else str(value)

    return [
        {
            "key": f.key, "dimension": f.dimension, "code": f.code,
            **{
                name: None if getattr(f, name) is None else str(getattr(f, name))
                for name in ("value", "low", "high")
            },
            "counted": f.counted, "total": f.total, "before": earlier(f),
        }
        for f in _figures(snapshot)
    ]  # fmt: skip


def kept_for(year: int) -> Snapshot | None:
    """The computation kept nearest the end of that year, at most ``report_days`` from it; of the
    year that is not over, the latest."""
    if year >= timezone.localdate().year:
        return Snapshot.objects.first()
    end = timezone.make_aware(dt.datetime(year + 1, 1, 1))
    reach = dt.timedelta(days=settings.INSIGHTS["report_days"])
    around = Snapshot.objects.filter(computed_at__range=(end - reach, end + reach))
    return min(around, key=lambda each: abs(each.computed_at - end), default=None)


def _taken(year: int) -> dict[str, Any]:
    """Figures of a year with their dates. Raises DomainError where none are kept."""
    snapshot = kept_for(year)
    if snapshot is None and not Snapshot.objects.exists():
        raise DomainError(_("Aucun chiffre n’est encore calculé : demandez d’abord un calcul."))
    if snapshot is None:
        raise DomainError(
            _(
                "Aucun calcul n’est gardé autour de la fin de %(year)s (à %(days)s jours près) : les"
                " chiffres d’aujourd’hui ne sont pas ceux de cette année-là."
            )
            % {"year": year, "days": settings.INSIGHTS["report_days"]},
            field="year",
        )
    before = kept_for(year - 1)
    if before is not None and before.pk == snapshot.pk:
        before = None
    return {
        "figures": _frozen(snapshot, before),
        "figures_at": snapshot.computed_at,
        "compared_at": before.computed_at if before is not None else None,
    }


@transaction.atomic
def prepare(year: int, *, by: User) -> AnnualReport:
    """Raises DomainError: a report of that year exists, no figures of that year are kept."""
    taken = _taken(year)
    report, made = AnnualReport.objects.get_or_create(
        year=year,
        defaults={
            "title": _("Rapport annuel %(year)s") % {"year": year},
            "introduction": _(
                "Ce rapport dit ce qui est prouvé, où cela se reprend, quelle part du besoin est "
                "couverte, et ce que l’argent public y a fait."
            ),
            "limits": _(
                "Chaque total dit sur combien de fiches ou de sites il repose. Ce qui n’a pas été dit "
                "n’est pas compté pour zéro."
            ),
            **taken,
            "by": by,
        },
    )
    if not made:
        raise DomainError(_("Le rapport de cette année existe déjà."), field="year")
    return report


def _locked(report: AnnualReport) -> AnnualReport:
    return AnnualReport.objects.select_for_update().get(pk=report.pk)


def _refuse_published(report: AnnualReport) -> None:
    if not can_proceed(report.publish):
        raise DomainError(_("Ce rapport est publié : reprenez-le en préparation d’abord."))


@transaction.atomic
def edit(report: AnnualReport, *, by: User, version: int, **fields: str) -> AnnualReport:
    """Raises DomainError: published meanwhile, or changed by someone else since."""
    report = _locked(report)
    _refuse_published(report)
    if report.version != version:
        raise DomainError(
            _("Ce rapport a changé depuis que vous l’avez ouvert : copiez votre texte, rouvrez-le.")
        )
    for name in ("title", "introduction", "highlights", "limits"):
        setattr(report, name, fields[name])
    report.version += 1
    report.by = by
    report.save()
    return report


@transaction.atomic
def refresh(report: AnnualReport) -> AnnualReport:
    """Take the figures kept nearest the end of its year, the latest while it is not over; the words
    stay."""
    report = _locked(report)
    _refuse_published(report)
    for name, value in _taken(report.year).items():
        setattr(report, name, value)
    report.version += 1
    report.save()
    return report


@transaction.atomic
def publish(report: AnnualReport) -> AnnualReport:
    report = _locked(report)
    _refuse_published(report)
    report.publish()
    report.save()
    return report


@transaction.atomic
def take_back(report: AnnualReport) -> AnnualReport:
    report = _locked(report)
    if not can_proceed(report.take_back):
        raise DomainError(_("Ce rapport n’est pas publié."))
    report.take_back()
    report.save()
    return report
