"""A creativity session: challenges, ideas, votes, and tasks for the card."""

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
from essaim.common.states import move
from essaim.common.text import clean, one_line
from essaim.events.models import Challenge, Event, Idea, Task, Vote

from .common import lock_event


@transaction.atomic
def set_challenge(
    event: Event, *, by: Any, title: str, text: str, known: str = "", initiative: Any = None,
    organisation: Any = None, submission: uuid.UUID | None = None,
) -> Challenge:  # fmt: skip
    event = lock_event(event)
    found = made_by_form(Challenge.objects, submission, event=event, by=by)
    if found is not None:
        return found
    if event.challenges.count() >= settings.EVENTS["challenges"]:
        raise DomainError(
            _("Une séance a %(n)s défis au plus.") % {"n": settings.EVENTS["challenges"]}
        )
    return Challenge.objects.create(
        event=event, title=one_line(title), text=clean(text), known=clean(known),
        initiative=initiative, organisation=organisation or (initiative and initiative.holder),
        by=by, submission=submission or uuid.uuid4(),
    )  # fmt: skip


@transaction.atomic
def change_challenge(
    challenge: Challenge, *, title: str, text: str, known: str = "", initiative: Any = None
) -> Challenge:
    """Corrected. The card stays once something was kept of it: its team has the tasks."""
    lock_event(challenge.event_id)
    row = Challenge.objects.get(pk=challenge.pk)
    if initiative != row.initiative and Task.objects.filter(idea__challenge=row).exists():
        raise DomainError(
            _("Une idée de ce défi est déjà une tâche de sa fiche : la fiche ne change plus."),
            field="initiative",
        )
    row.title, row.text, row.known = one_line(title), clean(text), clean(known)
    if initiative != row.initiative:
        row.initiative, row.organisation = initiative, initiative and initiative.holder
    row.save()
    return row


@transaction.atomic
def remove_challenge(challenge: Challenge) -> None:
    """While it has no idea: ideas are others' words."""
    lock_event(challenge.event_id)
    if challenge.ideas.exists():
        raise DomainError(_("Ce défi a des idées : retirez-les d’abord, ou corrigez-le."))
    challenge.delete()


@transaction.atomic
def change_idea(idea: Idea, *, title: str, text: str = "", table: int | None = None) -> Idea:
    row = _not_kept(idea)
    row.title, row.text, row.table = one_line(title), clean(text), table
    row.save(update_fields=["title", "text", "table"])
    return row


@transaction.atomic
def remove_idea(idea: Idea) -> None:
    """With its votes: each may be given again."""
    _not_kept(idea).delete()


def _not_kept(idea: Idea) -> Idea:
    lock_event(idea.challenge.event_id)
    row = Idea.objects.get(pk=idea.pk)
    if row.state == Idea.State.KEPT:
        raise DomainError(_("Cette idée est retenue : elle ne se corrige ni ne se retire plus."))
    return row


@transaction.atomic
def add_idea(
    challenge: Challenge, *, by: Any, title: str, text: str = "", table: int | None = None,
    submission: uuid.UUID | None = None,
) -> Idea:  # fmt: skip
    lock_event(challenge.event_id)
    found = made_by_form(Idea.objects, submission, challenge=challenge, by=by)
    if found is not None:
        return found
    if challenge.ideas.count() >= settings.EVENTS["ideas"]:
        raise DomainError(_("Ce défi a déjà %(n)s idées.") % {"n": settings.EVENTS["ideas"]})
    return Idea.objects.create(
        challenge=challenge, title=one_line(title), text=clean(text), table=table, by=by,
        submission=submission or uuid.uuid4(),
    )  # fmt: skip


@transaction.atomic
def vote(idea: Idea, *, by: Any) -> bool:
    """One voice for an idea; pressed again, it is taken back. Returns whether it stands. So many
    voices for a challenge: choosing is the point."""
    lock_event(idea.challenge.event_id)
    mine = Vote.objects.filter(idea__challenge=idea.challenge_id, user=by)
    if mine.filter(idea=idea).delete()[0]:
        return False
    if mine.count() >= settings.EVENTS["votes"]:
        raise DomainError(
            _("Chacun a %(n)s voix par défi : reprenez-en une d’abord.")
            % {"n": settings.EVENTS["votes"]}
        )
    Vote.objects.create(idea=idea, user=by)
    return True


@transaction.atomic
def keep_idea(idea: Idea, *, by: Any, due_on: dt.date | None = None) -> Task | None:
    """Kept; where the challenge is that of a card, it becomes a task of its team, for that day if
    one is given. Once. None without a card: the idea is kept, nobody has a task."""
    event = lock_event(idea.challenge.event_id)
    if due_on is not None and due_on < timezone.localdate():
        raise DomainError(_("Ce jour est passé."), field="due_on")
    idea = Idea.objects.select_related("challenge").get(pk=idea.pk)
    if idea.state != Idea.State.KEPT:
        move(idea, "keep")
        idea.save(update_fields=["state"])
    card = idea.challenge.initiative_id
    if card is None:
        return None
    task, _made = Task.objects.get_or_create(
        idea=idea,
        defaults={
            "initiative_id": card, "event": event, "title": idea.title, "due_on": due_on
        },
    )  # fmt: skip
    return task


@transaction.atomic
def move_task(task: Task, transition: str) -> Task:
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    target = {"do": "done", "drop": "dropped", "open_again": "open"}[transition]
    if row.state != target:
        move(row, transition)
        row.save(update_fields=["state"])
    return row
