"""Is it complete, may it be judged: asked, answered, decided with reasons. Nothing is judged before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import notifications_deciding as notifications
from essaim.calls.eligibility import checks as rules_checks
from essaim.calls.models import (
    ANSWERED_IN_WORDS,
    Application,
    ApplicationState,
    Completion,
    EligibilityDecision,
)
from essaim.calls.reading import sections_of_version
from essaim.common.errors import DomainError

from .deciding_common import check_free, check_instructing, lock_application, move, reason_given
from .shared import require_signer

REMINDER_DAYS = 3  # ours: before the date, the one reminder


@transaction.atomic
def ask_completion(
    application: Application, *, asked: str, due_at: dt.datetime, by: Any
) -> Completion:
    """What lacks, and by when; the applicant may write and submit again meanwhile. While it is
    read, nothing stops: its side answers in words (``answer_completion``)."""
    application = lock_application(application)
    check_free(by, application)
    check_instructing(application)
    asked = reason_given(asked, "asked", _("Dites ce qui manque."))
    if due_at <= timezone.now():
        raise DomainError(_("Donnez une date à venir."), field="due_at")
    if Completion.objects.waiting().filter(application=application).exists():
        raise DomainError(_("Un complément est déjà demandé."))
    if application.state != ApplicationState.IN_READING:
        application.complete_by = due_at
        move(application, "ask_completion", by=by, fields=["complete_by"])
    made = Completion.objects.create(application=application, asked=asked, by=by, due_at=due_at)
    notifications.completion_asked(made, by=by)
    return made


def completion_answered(application: Application) -> None:
    """Called when it is submitted again, inside that transaction."""
    Completion.objects.waiting().filter(application=application).update(answered_at=timezone.now())


@transaction.atomic
def answer_completion(application: Application, *, text: str, by: Any) -> Completion:
    """While it is read: those who run the call are told, and its readers see it beside the text,
    which does not change."""
    application = lock_application(application)
    require_signer(by, application)
    rows = Completion.objects.waiting().filter(application=application)
    found = rows.select_for_update(no_key=True).first()
    if (
        found is None
        or application.state not in ANSWERED_IN_WORDS
        or found.due_at <= timezone.now()
    ):  # fmt: skip
        raise DomainError(_("Ce complément n’est plus attendu."))
    found.answer = reason_given(text, "text", _("Écrivez votre réponse."))
    found.answered_at = timezone.now()
    found.save(update_fields=["answer", "answered_at"])
    notifications.completion_answered(found, by=by)
    return found


@transaction.atomic
def remind_completion(completion: Completion) -> bool:
    """Once, some days before its date."""
    found = Completion.objects.select_for_update(no_key=True).get(pk=completion.pk)
    if found.reminded_at or found.answered_at or found.closed_at:
        return False
    found.reminded_at = timezone.now()
    found.save(update_fields=["reminded_at"])
    notifications.completion_due(found)
    return True


@transaction.atomic
def end_completion(completion: Completion) -> bool:
    """Past its date without an answer: the version last submitted stands, and people decide."""
    application = lock_application(completion.application_id)
    found = Completion.objects.select_for_update(no_key=True).get(pk=completion.pk)
    if found.answered_at or found.closed_at or found.due_at > timezone.now():
        return False
    found.closed_at = timezone.now()
    found.save(update_fields=["closed_at"])
    if application.state == ApplicationState.TO_COMPLETE:
        move(application, "end_completion", by=None)
    elif application.state not in ANSWERED_IN_WORDS:
        return True  # decided or withdrawn since: it is asked no more
    notifications.completion_ended(found)
    return True


def run_completions() -> dict[str, int]:
    """What the clock does, each application in its own transaction."""
    now = timezone.now()
    waiting = Completion.objects.waiting().order_by("due_at", "pk")
    soon = now + dt.timedelta(days=REMINDER_DAYS)
    due = list(waiting.filter(due_at__lte=now))
    near = list(waiting.filter(due_at__gt=now, due_at__lte=soon, reminded_at=None))
    return {
        "ended": sum(map(end_completion, due)),
        "reminded": sum(map(remind_completion, near)),
    }


@transaction.atomic
def decide(
    application: Application, *, is_eligible: bool, reasons: str, by: Any, number: int | None = None
) -> EligibilityDecision:
    """The applicant is told at once; ineligible, with reasons. Twice the same is once. ``number``:
    the version that was read, where one was; another submitted since is to be read first."""
    application = lock_application(application)
    check_free(by, application)
    target = ApplicationState.ELIGIBLE if is_eligible else ApplicationState.INELIGIBLE
    last = application.eligibility_decisions.first()
    if application.state == target and last is not None:
        return last
    check_instructing(application)
    if number is not None and number != application.last_number:
        raise DomainError(
            _("La version %(n)s a été déposée entre-temps : relisez la candidature.")
            % {"n": application.last_number}
        )
    if not is_eligible:
        reasons = reason_given(reasons, "reasons", _("Dites pourquoi elle est irrecevable."))
    was_asked = application.state == ApplicationState.TO_COMPLETE
    move(application, "accept" if is_eligible else "refuse", by=by)
    if was_asked:
        Completion.objects.waiting().filter(application=application).update(
            closed_at=timezone.now()
        )
    made = EligibilityDecision.objects.create(
        application=application, is_eligible=is_eligible, reasons=reasons.strip(),
        number=application.last_number, checks=checks_of(application), by=by,
    )  # fmt: skip
    notifications.eligibility_decided(made, by=by)
    return made


@transaction.atomic
def look_again(application: Application, *, by: Any) -> Application:
    application = lock_application(application)
    check_free(by, application)
    check_instructing(application)
    move(application, "look_again", by=by)
    return application


def decide_many(
    applications: Iterable[Application], *, is_eligible: bool, reasons: str, by: Any
) -> tuple[int, list[tuple[Application, str]]]:
    """Each by itself: those done, and for each of the others why not."""
    done, refused = 0, []
    for application in applications:
        try:
            decide(application, is_eligible=is_eligible, reasons=reasons, by=by)
            done += 1
        except DomainError as error:
            refused.append((application, error.message))
    return done, refused


def checks_of(application: Application) -> list[dict[str, Any]]:
    """What the rules say of the version submitted, as it is kept with the decision."""
    version = application.versions.order_by("-number").first()
    if version is None:
        return []
    return [
        {"says": str(c.says), "holds": c.holds, "why": str(c.why), "is_blocking": c.is_blocking}
        for c in rules_checks(application, sections_of_version(version))
    ]
