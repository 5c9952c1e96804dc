"""From the idea to the decision to support: entering, reporting, taking up, interview, opening.

Every act takes the file's lock, checks that the file still stands where the act expects it, and
does nothing, without complaint, when it was already done: a form sent twice is sent once.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.innovators import notifications
from essaim.innovators.models import CaseOfficer, InnovationFile, State
from essaim.innovators.steps import due_after
from essaim.people.models import Organisation, User


def locked(file: InnovationFile) -> InnovationFile:
    """The file as it stands now, held until the end of the transaction.

    Without joins: after a wait for the lock, PostgreSQL would give the new row beside the old
    rows it was joined to.
    """
    return InnovationFile.objects.select_for_update().get(pk=file.pk)


def move(file: InnovationFile, transition: str, *, due: str, **fields: Any) -> None:
    """Make the transition and set the next due date (key of the delays).

    Raises DomainError when the file moved on in the meantime.
    """
    try:
        getattr(file, transition)()
    except TransitionNotAllowed as error:
        raise DomainError(
            _("Le dossier est entre-temps à l’étape « %(step)s » : relisez sa page.")
            % {"step": file.get_state_display()}
        ) from error
    for name, value in fields.items():
        setattr(file, name, value)
    file.due_on = due_after(due) if due else file.due_on
    file.late_notice_on = None
    file.save(update_fields=["state", "due_on", "late_notice_on", *fields])


def not_in_future(day: dt.date, field: str) -> None:
    if day > timezone.localdate():
        raise DomainError(_("Cette date est à venir."), field=field)


@transaction.atomic
def enter(
    *,
    by: Any,
    title: str,
    summary: str,
    organisation: Organisation | None = None,
    unit: str = "",
    undertakes_to_report: bool,
    submission: uuid.UUID | None = None,
) -> InnovationFile:
    """Direct entry, without permission, on condition of reporting to one's hierarchy.

    The same ``submission`` enters one file. Case officers are told, so that one person may not
    enter more than ``entries_per_day`` of them: a machine would fill their mailboxes.
    """
    title = " ".join(title.split())
    if not undertakes_to_report:
        raise DomainError(
            _("L’entrée est libre, à condition de rendre compte de votre démarche."),
            field="undertakes_to_report",
        )
    if not title or not summary.strip():
        raise DomainError(_("Donnez un nom à votre idée et dites-la en quelques lignes."))
    # One person's entries come one at a time: their number of the day is counted.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = made_by_form(InnovationFile.objects, submission, innovator=by)
    if known is not None:
        return known
    _check_rate(by)
    file = InnovationFile.objects.create(
        submission=submission or uuid.uuid4(),
        title=title,
        summary=summary.strip(),
        innovator=by,
        organisation=organisation,
        unit=unit.strip(),
        due_on=due_after("interview_days"),
    )
    officers = [row.user for row in CaseOfficer.objects.select_related("user")]
    notifications.file_entered(file, [o for o in officers if o.pk != by.pk])
    return file


def _check_rate(by: Any) -> None:
    limit: int = settings.INNOVATOR_PATH["entries_per_day"]
    since = timezone.now() - dt.timedelta(days=1)
    if InnovationFile.objects.filter(innovator=by, created_at__gt=since).count() >= limit:
        raise DomainError(
            _(
                "Vous avez déposé beaucoup d’idées depuis hier. Votre texte est resté dans la page :"
                " envoyez-le demain, ou ajoutez-le à l’une d’elles."
            )
        )


@transaction.atomic
def revise_idea(file: InnovationFile, *, title: str, summary: str, unit: str) -> None:
    """The innovator's own words, until the file is opened."""
    file = locked(file)
    if file.state not in {State.ENTERED, State.INTERVIEWED}:
        raise DomainError(_("Le dossier est ouvert : son texte ne change plus."))
    file.title, file.summary, file.unit = " ".join(title.split()), summary.strip(), unit.strip()
    file.save(update_fields=["title", "summary", "unit"])


@transaction.atomic
def record_report(file: InnovationFile, *, on: dt.date, to: str) -> None:
    """The innovator says when, and to whom, they reported (a function, rather than a name)."""
    not_in_future(on, "on")
    file = locked(file)
    if not file.is_active:
        raise DomainError(_("Ce dossier est terminé."))
    file.reported_on, file.reported_to = on, to.strip()
    file.save(update_fields=["reported_on", "reported_to"])


@transaction.atomic
def add_case_officer(user: Any) -> None:
    CaseOfficer.objects.get_or_create(user=user)


