"""What waits for a person on the innovator's path (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.waiting import Waiting
from essaim.innovators import rules
from essaim.innovators.models import InnovationFile, OpinionRequest, Outcome, StatusCard
from essaim.innovators.steps import INNOVATOR, OFFICER, next_act, report_due_on

# An innovator may choose to write no card: after this long, nothing asks for it any more.
SUCCESS_DAYS = 180


def _files(user: Any) -> Iterator[Waiting]:
    """The steps where this person acts next, as innovator or as case officer; a recent success
    that its innovator has made no card of. One query."""
    since = timezone.now() - dt.timedelta(days=SUCCESS_DAYS)
    untold = Q(outcome__kind=Outcome.Kind.SUCCEEDED, outcome__card=None, outcome__at__gt=since)
    active = InnovationFile.objects.active().values("pk")
    mine = InnovationFile.objects.filter(
        Q(pk__in=active) & (Q(innovator=user) | Q(case_officer=user)) | Q(innovator=user) & untold
    )
    for file in mine.select_related("outcome").order_by("pk"):
        if file.ended_on is not None:
            yield Waiting(
                title=_("Faire une fiche de votre réussite"),
                url=file.get_absolute_url(),
                about=file.title,
                since=file.outcome.at,
            )
            continue
        if file.innovator_id == user.pk and file.reported_on is None:
            yield Waiting(
                title=_("Rendre compte de votre démarche à votre hiérarchie"),
                url=reverse("innovators:report", args=[file.pk]),
                about=file.title,
                due=report_due_on(file),
                since=file.created_at,
            )
        act = next_act(file)
        own = {INNOVATOR: file.innovator_id, OFFICER: file.case_officer_id}
        if act is not None and own.get(act.actor) == user.pk:
            yield _step(file, act.what)


def _to_take(user: Any) -> Iterator[Waiting]:
    """Files that no case officer follows yet, for those who may take them up."""
    if not rules.is_on_roster(user):
        return
    free = InnovationFile.objects.active().filter(case_officer=None).exclude(innovator=user)
    for file in free.order_by("created_at", "pk"):
        yield _step(file, _("prendre le dossier en charge"))


def _step(file: InnovationFile, what: Any) -> Waiting:
    return Waiting(
        title=capfirst(str(what)),
        url=file.get_absolute_url(),
        about=file.title,
        due=file.due_on,
        since=file.created_at,
    )


def _opinions(user: Any) -> Iterator[Waiting]:
    for request in OpinionRequest.objects.visible_to(user).pending().select_related("file"):
        yield Waiting(
            title=_("Donner votre avis de non-objection"),
            url=reverse("innovators:opinion", args=[request.pk]),
            about=request.file.title,
            due=request.due_on,
            since=request.requested_at,
        )


def _agreements(user: Any) -> Iterator[Waiting]:
    """The status of an agent, that the person's organisation is asked to agree to."""
    for card in StatusCard.objects.awaiting(user).select_related("user"):
        yield Waiting(
            title=_("Répondre à une demande d’accord sur le statut d’innovateur"),
            url=reverse("innovators:agreement", args=[card.pk]),
            about=card.user.name,
        )


def register() -> None:
    waiting.register("innovators.files", _files)
    waiting.register("innovators.to_take", _to_take)
    waiting.register("innovators.opinions", _opinions)
    waiting.register("innovators.agreements", _agreements)
