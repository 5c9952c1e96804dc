"""Attaching an independent report, confirming its level or not, withdrawing it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.evaluations import notifications
from essaim.evaluations.models import IndependentEvaluation, IndependentState
from essaim.evaluations.models.independent import MOST_BYTES, DecidedAs
from essaim.evaluations.strength import ceiling, why
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative
from essaim.people.rules import can_manage


@transaction.atomic
def attach(
    card: Initiative, *, by: Any, submission: uuid.UUID, file: UploadedFile | None, **told: Any
) -> IndependentEvaluation:
    """Its level counts once confirmed. The form sent twice attaches one report."""
    if told["tie"] == IndependentEvaluation.Tie.OWN:
        raise DomainError(
            _(
                "Qui fait partie de l’organisation n’est pas indépendant : faites-en une"
                " auto-évaluation."
            ),
            field="tie",
        )
    if not file and not told.get("url"):
        raise DomainError(_("Joignez le rapport : un fichier PDF ou une adresse."), field="file")
    if told["year"] > timezone.localdate().year:
        raise DomainError(_("Cette année n’est pas encore venue."), field="year")
    if file:
        _check_pdf(file)
    known = made_by_form(IndependentEvaluation.objects, submission, initiative=card, attached_by=by)
    return known or IndependentEvaluation.objects.create(
        initiative=card, attached_by=by, submission=submission, file=file or "", **told
    )


def _check_pdf(file: UploadedFile) -> None:
    """By what the file holds, not by what it is called."""
    if (file.size or 0) > MOST_BYTES:
        raise DomainError(
            _("Ce fichier dépasse 20 Mo : allégez-le, ou donnez son adresse."), field="file"
        )
    file.seek(0)
    head = file.read(1024)
    file.seek(max(0, (file.size or 0) - 2048))
    tail = file.read()
    file.seek(0)
    if not head.startswith(b"%PDF-") or b"%%EOF" not in tail:
        raise DomainError(
            _("Ce n’est pas un PDF entier : choisissez le rapport en PDF."), field="file"
        )


def _locked(report: IndependentEvaluation) -> IndependentEvaluation:
    return IndependentEvaluation.objects.select_for_update(of=("self",)).get(pk=report.pk)


@transaction.atomic
def confirm(
    report: IndependentEvaluation, *, by: Any, level: int, reason: str
) -> IndependentEvaluation:
    """By a manager or a peer without a link with it (``rules.can_decide_independent``)."""
    report = _locked(report)
    if report.state == IndependentState.CONFIRMED and report.level == level:
        return report
    most = ceiling(report.method, report.tie)
    if level > most:
        raise DomainError(" ".join(map(str, why(report.method, report.tie))), field="level")
    if level > report.level_claimed:
        raise DomainError(
            _("Ce rapport revendique le niveau %(level)s : on n’en confirme pas davantage.")
            % {"level": report.level_claimed},
            field="level",
        )
    now = timezone.now()
    _decide(report, "confirm", by=by, reason=reason, level=level, confirmed_at=now)
    record_fact(
        Initiative.objects.get(pk=report.initiative_id),
        Fact.Kind.EVALUATION_CONCLUDED,
        source(report),
        {
            "kind": "independent",
            "level": level,
            "confirmed": True,
            "confirmed_by": report.decided_as,
            "about": report.about,
            "title": report.title,
            "url": report.get_absolute_url(),
        },
        str(report.year),
        by=by,
    )
    notifications.independent_decided(report, by=by)
    return report


@transaction.atomic
def refuse(report: IndependentEvaluation, *, by: Any, reason: str) -> IndependentEvaluation:
    """Not retained, with reasons: those who attached it may attach another."""
    report = _locked(report)
    if report.state == IndependentState.REFUSED:
        return report
    _decide(report, "refuse", by=by, reason=reason)
    notifications.independent_decided(report, by=by)
    return report


@transaction.atomic
def withdraw(report: IndependentEvaluation, *, by: Any, reason: str) -> IndependentEvaluation:
    """Its page stays if it was public, and says why; the card loses what it established."""
    report = _locked(report)
    if report.state == IndependentState.WITHDRAWN:
        return report
    _decide(report, "withdraw", by=by, reason=reason, level=None)
    record_fact(
        Initiative.objects.get(pk=report.initiative_id),
        Fact.Kind.EVALUATION_CONCLUDED,
        source(report),
        None,
        by=by,
    )
    return report


def source(report: IndependentEvaluation) -> str:
    return f"independent:{report.pk}"


def _decide(
    report: IndependentEvaluation, verb: str, *, by: Any, reason: str, **fields: Any
) -> None:
    if not reason.strip():
        raise DomainError(
            _("Dites pourquoi en quelques mots : les lecteurs le verront."), field="reason"
        )
    try:
        getattr(report, verb)()
    except TransitionNotAllowed as error:
        raise DomainError(
            _("Ce rapport n’attend plus cette décision : rechargez la page.")
        ) from error
    told = {
        "reason": reason.strip(),
        "decided_by": by,
        "decided_at": timezone.now(),
        "decided_as": _capacity(verb, by),
        **fields,
    }
    for name, value in told.items():
        setattr(report, name, value)
    report.save(update_fields=["state", *told])


def _capacity(verb: str, by: Any) -> str:
    if can_manage(by):
        return DecidedAs.MANAGER
    return "" if verb == "withdraw" else DecidedAs.PEER