@transaction.atomic
def remove_case_officer(user: Any) -> None:
    """Off the roster; the files they follow stay theirs until another is named."""
    CaseOfficer.objects.filter(user=user).delete()


@transaction.atomic
def let_go(user: Any, *, credited: bool) -> None:
    """A person's account goes: the files they followed wait for another officer; their own stay,
    without them unless they asked to be credited."""
    for file in InnovationFile.objects.filter(case_officer=user).order_by("pk"):
        if file.is_active:
            InnovationFile.objects.filter(pk=file.pk).update(case_officer=None)
    if not credited:
        InnovationFile.objects.filter(innovator=user).update(innovator=None)


@transaction.atomic
def take(file: InnovationFile, *, by: Any) -> None:
    """A case officer takes the file up. Of two at once, the second is told who has it."""
    file = locked(file)
    if file.case_officer_id == by.pk:
        return
    _refuse_own(file, by)
    if not file.is_active:
        raise DomainError(_("Ce dossier n’est plus à prendre en charge."))
    if file.case_officer is not None:
        raise DomainError(
            _("%(officer)s vient de prendre ce dossier en charge.")
            % {"officer": notifications.shown(file.case_officer)}
        )
    file.case_officer = by
    file.save(update_fields=["case_officer"])
    notifications.file_taken(file)


@transaction.atomic
def name_officer(file: InnovationFile, *, officer: Any) -> None:
    """A manager hands an active file to a case officer.

    Never an ended one: naming oneself would be a way to read how it ended.
    """
    file = locked(file)
    if file.case_officer_id == officer.pk:
        return
    _refuse_own(file, officer)
    if not file.is_active:
        raise DomainError(_("Ce dossier est terminé : il garde son chargé de dossier."))
    if not CaseOfficer.objects.filter(user=officer).exists():
        raise DomainError(_("Cette personne n’est pas chargée de dossier."), field="officer")
    file.case_officer = officer
    file.save(update_fields=["case_officer"])
    notifications.file_taken(file)
    notifications.officer_named(file)


def _refuse_own(file: InnovationFile, officer: Any) -> None:
    if file.innovator_id == officer.pk:
        raise DomainError(_("Nul ne suit son propre dossier."), field="officer")


@transaction.atomic
def record_interview(file: InnovationFile, *, on: dt.date, notes: str) -> None:
    """The informal interview, its date and notes; recorded again, it corrects them until opening."""
    not_in_future(on, "on")
    file = locked(file)
    values = {"interviewed_on": on, "interview_notes": notes.strip()}
    if file.state == State.INTERVIEWED:
        for name, value in values.items():
            setattr(file, name, value)
        file.save(update_fields=list(values))
        return
    move(file, "interview", due="opening_days", **values)


@transaction.atomic
def open_file(
    file: InnovationFile,
    *,
    relevant: bool,
    relevant_why: str,
    determined: bool,
    determined_why: str,
) -> None:
    """Both criteria are recorded, and both must hold; the innovator must have reported.

    To refuse, the file is closed with its reasons (``actions.ending.end``).
    """
    file = locked(file)
    if file.state == State.OPENED:
        return
    if not (relevant and determined):
        raise DomainError(
            _(
                "Un dossier s’ouvre quand le projet est pertinent et l’innovateur déterminé."
                " Sinon, mettez-y fin en donnant vos motifs."
            )
        )
    for name, value in {"relevant_why": relevant_why, "determined_why": determined_why}.items():
        if not value.strip():
            raise DomainError(_("Dites en une phrase sur quoi vous vous fondez."), field=name)
    if file.reported_on is None:
        raise DomainError(
            _("L’innovateur n’a pas encore dit quand il a rendu compte à sa hiérarchie.")
        )
    move(
        file,
        "open",
        due="informing_days",
        relevant=True,
        relevant_why=relevant_why.strip(),
        determined=True,
        determined_why=determined_why.strip(),
        opened_on=timezone.localdate(),
    )
    notifications.step_reached(file)


@transaction.atomic
def decide_support(file: InnovationFile, *, reason: str) -> None:
    """Only on a received opinion of non-objection: no delay ever stands for one."""
    file = locked(file)
    if file.state == State.SUPPORTED:
        return
    if file.state == State.HIERARCHY_INFORMED and file.non_objection_on is None:
        raise DomainError(
            _("L’avis de non-objection n’est pas reçu. Le silence ne vaut pas accord.")
        )
    move(
        file,
        "support",
        due="budget_days",
        supported_on=timezone.localdate(),
        support_reason=reason.strip(),
    )
    notifications.step_reached(file)
