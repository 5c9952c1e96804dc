"""Advice in three parts: the right contact, the right procedure, the calendar."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.personal_data import mask_personal_data
from essaim.sponsorship import notifications
from essaim.sponsorship.models import Advice, HelpRequest, Step

from .requests import locked

STEPS_AT_MOST = 30
SHORTEST_NAME = 4  # a shorter one is too often a word
TITLE_LENGTH = 150


def _nameless(text: str, request: HelpRequest) -> str:
    """Without addresses, numbers, persons named after a title (« Mme Durand »), nor the names of
    the two who speak. A bare name of somebody else cannot be told from a place: the form asks for
    none, and the page says what was taken out."""
    text = mask_personal_data(text, _("[retiré]"))
    for person in (request.asker, request.sponsor and request.sponsor.user):
        name = (person.name if person else "").strip()
        if len(name) >= SHORTEST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _("[retiré]"), text, flags=re.I)
    return text


def _of_sponsor(request: HelpRequest, by: Any) -> HelpRequest:
    request = locked(request)
    if request.state != HelpRequest.State.TAKEN_UP or (
        request.sponsor is None or request.sponsor.user_id != by.pk
    ):
        raise DomainError(_("Prenez d’abord cette demande en charge."))
    return request


@transaction.atomic
def advise(
    request: HelpRequest, *, by: Any, contact: str, procedure: str, minutes: int,
    shared_title: str = "", shared: str = "",
) -> Advice:  # fmt: skip
    """Give it, or correct it. Nothing more is expected of the sponsor, whose place is free; what
    is shared with others has its addresses and the names of persons taken out."""
    request = _of_sponsor(request, by)
    if not contact.strip() and not procedure.strip():
        raise DomainError(_("Dites au moins l’interlocuteur ou la procédure."), field="contact")
    if shared.strip() and not shared_title.strip():
        raise DomainError(_("Donnez un titre à ce qui peut resservir."), field="shared_title")
    advice, _made = Advice.objects.update_or_create(
        request=request,
        defaults={
            "contact": contact.strip(),
            "procedure": procedure.strip(),
            "shared_title": " ".join(_nameless(shared_title, request).split())[:TITLE_LENGTH]
            if shared.strip()
            else "",
            "shared": _nameless(shared, request).strip(),
            "by": by,
        },
    )
    first = request.advised_on is None
    request.minutes = minutes
    request.due_on = None
    if first:
        request.advised_on, request.reminders, request.reminded_on = timezone.localdate(), 0, None
    request.save(update_fields=["minutes", "due_on", "advised_on", "reminders", "reminded_on"])
    if first:
        notifications.advised(request)
    return advice


@transaction.atomic
def add_step(
    request: HelpRequest, *, by: Any, title: str, due_on: dt.date,
    submission: uuid.UUID | None = None,
) -> Step:  # fmt: skip
    """A date of the calendar, by the sponsor who took the request up."""
    request = _of_sponsor(request, by)
    known = made_by_form(Step.objects, submission, request=request)
    if known is not None:
        return known
    if due_on < timezone.localdate():
        raise DomainError(_("Cette date est passée."), field="due_on")
    if request.steps.count() >= STEPS_AT_MOST:
        raise DomainError(_("Un calendrier a trente dates au plus."))
    return Step.objects.create(
        request=request, title=" ".join(title.split()), due_on=due_on,
        submission=submission or uuid.uuid4(),
    )  # fmt: skip


@transaction.atomic
def remove_step(step: Step, *, by: Any) -> None:
    _of_sponsor(step.request, by)
    Step.objects.filter(pk=step.pk, done_on=None).delete()


@transaction.atomic
def tick_step(step: Step, *, by: Any) -> Step:
    """Done, or not done after all: the holder's."""
    step = Step.objects.select_for_update().get(pk=step.pk)
    step.done_on = None if step.done_on else timezone.localdate()
    step.save(update_fields=["done_on"])
    return step
