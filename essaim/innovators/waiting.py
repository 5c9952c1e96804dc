"""What waits for a person on the innovator's path (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.innovators.models import (
    CaseOfficer,
    InnovationFile,
    OpinionRequest,
    Outcome,
    StatusCard,
)
from essaim.innovators.steps import INNOVATOR, OFFICER, next_act, report_due_on

# An innovator may choose to write no card: after this long, nothing asks for it any more.
SUCCESS_DAYS = 180


def _files(user: Any) -> Iterator[Rows]:
    """The steps where this person acts next, as innovator or as case officer; a recent success
    that its innovator has made no card of."""
    since = timezone.now() - dt.timedelta(days=SUCCESS_DAYS)
    untold = Q(outcome__kind=Outcome.Kind.SUCCEEDED, outcome__card=None, outcome__at__gt=since)
    active = InnovationFile.objects.active().values("pk")
    mine = InnovationFile.objects.filter(
        Q(pk__in=active) & (Q(innovator=user) | Q(case_officer=user)) | Q(innovator=user) & untold
    )
    yield Rows(
        mine.select_related("outcome").order_by("pk"), lambda found: _next_steps(found, user)
    )


def _next_steps(files: Iterable[InnovationFile], user: Any) -> Iterator[Waiting]:
    for file in files:
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


def _to_take(user: Any) -> Iterator[Rows]:
    """Files that no case officer follows yet, for those who may take them up."""
    on_roster = Exists(CaseOfficer.objects.filter(user=user))
    free = InnovationFile.objects.active().filter(on_roster, case_officer=None)
    free = free.exclude(innovator=user)
    yield one_by_one(
        free.order_by("created_at", "pk"),
        lambda file: _step(file, _("prendre le dossier en charge")),
    )


def _step(file: InnovationFile, what: Any) -> Waiting:
    return Waiting(
        title=capfirst(str(what)),
        url=file.get_absolute_url(),
        about=file.title,
        due=file.due_on,
        since=file.created_at,
    )


def _opinions(user: Any) -> Iterator[Rows]:
    yield one_by_one(
        OpinionRequest.objects.visible_to(user).pending().select_related("file"),
        lambda request: Waiting(
            title=_("Donner votre avis de non-objection"),
            url=reverse("innovators:opinion", args=[request.pk]),
            about=request.file.title,
            due=request.due_on,
            since=request.requested_at,
        ),
    )


def _agreements(user: Any) -> Iterator[Rows]:
    """The status of an agent, that the person's organisation is asked to agree to."""
    yield one_by_one(
        StatusCard.objects.awaiting(user).select_related("user"),
        lambda card: Waiting(
            title=_("Répondre à une demande d’accord sur le statut d’innovateur"),
            url=reverse("innovators:agreement", args=[card.pk]),
            about=card.user.name,
        ),
    )


def register() -> None:
    waiting.register("innovators.files", _files)
    waiting.register("innovators.to_take", _to_take)
    waiting.register("innovators.opinions", _opinions)
    waiting.register("innovators.agreements", _agreements)
