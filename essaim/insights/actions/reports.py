"""The annual report: generated, edited by a person, published."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.insights.models import AnnualReport, Figure, Snapshot
from essaim.people.models import User


def _frozen() -> list[dict[str, Any]]:
    """Figures of the latest computation, as plain values: the report's no longer move. Codes and
    keys, no words: they are said in the reader's language."""
    figures = Figure.objects.of_latest().of_the_whole().filter(scope="public").order_by("pk")
    return [
        {
            "key": f.key, "dimension": f.dimension, "code": f.code,
            **{
                name: None if getattr(f, name) is None else str(getattr(f, name))
                for name in ("value", "low", "high")
            },
            "counted": f.counted, "total": f.total,
        }
        for f in figures
    ]  # fmt: skip


def _latest() -> Snapshot:
    found = Snapshot.objects.first()
    if found is None:
        raise DomainError(_("Aucun chiffre n’est encore calculé : demandez d’abord un calcul."))
    return found


@transaction.atomic
def prepare(year: int, *, by: User) -> AnnualReport:
    """Raises DomainError: a report of that year exists, nothing was computed yet."""
    snapshot = _latest()
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
            "figures": _frozen(),
            "figures_at": snapshot.computed_at,
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
    """Take the latest figures; the words stay."""
    report = _locked(report)
    _refuse_published(report)
    report.figures_at = _latest().computed_at
    report.figures = _frozen()
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
