"""How a file ends, and what may follow.

Whatever the end, the file's row and history receive the same words ("ended") and no trace of
who ended it: the kind is written in ``Outcome`` only.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.initiatives.actions.cards import create_card, save_section
from essaim.initiatives.models import Initiative, Track
from essaim.initiatives.sections import SECTIONS, Content, digest, read_section
from essaim.innovators import notifications
from essaim.innovators.models import FollowUp, InnovationFile, OpinionRequest, Outcome
from essaim.people.actions.organisations import one_at_a_time

from .files import locked

TRANSITIONS = {
    Outcome.Kind.SUCCEEDED: "succeed",
    Outcome.Kind.CLOSED: "close",
    Outcome.Kind.ABANDONED: "abandon",
}


@transaction.atomic
def end(file: InnovationFile, *, kind: str, reason: str = "", by: Any) -> None:
    """Success (from the prototype), closing by the case officer with reasons, or abandonment.

    Abandoning asks for no reason and has no consequence. Pending opinions are withdrawn. The
    same end told twice is one end.
    """
    if kind not in Outcome.Kind.values:
        raise DomainError(_("Choisissez comment le dossier se termine."), field="kind")
    # The context of history names who acts: an abandonment would show by its author.
    pghistory.context(user=None, url="")
    file = locked(file)
    if not file.is_active:
        if Outcome.objects.filter(file=file, kind=kind).exists():
            return
        raise DomainError(_("Ce dossier est déjà terminé."))
    if kind == Outcome.Kind.CLOSED and not reason.strip():
        raise DomainError(_("Une clôture donne ses motifs à l’innovateur."), field="reason")
    try:
        getattr(file, TRANSITIONS[Outcome.Kind(kind)])()
    except TransitionNotAllowed as error:
        raise DomainError(
            _("Une réussite se constate au terme du prototype."), field="kind"
        ) from error
    file.ended_on, file.due_on, file.late_notice_on = timezone.localdate(), None, None
    file.save(update_fields=["state", "ended_on", "due_on", "late_notice_on"])
    OpinionRequest.objects.filter(file=file).pending().update(withdrawn_at=timezone.now())
    Outcome.objects.create(file=file, kind=kind, reason=reason.strip(), by=by)
    notifications.file_ended(file)


def _succeeded(file: InnovationFile) -> Outcome:
    locked(file)
    outcome = Outcome.objects.select_for_update().filter(file=file).first()
    if outcome is None or outcome.kind != Outcome.Kind.SUCCEEDED:
        raise DomainError(_("Cela suit une réussite."))
    return outcome


@transaction.atomic
def erase_reason(file: InnovationFile) -> None:
    """The innovator takes their words back."""
    locked(file)
    Outcome.objects.filter(file=file, kind=Outcome.Kind.ABANDONED).update(reason="")


@transaction.atomic
def forget_person(person: Any) -> None:
    """Before an account goes: what only two people could read is left to nobody.

    The file stays, without its innovator: public money was spent on it.
    """
    Outcome.objects.filter(file__innovator=person).exclude(kind=Outcome.Kind.CLOSED).update(
        reason=""
    )
    InnovationFile.objects.filter(innovator=person).update(interview_notes="", reported_to="")


@transaction.atomic
def enter_for_prize(file: InnovationFile) -> None:
    """The innovator shows the success to those who run the prize."""
    outcome = _succeeded(file)
    if outcome.prize_entered_at is None:
        outcome.prize_entered_at = timezone.now()
        outcome.save(update_fields=["prize_entered_at"])


@transaction.atomic
def add_follow_up(
    file: InnovationFile,
    *,
    kind: str,
    organisation: str,
    on: dt.date,
    note: str = "",
    submission: uuid.UUID | None = None,
) -> None:
    """Industrialisation: a partner, a production, a reuse by another administration."""
    _succeeded(file)
    if made_by_form(FollowUp.objects, submission, file=file) is None:
        FollowUp.objects.create(
            submission=submission or uuid.uuid4(), file=file, kind=kind,
            organisation=" ".join(organisation.split()), on=on, note=note.strip(),
        )  # fmt: skip


@transaction.atomic
def write_card(file: InnovationFile, *, by: Any) -> Initiative:
    """The success becomes a card: a draft of the innovator's, who is credited as its author,
    completes it and chooses when to submit it. Asked again, it gives the same card.

    Organisations are waited for before the file: whoever merges two of them changes its files."""
    one_at_a_time()
    outcome = _succeeded(file)
    if outcome.card is not None:
        return outcome.card
    card = create_card(
        key=str(file.submission),
        title=file.title,
        summary=Truncator(file.summary).chars(500),
        track=Track.PUBLIC,
        by=by,
    )
    # What the file says already is not asked again: whose agent had the idea, and the whole of it.
    known: dict[str, Content] = {}
    if file.organisation is not None and by.memberships.filter(organisation=file.organisation):
        known["essentiel"] = {"holder": file.organisation.pk}
    if len(file.summary) > 500:
        known["dispositif"] = {"description": file.summary}
    for slug, content in known.items():
        current = read_section(card, SECTIONS[slug])
        card = save_section(
            card, slug, current | content, by=by, version=card.version, seen=digest(current)
        )
    outcome.card = card
    outcome.save(update_fields=["card"])
    return card
