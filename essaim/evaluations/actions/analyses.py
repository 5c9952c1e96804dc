"""Asking for an analysis, and the job that makes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.jobs import queued
from essaim.evaluations import notifications
from essaim.evaluations.computing import compute, software
from essaim.evaluations.mapping import Mapping
from essaim.evaluations.models import Analysis, Dataset, Evaluation
from essaim.evaluations.models.analysis import WORKING

from .journal import Kind, locked, move, moved_on, write

FORGOTTEN_AFTER = dt.timedelta(seconds=60)


@transaction.atomic
def ask(evaluation: Evaluation, *, by: Any) -> Analysis:
    """Have the plan's computation made on the data as they stand. Asked twice, it is made once."""
    evaluation = locked(evaluation)
    if not evaluation.is_open:
        raise moved_on(evaluation)
    working = evaluation.analyses.filter(state__in=WORKING).first()
    if working is not None:
        return working
    dataset = Dataset.objects.current(evaluation)
    if dataset is None:
        raise DomainError(_("Déposez d’abord des données, et dites ce que sont leurs colonnes."))
    analysis = Analysis.objects.create(
        evaluation=evaluation,
        dataset=dataset,
        method=evaluation.analysis,
        data_sha256=dataset.sha256,
        by=by,
    )
    _enqueue(analysis)
    return analysis


def _enqueue(analysis: Analysis) -> None:
    from essaim.evaluations.tasks import analyse

    analyse.defer(pk=analysis.pk)


def current(evaluation: Evaluation) -> Analysis | None:
    """The last one that is made."""
    return evaluation.analyses.filter(results__isnull=False).order_by("pk").last()


# --- the job ------------------------------------------------------------------------------
def make(pk: int) -> None:
    """Compute, outside any transaction; does nothing when someone else did."""
    analysis = _begin(pk)
    if analysis is None:
        return
    try:
        if analysis.dataset is None or not analysis.dataset.file:
            raise DomainError(_("Les données ont été effacées avant la fin du calcul."))
        with analysis.dataset.file.open("rb") as file:
            results = compute(
                analysis.evaluation, file, Mapping.from_dict(analysis.dataset.mapping),
                lambda percent: _note(pk, percent),
            )  # fmt: skip
    except DomainError as error:
        _fail(pk, str(error.message))
    except FileNotFoundError:
        _fail(pk, _("Les données ont été effacées avant la fin du calcul."))
    else:
        _finish(pk, results)


@transaction.atomic
def _begin(pk: int) -> Analysis | None:
    analysis = (
        Analysis.objects.select_for_update(of=["self"])
        .select_related("evaluation", "dataset")
        .filter(pk=pk, state__in=WORKING)
        .first()
    )
    if analysis is not None:
        analysis.start()
        analysis.save(update_fields=["state", "touched_at"])
    return analysis


def _note(pk: int, percent: int) -> None:
    Analysis.objects.filter(pk=pk, state__in=WORKING).update(
        percent=percent, touched_at=timezone.now()
    )


@transaction.atomic
def _finish(pk: int, results: dict[str, Any]) -> None:
    analysis = Analysis.objects.select_for_update().get(pk=pk)
    if not analysis.is_working:
        return
    evaluation = locked(analysis.evaluation)
    dataset = Dataset.objects.current(evaluation)
    if not evaluation.is_open or dataset is None or dataset.sha256 != analysis.data_sha256:
        analysis.fail(_("Les données ont changé pendant le calcul : relancez-le."))
        analysis.save(update_fields=["state", "message", "touched_at", "finished_at"])
        return
    analysis.results, analysis.software = results, software()
    analysis.finish()
    analysis.save()
    move(evaluation, "analyse")
    write(
        evaluation, Kind.ANALYSED, by=analysis.by,
        details={"sha256": analysis.data_sha256, "version": analysis.software["essaim"]},
    )  # fmt: skip
    notifications.analysed(evaluation, asked_by=analysis.by)


@transaction.atomic
def _fail(pk: int, message: str) -> None:
    analysis = Analysis.objects.select_for_update().get(pk=pk)
    if analysis.is_working:
        analysis.fail(message)
        analysis.save(update_fields=["state", "message", "touched_at", "finished_at"])


def give_up(pk: int) -> None:
    """After the last attempt of a job."""
    _fail(
        pk,
        _(
            "Le calcul s’est interrompu sans dire pourquoi. Relancez-le ; si cela recommence, écrivez-nous."
        ),
    )


def resume_forgotten() -> int:
    """Enqueue again what no job has touched for a while: a worker died. Returns how many."""
    limit = timezone.now() - FORGOTTEN_AFTER
    forgotten = [
        a
        for a in Analysis.objects.filter(state__in=WORKING).exclude(
            pk__in=queued("evaluations.analyse")
        )
        if (a.touched_at or a.asked_at) < limit
    ]
    for analysis in forgotten:
        with transaction.atomic():
            _note(analysis.pk, 0)
            _enqueue(analysis)
    return len(forgotten)
